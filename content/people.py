"""Reading people, and what ties them to whoever asks."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts import queries
from accounts.models import User
from accounts.queries import NO_PROFILE, Profile, called
from accounts.text import FORBIDDEN
from accounts.words import letters
from content.models import Block, Follow, Mute
from content.visibility import (
    is_veiled,
    visible_blocks,
    visible_follows,
    visible_mutes,
    visible_posts,
    visible_users,
)

LONGEST_NAME = 50  # a display name's; usernames are shorter


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
        users = users.filter(pk__in=called(Q(letters__has_part=letters(text))))
    if has_unliked_posts is not None:
        unliked = Exists(visible_posts(viewer).filter(author=OuterRef("pk"), like_count=0))
        users = users.filter(unliked if has_unliked_posts else ~unliked)
    return users


def follows_with_followers(viewer: User | None) -> QuerySet[Follow]:
    """Follows with the people who follow, to be listed by who is followed."""
    return visible_follows(viewer).select_related("follower")


def follows_with_followed(viewer: User | None) -> QuerySet[Follow]:
    """Follows with the people who are followed, to be listed by who follows."""
    return visible_follows(viewer).select_related("followed")


def blocks_with_people(viewer: User | None) -> QuerySet[Block]:
    """Whom `viewer` blocks."""
    return visible_blocks(viewer).select_related("blocked")


def mutes_with_people(viewer: User | None) -> QuerySet[Mute]:
    """Whom `viewer` mutes."""
    return visible_mutes(viewer).select_related("muted")


def followed_by(viewer: User | None, users: Sequence[User]) -> frozenset[int]:
    """The keys of those of `users` whom `viewer` follows. One SQL statement, none for anonymous requests."""
    if viewer is None:
        return frozenset()
    follows = Follow.objects.filter(follower=viewer, followed__in=users)
    return frozenset(follows.values_list("followed_id", flat=True))


def followers_of(viewer: User | None, users: Sequence[User]) -> frozenset[int]:
    """The keys of those of `users` who follow `viewer`. One SQL statement, none for anonymous requests."""
    if viewer is None:
        return frozenset()
    follows = Follow.objects.filter(followed=viewer, follower__in=users)
    return frozenset(follows.values_list("follower_id", flat=True))


def muted_by(viewer: User | None, users: Sequence[User]) -> frozenset[int]:
    """The keys of those of `users` whom `viewer` mutes and does not block. One SQL statement, none for
    anonymous requests.
    """
    if viewer is None:
        return frozenset()
    open_ = [user for user in users if not is_veiled(user)]
    return frozenset(Mute.objects.filter(muter=viewer, muted__in=open_).values_list("muted_id", flat=True))


def profiles(users: Sequence[User], viewer: User | None) -> Mapping[int, Profile]:
    """The profiles of these users as `viewer` may see them, by key; empty of whom they block. One SQL
    statement.
    """
    found = queries.profiles(users, viewer)
    return {user.pk: NO_PROFILE if is_veiled(user) else found[user.pk] for user in users}


def shown_count(counter: str) -> Callable[[User | None, User], int]:
    """What of a user's counter is shown: 0 of whom the viewer blocks."""
    return lambda viewer, user: 0 if is_veiled(user) else getattr(user, counter)
