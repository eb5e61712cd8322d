"""Publishing and changing posts."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from accounts.failures import Code, Problems, ValidationFailure
from accounts.keys import MILLISECOND, key_at, key_time, new_key
from accounts.models import User
from accounts.standing import ensure_may_write
from accounts.text import FORBIDDEN, clean_text
from content.actions.deletion import count_post
from content.actions.inserts import insert_if_absent
from content.actions.notifications import notify
from content.actions.pointers import set_hashtags, set_mentions
from content.actions.search_index import index_post
from content.actions.sight import lock_visible_post, not_found
from content.models import (
    MAX_BODY,
    IdempotencyKey,
    Notification,
    NotificationKind,
    Post,
    PostEdit,
    PostVisibility,
)

MAX_IDEMPOTENCY_KEY = 64


@dataclass(frozen=True)
class Draft:
    """A post that is to be published, its text checked."""

    author: User
    body: str
    reply_to_id: int | None
    visibility: str

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of all that the author gave."""
        given = [self.body, self.reply_to_id, self.visibility]
        return hashlib.sha256(json.dumps(given).encode()).hexdigest()


def create_post(
    *,
    author: User,
    body: str,
    reply_to_id: int | None = None,
    visibility: str = PostVisibility.PUBLIC,
    idempotency_key: str | None = None,
) -> Post:
    """Publish a post, or a reply; with an idempotency key exactly once, however often it is sent.

    A reply to a post for followers is for followers itself, whatever `visibility` says. Who is answered and
    who is mentioned are told.

    Raises: ValidationFailure with REQUIRED, INVALID, TOO_LONG, NOT_FOUND, NOT_ALLOWED or
        IDEMPOTENCY_MISMATCH.
    """
    ensure_may_write(author)
    problems = Problems()
    text = clean_text(body, problems, "body", max_length=MAX_BODY, required=True)
    _check_idempotency_key(idempotency_key, problems)
    if problems.found:
        with _together(problems), transaction.atomic():
            _answered(author, reply_to_id)
    draft = Draft(author, text, reply_to_id, visibility)
    with transaction.atomic():
        return _publish(draft) if idempotency_key is None else _publish_once(draft, idempotency_key)


@transaction.atomic
def edit_post(*, editor: User, post_id: int, body: str) -> Post:
    """Change one's post; the former text stays in its edits. The same text again changes nothing.

    Whom it mentions now and did not before is told.

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
        post.author = editor
        former_since = post.edited_at or post.created_at
        PostEdit.objects.create(id=key_at(former_since), post=post, body=post.body)
        # To the millisecond, as keys tell it, and never the same as before: so edits keep their order.
        post.body, post.edited_at = text, max(key_time(new_key()), former_since + MILLISECOND)
        post.save(update_fields=["body", "edited_at"])
        index_post(post)
        set_hashtags(post, is_new=False)
        notify(_newly_mentioned(post), kind=NotificationKind.MENTION, actor=editor, post=post)
    return post


def _publish_once(draft: Draft, idempotency_key: str) -> Post:
    key = IdempotencyKey(
        author=draft.author,
        key=idempotency_key,
        request_hash=draft.fingerprint,
        created_at=datetime.now(UTC),
    )
    if not insert_if_absent(key):
        return _published_before(draft.author, key)
    post = _publish(draft)
    IdempotencyKey.objects.filter(author=draft.author, key=idempotency_key).update(post=post)
    return post


def _publish(draft: Draft) -> Post:
    answered = _answered(draft.author, draft.reply_to_id)
    post = Post.objects.create(
        author=draft.author,
        body=draft.body,
        visibility=_no_wider_than(answered, draft.visibility),
        reply_to=answered,
        is_reply=answered is not None,
    )
    index_post(post)
    set_hashtags(post, is_new=True)
    count_post(post, by=1)
    mentioned = set_mentions(post, is_new=True)
    if answered:
        notify([answered.author_id], kind=NotificationKind.REPLY, actor=draft.author, post=post)
        mentioned = [key for key in mentioned if key != answered.author_id]  # told already
    notify(mentioned, kind=NotificationKind.MENTION, actor=draft.author, post=post)
    return post


def _newly_mentioned(post: Post) -> list[int]:
    new = set_mentions(post, is_new=False)
    if not post.is_reply:
        return new
    # Not whose post it answers: that may be gone.
    replies = Notification.objects.filter(kind=NotificationKind.REPLY, post=post, recipient__in=new)
    told = set(replies.values_list("recipient_id", flat=True))
    return [key for key in new if key not in told]


def _answered(author: User, reply_to_id: int | None) -> Post | None:
    if reply_to_id is None:
        return None
    return lock_visible_post(viewer=author, post_id=reply_to_id, field="reply_to_id")


def _no_wider_than(answered: Post | None, visibility: str) -> str:
    narrow = answered is not None and answered.visibility == PostVisibility.FOLLOWERS
    return PostVisibility.FOLLOWERS if narrow else visibility


def _published_before(author: User, key: IdempotencyKey) -> Post:
    first = IdempotencyKey.objects.select_related("post").filter(author=author, key=key.key).first()
    if first is None:  # so old that it was forgotten at this moment
        raise not_found("idempotency_key")
    if first.request_hash != key.request_hash:
        raise ValidationFailure.of(
            Code.IDEMPOTENCY_MISMATCH, "This key was used before, for another post.", "idempotency_key"
        )
    if first.post is None or first.post.deleted_at is not None:
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


def _check_idempotency_key(key: str | None, problems: Problems) -> None:
    if key is None:
        return
    if not key.strip():
        problems.add(Code.REQUIRED, "An idempotency key cannot be empty.", "idempotency_key")
    elif len(key) > MAX_IDEMPOTENCY_KEY:
        problems.add(
            Code.TOO_LONG,
            f"An idempotency key has at most {MAX_IDEMPOTENCY_KEY} characters.",
            "idempotency_key",
        )
    elif FORBIDDEN.search(key):
        problems.add(Code.INVALID, "This key has characters that cannot be shown.", "idempotency_key")
