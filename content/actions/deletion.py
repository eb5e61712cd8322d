"""Deleting posts. A deleted post is gone for everybody at once; the worker takes its rows away."""

from datetime import UTC, datetime

from django.db import transaction
from django.db.models import F

from accounts.actions.counts import change_post_count
from accounts.failures import Code, ValidationFailure
from accounts.models import User
from content.actions.pointers import count_hashtags
from content.lookups import find_post
from content.models import Post, PostHashtag, PostVisibility


@transaction.atomic
def delete_post(*, user: User, post_id: int) -> None:
    """Delete one's post; replies stay. What is not there is deleted already.

    Raises: ValidationFailure with NOT_ALLOWED, for somebody else's post.
    """
    post = find_post(user, post_id)
    if post is None:
        return
    if post.author_id != user.pk:
        raise ValidationFailure.of(Code.NOT_ALLOWED, "You can delete your own posts only.", "post_id")
    mark_deleted(post)


def mark_deleted(post: Post) -> None:
    """Let a post be gone, and count it no more, within the caller's transaction."""
    # The answered post has the smaller key: locks are taken in the order of keys, everywhere.
    keys = [key for key in (post.reply_to_id, post.pk) if key is not None]
    list(Post.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk").values_list("pk"))
    if Post.objects.filter(pk=post.pk, deleted_at=None).update(deleted_at=datetime.now(UTC)):
        if post.visibility == PostVisibility.PUBLIC:
            count_hashtags(PostHashtag.objects.filter(post=post).values_list("hashtag_id", flat=True), by=-1)
        count_post(post, by=-1)


def count_post(post: Post, *, by: int) -> None:
    """Add `by` to the counts of what an author wrote and of the answers to a post: they tell of public
    posts only. The answered post is locked.
    """
    if post.visibility == PostVisibility.PUBLIC:
        if post.reply_to_id is not None:
            Post.objects.filter(pk=post.reply_to_id).update(reply_count=F("reply_count") + by)
        change_post_count(user_id=post.author_id, by=by)
