"""Every list of the API, and what stands in it for whoever asks."""

from collections.abc import Callable, Iterable
from typing import Any

from accounts.models import User
from content.models import Hashtag, Post
from schema.engine.ids import encode_id
from tests.schema.paging import Item, ListOf
from tests.schema.sight import Sight
from tests.schema.worlds import is_public


def _post(post: Post, position: int | None = None) -> Item:
    return Item((position or post.pk,), encode_id("Post", post.pk))


def _person(user: User, *position: Any) -> Item:
    return Item(position, encode_id("User", user.pk))


def _top_level(sight: Sight) -> list[Post]:
    """The feed: public posts, without replies, without whom one mutes."""
    return [post for post in _with_replies(sight) if not post.is_reply]


def _with_replies(sight: Sight) -> list[Post]:
    return [post for post in sight.posts if is_public(post) and not sight.mutes(post.author)]


def _home(sight: Sight) -> list[Post]:
    return [
        post
        for post in sight.posts
        if not post.is_reply
        and not sight.mutes(post.author)
        and (post.author is sight.viewer or sight.follows(post.author))
    ]


def _tagged(sight: Sight, hashtag: Hashtag) -> list[Post]:
    """A hashtag's posts are a feed too."""
    return [
        use.post
        for use in sight.world.uses
        if use.hashtag_id == hashtag.pk and sight.sees_post(use.post) and not sight.mutes(use.post.author)
    ]


def _told(sight: Sight, *, unread_only: bool) -> list[Item]:
    return [
        Item((row.pk,), encode_id("Notification", row.pk))
        for row in sight.notifications
        if not (unread_only and row.is_read)
    ]


def _both_ways(name: str, field: str, items: Callable[..., Iterable[Item]]) -> list[ListOf]:
    return [
        ListOf(f"{name}-{direction}", field.replace("DIRECTION", direction), items, ascending=ascending)
        for direction, ascending in (("ASC", True), ("DESC", False))
    ]


def _feed(by: str, items: Callable[..., Iterable[Item]], filters: str = "") -> list[ListOf]:
    order = f"orderBy: {{field: {by}, direction: DIRECTION}}"
    return _both_ways(f"feed-{by}{bool(filters) * '-replies'}", f"feed({order}, {filters} PAGING)", items)


def _users(by: str, position: Callable[[User], Any]) -> list[ListOf]:
    order = f"orderBy: {{field: {by}, direction: DIRECTION}}"
    return _both_ways(
        f"users-{by}",
        f"users({order}, PAGING)",
        lambda sight, _: [_person(user, position(user), user.pk) for user in sight.people],
    )


def _of_viewer(name: str, field: str, items: Callable[..., Iterable[Item]]) -> ListOf:
    return ListOf(f"Viewer.{name}", field, items, parent="Viewer", signed_in=True)


FEED = ListOf("feed", "feed(PAGING)", lambda sight, _: map(_post, _top_level(sight)))
HOME_FEED = ListOf("homeFeed", "homeFeed(PAGING)", lambda sight, _: map(_post, _home(sight)), signed_in=True)
ROOTS = [
    FEED,
    HOME_FEED,
    *_feed("CREATED_AT", lambda sight, _: map(_post, _top_level(sight))),
    *_feed(
        "CREATED_AT",
        lambda sight, _: map(_post, _with_replies(sight)),
        filters="filter: {includeReplies: true},",
    ),
    *_feed(
        "LIKE_COUNT",
        lambda sight, _: [
            Item((post.like_count, post.pk), encode_id("Post", post.pk)) for post in _top_level(sight)
        ],
    ),
    *_users("JOINED_AT", lambda user: user.pk),
    *_users("USERNAME", lambda user: user.username_lower),
    *_users("FOLLOWER_COUNT", lambda user: user.follower_count),
    *_users("POST_COUNT", lambda user: user.post_count),
]

POSTS = ListOf(
    "User.posts",
    "posts(PAGING)",
    lambda sight, author: [
        _post(post) for post in sight.posts if post.author_id == author.pk and not post.is_reply
    ],
    parent="User",
)
POSTS_WITH_REPLIES = ListOf(
    "User.posts-replies",
    "posts(includeReplies: true, PAGING)",
    lambda sight, author: [_post(post) for post in sight.posts if post.author_id == author.pk],
    parent="User",
)
LIKED_POSTS = ListOf(
    "User.likedPosts",
    "likedPosts(PAGING)",
    lambda sight, user: [_post(like.post, like.pk) for like in sight.likes if like.user_id == user.pk],
    parent="User",
)
FOLLOWERS = ListOf(
    "User.followers",
    "followers(PAGING)",
    lambda sight, user: [
        _person(row.follower, row.pk) for row in sight.shown_follows if row.followed_id == user.pk
    ],
    parent="User",
)
FOLLOWING = ListOf(
    "User.following",
    "following(PAGING)",
    lambda sight, user: [
        _person(row.followed, row.pk) for row in sight.shown_follows if row.follower_id == user.pk
    ],
    parent="User",
)
LIKED_BY = ListOf(
    "Post.likedBy",
    "likedBy(PAGING)",
    lambda sight, post: [_person(like.user, like.pk) for like in sight.likes if like.post_id == post.pk],
    parent="Post",
)
REPLIES = ListOf(
    "Post.replies",
    "replies(PAGING)",
    lambda sight, post: [_post(reply) for reply in sight.posts if reply.reply_to_id == post.pk],
    parent="Post",
    ascending=True,
)
EDITS = ListOf(
    "Post.edits",
    "edits(PAGING)",
    lambda sight, post: [Item((edit.pk,), edit.body) for edit in sight.edits if edit.post_id == post.pk],
    parent="Post",
    shows="body",
)
TAGGED = ListOf(
    "Hashtag.posts",
    "posts(PAGING)",
    lambda sight, hashtag: map(_post, _tagged(sight, hashtag)),
    parent="Hashtag",
)
NESTED = [POSTS, POSTS_WITH_REPLIES, LIKED_POSTS, FOLLOWERS, FOLLOWING, LIKED_BY, REPLIES, EDITS, TAGGED]

BOOKMARKS = _of_viewer(
    "bookmarks",
    "bookmarks(PAGING)",
    lambda sight, _: [_post(row.post, row.pk) for row in sight.bookmarks],
)
BLOCKS = _of_viewer(
    "blocks", "blocks(PAGING)", lambda sight, _: [_person(row.blocked, row.pk) for row in sight.own_blocks]
)
MUTES = _of_viewer(
    "mutes", "mutes(PAGING)", lambda sight, _: [_person(row.muted, row.pk) for row in sight.own_mutes]
)
NOTIFICATIONS = _of_viewer(
    "notifications", "notifications(PAGING)", lambda sight, _: _told(sight, unread_only=False)
)
UNREAD = _of_viewer(
    "notifications-unread",
    "notifications(unreadOnly: true, PAGING)",
    lambda sight, _: _told(sight, unread_only=True),
)
OF_VIEWER = [BOOKMARKS, BLOCKS, MUTES, NOTIFICATIONS, UNREAD]

EVERY_LIST = [*ROOTS, *NESTED, *OF_VIEWER]
EVERY_FIELD = [FEED, HOME_FEED, ROOTS[-1], *NESTED, *OF_VIEWER]
EVERY_ORDER = [*EVERY_FIELD, *(list_ for list_ in ROOTS if list_.name.endswith("-ASC"))]
