"""Liking a post, and taking it back. Both state a wish: to repeat one changes nothing."""

from django.db import transaction
from django.db.models import F

from accounts.failures import Code, ValidationFailure
from accounts.models import User
from accounts.standing import ensure_may_write
from content.actions.inserts import insert_if_absent
from content.actions.notifications import notify, withdraw
from content.actions.sight import lock_visible_post
from content.models import Like, NotificationKind, Post


@transaction.atomic
def like_post(*, user: User, post_id: int) -> Post:
    """Like somebody else's post, once; its author is told.

    Raises: ValidationFailure with NOT_FOUND, SELF_ACTION or NOT_ALLOWED.
    """
    ensure_may_write(user)
    post = lock_visible_post(viewer=user, post_id=post_id)
    if post.author_id == user.pk:
        raise ValidationFailure.of(Code.SELF_ACTION, "You cannot like your own post.", "post_id")
    if insert_if_absent(Like(post=post, user=user)):
        _count(post, by=1)
        notify([post.author_id], kind=NotificationKind.LIKE, actor=user, post=post)
    return post


@transaction.atomic
def unlike_post(*, user: User, post_id: int) -> Post:
    """Take one's like back.

    Raises: ValidationFailure with NOT_FOUND.
    """
    post = lock_visible_post(viewer=user, post_id=post_id)
    deleted, _ = Like.objects.filter(post=post, user=user).delete()
    if deleted:
        _count(post, by=-1)
        withdraw(post.author_id, kind=NotificationKind.LIKE, actor=user, post=post)
    return post


def _count(post: Post, *, by: int) -> None:
    Post.objects.filter(pk=post.pk).update(like_count=F("like_count") + by)
    post.like_count += by  # exact: the row is locked
