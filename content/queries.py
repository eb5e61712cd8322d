"""Reading what people do: sets that others may list, and facts about many rows at once."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from accounts.keys import first_key_after, first_key_at_or_after
from accounts.models import User
from accounts.text import FORBIDDEN, USERNAME
from accounts.words import letters
from content.models import Like, Post
from content.visibility import visible_likes, visible_posts, visible_users

LONGEST_NAME = 50  # a display name's; usernames are shorter


def feed(
    viewer: User | None,
    *,
    author_id: int | None = None,
    include_replies: bool = False,
    created_after: datetime | None = None,
    created_before: datetime | None = None,
    unliked: bool | None = None,
) -> QuerySet[Post]:
    """Posts of everybody, as far as `viewer` sees them.

    Args:
        author_id: only this person's.
        include_replies: replies too.
        created_after, created_before: exclusive bounds, aware.
        unliked: True: only posts without a like; False: only liked ones.
    """
    posts = visible_posts(viewer)
    if not include_replies:
        posts = posts.filter(is_reply=False)
    if author_id is not None:
        posts = posts.filter(author_id=author_id)
    if created_after is not None:
        posts = posts.filter(pk__gte=first_key_after(created_after))
    if created_before is not None:
        posts = posts.filter(pk__lt=first_key_at_or_after(created_before))
    if unliked is not None:
        posts = posts.filter(like_count=0) if unliked else posts.filter(like_count__gt=0)
    return posts


def people(
    viewer: User | None, *, query: str | None = None, has_unliked_posts: bool | None = None
) -> QuerySet[User]:
    """Everybody whom `viewer` sees.

    Args:
        query: only whose username or display name has these characters, in any case.
        has_unliked_posts: True: only with a visible post that nobody likes; False: only without one.
    """
    users = visible_users(viewer)
    if query is not None and (text := unicodedata.normalize("NFC", query).strip()):
        if FORBIDDEN.search(text) or len(text) > LONGEST_NAME:
            return users.none()
        users = users.filter(names__letters__has_part=letters(text))
    if has_unliked_posts is not None:
        unliked = Exists(visible_posts(viewer).filter(author=OuterRef("pk"), like_count=0))
        users = users.filter(unliked if has_unliked_posts else ~unliked)
    return users


def person_named(viewer: User | None, username: str) -> User | None:
    """Whoever has this username, whatever its case, if `viewer` sees them."""
    if not USERNAME.fullmatch(username):
        return None
    return visible_users(viewer).filter(username_lower=username.lower()).first()


def likes_with_posts(viewer: User | None) -> QuerySet[Like]:
    """Likes with the posts they are about, to be listed by person."""
    return visible_likes(viewer).select_related("post")


def likes_with_people(viewer: User | None) -> QuerySet[Like]:
    """Likes with the people they come from, to be listed by post."""
    return visible_likes(viewer).select_related("user")


def liked_by(viewer: User | None, posts: Sequence[Post]) -> frozenset[int]:
    """The keys of those of `posts` that `viewer` likes. One SQL statement, none for anonymous requests."""
    if viewer is None:
        return frozenset()
    likes = Like.objects.filter(user=viewer, post_id__in=[post.pk for post in posts])
    return frozenset(likes.values_list("post_id", flat=True))
