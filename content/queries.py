"""Reading what people write and like: sets that others may list, and facts about many rows at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import F, Q, QuerySet

from accounts.keys import first_key_after, first_key_at_or_after
from accounts.models import User
from accounts.text import FORBIDDEN
from content.entities import hashtag_name
from content.models import (
    UNLIKED,
    Bookmark,
    DataExport,
    Follow,
    Hashtag,
    Like,
    Notification,
    Post,
    PostHashtag,
    PostVisibility,
)
from content.visibility import (
    unmuted,
    visible_bookmarks,
    visible_hashtag_uses,
    visible_likes,
    visible_mentions,
    visible_notifications,
    visible_posts,
)

MAX_EXPORTS = 50
COUNTED_UP_TO = 10_001  # unread notifications, as totals of lists


def feed(
    viewer: User | None,
    *,
    author_id: int | None = None,
    hashtag: str | None = None,
    include_replies: bool = False,
    created_after: datetime | None = None,
    created_before: datetime | None = None,
    unliked: bool | None = None,
) -> QuerySet[Post]:
    """Public posts of everybody, as far as `viewer` sees them, without the people they mute.

    Args:
        author_id: only this person's, muted or not.
        hashtag: only posts with this hashtag, in any case, with or without the #; `use_of` is then their key
            as the index of its uses has it.
        include_replies: replies too.
        created_after, created_before: exclusive bounds, aware.
        unliked: True: only posts without a like; False: only liked ones.
    """
    posts = visible_posts(viewer).filter(visibility=PostVisibility.PUBLIC)
    posts = posts.filter(unmuted(viewer, "author__") if author_id is None else Q(author_id=author_id))
    if not include_replies:
        posts = posts.filter(is_reply=False)
    if hashtag is not None:
        posts = posts.filter(hashtag_uses__hashtag__name=hashtag_name(hashtag))
        posts = posts.alias(use_of=F("hashtag_uses__post_id"))
        if FORBIDDEN.search(hashtag):
            return posts.none()
    if created_after is not None:
        posts = posts.filter(pk__gte=first_key_after(created_after))
    if created_before is not None:
        posts = posts.filter(pk__lt=first_key_at_or_after(created_before))
    if unliked is not None:
        posts = posts.filter(UNLIKED if unliked else ~UNLIKED)
    return posts


def home_feed(viewer: User) -> QuerySet[Post]:
    """Posts by `viewer` and the people they follow, without replies and without the people they mute."""
    followed = Follow.objects.filter(follower=viewer).values("followed")
    theirs = visible_posts(viewer).filter(unmuted(viewer, "author__"), is_reply=False)
    return theirs.filter(Q(author=viewer) | Q(author__in=followed))


def written(viewer: User | None, *, include_replies: bool = False) -> QuerySet[Post]:
    """What `viewer` sees of what people wrote, to be listed by person."""
    posts = visible_posts(viewer)
    return posts if include_replies else posts.filter(is_reply=False)


def tagged(viewer: User | None) -> QuerySet[PostHashtag]:
    """What `viewer` sees of what has a hashtag, replies too, without the people they mute; to be listed by
    hashtag.
    """
    return visible_hashtag_uses(viewer).filter(unmuted(viewer, "post__author__")).select_related("post")


def likes_with_posts(viewer: User | None) -> QuerySet[Like]:
    """Likes with the posts they are about, to be listed by person."""
    return visible_likes(viewer).select_related("post")


def likes_with_people(viewer: User | None) -> QuerySet[Like]:
    """Likes with the people they come from, to be listed by post."""
    return visible_likes(viewer).select_related("user")


def bookmarks_with_posts(viewer: User | None) -> QuerySet[Bookmark]:
    """What `viewer` keeps, with the posts."""
    return visible_bookmarks(viewer).select_related("post")


def notifications(viewer: User | None, *, unread_only: bool = False) -> QuerySet[Notification]:
    """What `viewer` is told."""
    told = visible_notifications(viewer)
    return told.filter(is_read=False) if unread_only else told


def unread_count(viewer: User | None) -> int:
    """How much of what `viewer` is told they have not read, up to 10,001. One SQL statement."""
    return notifications(viewer, unread_only=True)[:COUNTED_UP_TO].count()


def data_exports(user: User) -> QuerySet[DataExport]:
    """Somebody's own archives, newest first: the last 50."""
    return DataExport.objects.filter(user=user).order_by("-pk")[:MAX_EXPORTS]


def liked_by(viewer: User | None, posts: Sequence[Post]) -> frozenset[int]:
    """The keys of those of `posts` that `viewer` likes. One SQL statement, none for anonymous requests."""
    return frozenset() if viewer is None else _of_viewer(Like.objects.filter(user=viewer), posts)


def bookmarked_by(viewer: User | None, posts: Sequence[Post]) -> frozenset[int]:
    """The keys of those of `posts` that `viewer` keeps. One SQL statement, none for anonymous requests."""
    return frozenset() if viewer is None else _of_viewer(Bookmark.objects.filter(user=viewer), posts)


def hashtags_of(posts: Sequence[Post], viewer: User | None) -> Mapping[int, list[Hashtag]]:
    """The hashtags of these posts, by key, in their order. One SQL statement."""
    uses = visible_hashtag_uses(viewer).filter(post__in=posts).select_related("hashtag")
    found: dict[int, list[Hashtag]] = {post.pk: [] for post in posts}
    for use in uses.order_by("position"):
        found[use.post_id].append(use.hashtag)
    return found


def mentioned_in(posts: Sequence[Post], viewer: User | None) -> Mapping[int, list[User]]:
    """The people whom these posts mention and `viewer` sees, by key, in their order. One SQL statement."""
    mentions = visible_mentions(viewer).filter(post__in=posts).select_related("user")
    found: dict[int, list[User]] = {post.pk: [] for post in posts}
    for mention in mentions.order_by("position"):
        found[mention.post_id].append(mention.user)
    return found


def _of_viewer(rows: "QuerySet[Like] | QuerySet[Bookmark]", posts: Sequence[Post]) -> frozenset[int]:
    return frozenset(rows.filter(post__in=posts).values_list("post_id", flat=True))
