"""Publishing, changing and deleting posts."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import F

from accounts.actions.counts import change_post_count
from accounts.failures import Code, Problems, ValidationFailure
from accounts.keys import MILLISECOND, key_at, key_time, new_key
from accounts.models import User
from accounts.standing import ensure_may_write
from accounts.text import FORBIDDEN, clean_text
from content.actions.inserts import insert_if_absent
from content.actions.search_index import index_post
from content.actions.sight import lock_visible_post, not_found, visible_post
from content.models import MAX_BODY, IdempotencyKey, Post, PostEdit
from content.visibility import visible_posts

MAX_IDEMPOTENCY_KEY = 64


def create_post(
    *, author: User, body: str, reply_to_id: int | None = None, idempotency_key: str | None = None
) -> Post:
    """Publish a post, or a reply; with an idempotency key exactly once, however often it is sent.

    Raises: ValidationFailure with REQUIRED, INVALID, TOO_LONG, NOT_FOUND, NOT_ALLOWED or
        IDEMPOTENCY_MISMATCH.
    """
    ensure_may_write(author)
    problems = Problems()
    text = clean_text(body, problems, "body", max_length=MAX_BODY, required=True)
    _check_idempotency_key(idempotency_key, problems)
    if problems.found:
        with _together(problems):
            _answered(author, reply_to_id)
    with transaction.atomic():
        if idempotency_key is None:
            return _publish(author, text, reply_to_id)
        return _publish_once(author, text, reply_to_id, idempotency_key)


@transaction.atomic
def edit_post(*, editor: User, post_id: int, body: str) -> Post:
    """Change one's post; the former text stays in its edits. The same text again changes nothing.

    Raises: ValidationFailure with REQUIRED, INVALID, TOO_LONG, NOT_FOUND or NOT_ALLOWED.
    """
    ensure_may_write(editor)
    problems = Problems()
    text = clean_text(body, problems, "body", max_length=MAX_BODY, required=True)
    with _together(problems):
        post = lock_visible_post(viewer=editor, post_id=post_id)
        if post.author_id != editor.pk:
            raise ValidationFailure.of(Code.NOT_ALLOWED, "You can change your own posts only.", "post_id")
    if text != post.body:
        former_since = post.edited_at or post.created_at
        PostEdit.objects.create(id=key_at(former_since), post=post, body=post.body)
        # To the millisecond, as keys tell it, and never the same as before: so edits keep their order.
        post.body, post.edited_at = text, max(key_time(new_key()), former_since + MILLISECOND)
        post.save(update_fields=["body", "edited_at"])
        index_post(post)
    return post


@transaction.atomic
def delete_post(*, user: User, post_id: int) -> None:
    """Delete one's post with its likes and edits; replies stay. What is not there is deleted already.

    Raises: ValidationFailure with NOT_ALLOWED, for somebody else's post.
    """
    post = visible_posts(user).filter(pk=post_id).first()
    if post is None:
        return
    if post.author_id != user.pk:
        raise ValidationFailure.of(Code.NOT_ALLOWED, "You can delete your own posts only.", "post_id")
    _delete(post)


@transaction.atomic
def remove_post(*, post_id: int) -> None:
    """Delete anybody's post, for moderators. What is not there is removed already."""
    post = Post.objects.filter(pk=post_id).first()
    if post is not None:
        _delete(post)


def _delete(post: Post) -> None:
    # The answered post has the smaller key: locks are taken in the order of keys, everywhere.
    keys = [key for key in (post.reply_to_id, post.pk) if key is not None]
    locked = {row.pk: row for row in Post.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    if post.pk in locked:
        locked[post.pk].delete()
        change_post_count(user_id=post.author_id, by=-1)
        if post.reply_to_id is not None:
            Post.objects.filter(pk=post.reply_to_id).update(reply_count=F("reply_count") - 1)


def _publish_once(author: User, text: str, reply_to_id: int | None, idempotency_key: str) -> Post:
    key = IdempotencyKey(
        author=author,
        key=idempotency_key,
        request_hash=_request_hash(text, reply_to_id),
        created_at=datetime.now(UTC),
    )
    if not insert_if_absent(key):
        return _published_before(author, key)
    post = _publish(author, text, reply_to_id)
    IdempotencyKey.objects.filter(author=author, key=idempotency_key).update(post=post)
    return post


def _publish(author: User, text: str, reply_to_id: int | None) -> Post:
    answered = _answered(author, reply_to_id)
    if answered and not Post.objects.filter(pk=answered.pk).update(reply_count=F("reply_count") + 1):
        raise not_found("reply_to_id")  # deleted just now
    post = Post.objects.create(author=author, body=text, reply_to=answered, is_reply=answered is not None)
    index_post(post)
    change_post_count(user_id=author.pk, by=1)
    return post


def _answered(author: User, reply_to_id: int | None) -> Post | None:
    if reply_to_id is None:
        return None
    return visible_post(viewer=author, post_id=reply_to_id, field="reply_to_id")


def _published_before(author: User, key: IdempotencyKey) -> Post:
    first = IdempotencyKey.objects.select_related("post").filter(author=author, key=key.key).first()
    if first is None:  # so old that it was forgotten at this moment
        raise not_found("idempotency_key")
    if first.request_hash != key.request_hash:
        raise ValidationFailure.of(
            Code.IDEMPOTENCY_MISMATCH, "This key was used before, for another post.", "idempotency_key"
        )
    if first.post is None:
        raise not_found("idempotency_key")
    return first.post


@contextmanager
def _together(problems: Problems) -> Iterator[None]:
    """What is refused inside is told together with the mistakes that were found before."""
    try:
        yield
    except ValidationFailure as refused:
        raise ValidationFailure([*problems.found, *refused.problems]) from None
    problems.raise_if_any()


def _request_hash(text: str, reply_to_id: int | None) -> str:
    return hashlib.sha256(json.dumps([text, reply_to_id]).encode()).hexdigest()


def _check_idempotency_key(key: str | None, problems: Problems) -> None:
    if key is None:
        return
    if not key:
        problems.add(Code.REQUIRED, "An idempotency key cannot be empty.", "idempotency_key")
    elif len(key) > MAX_IDEMPOTENCY_KEY:
        problems.add(
            Code.TOO_LONG,
            f"An idempotency key has at most {MAX_IDEMPOTENCY_KEY} characters.",
            "idempotency_key",
        )
    elif FORBIDDEN.search(key):
        problems.add(Code.INVALID, "This key has characters that cannot be shown.", "idempotency_key")
