"""Keeping a post to find it again, and no longer. Both state a wish: to repeat one changes nothing."""

from django.db import transaction

from accounts.models import User
from accounts.standing import ensure_may_write
from content.actions.inserts import insert_if_absent
from content.actions.sight import visible_post
from content.models import Bookmark, Post


@transaction.atomic
def bookmark_post(*, user: User, post_id: int) -> Post:
    """Keep a post; nobody is told.

    Raises: ValidationFailure with NOT_FOUND or NOT_ALLOWED.
    """
    ensure_may_write(user)
    post = visible_post(viewer=user, post_id=post_id)
    insert_if_absent(Bookmark(post=post, user=user))
    return post


@transaction.atomic
def unbookmark_post(*, user: User, post_id: int) -> Post:
    """Keep a post no longer.

    Raises: ValidationFailure with NOT_FOUND.
    """
    post = visible_post(viewer=user, post_id=post_id)
    Bookmark.objects.filter(post=post, user=user).delete()
    return post
