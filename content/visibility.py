"""The one rule of who sees what. Every path to a post, a like or a user goes through here.

`viewer` is who asks; None is an anonymous request. Whoever a moderator deactivated is as if deleted.
"""

from django.db.models import QuerySet

from accounts.models import User
from content.models import Like, Post, PostEdit


def visible_users(viewer: User | None) -> QuerySet[User]:
    """The people `viewer` may see."""
    return User.objects.filter(is_active=True)


def visible_posts(viewer: User | None) -> QuerySet[Post]:
    """The posts `viewer` may see."""
    return Post.objects.filter(author__is_active=True)


def visible_likes(viewer: User | None) -> QuerySet[Like]:
    """The likes `viewer` may see: of posts they may see, by people they may see."""
    return Like.objects.filter(user__is_active=True, post__author__is_active=True)


def visible_edits(viewer: User | None) -> QuerySet[PostEdit]:
    """The former texts `viewer` may see: those of posts they may see."""
    return PostEdit.objects.filter(post__author__is_active=True)
