"""Every list of the API, whose it is when it is long, and where its middle is."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, F, QuerySet

from accounts.models import User
from content.models import (
    Block,
    Bookmark,
    Follow,
    Hashtag,
    Like,
    Mute,
    Notification,
    Post,
    PostEdit,
    PostHashtag,
    PostVisibility,
)
from content.visibility import visible_posts, visible_users
from schema.engine.ids import encode_id
from schema.engine.keyset import Order
from schema.types import orders

Rows = QuerySet[Any]


class Stage:
    """Who and what has the longest lists of a made-up network."""

    @cached_property
    def viewer(self) -> User:
        """Who follows many, keeps and is told much."""
        return User.objects.get(username="demo")

    @property
    def _posts(self) -> QuerySet[Post]:
        """What everybody sees."""
        return visible_posts(self.viewer).filter(visibility=PostVisibility.PUBLIC)

    @property
    def reader(self) -> User:
        """The viewer, as anybody sees them."""
        return self.viewer

    @cached_property
    def star(self) -> User:
        """Who is followed by most."""
        return visible_users(self.viewer).order_by("-follower_count")[0]

    @cached_property
    def writer(self) -> User:
        """Who wrote most."""
        return visible_users(self.viewer).order_by("-post_count")[0]

    @cached_property
    def liker(self) -> User:
        """Who likes most."""
        return visible_users(self.viewer).annotate(n=Count("likes")).order_by("-n")[0]

    @cached_property
    def hit(self) -> Post:
        """What is liked by most."""
        return self._posts.order_by("-like_count")[0]

    @cached_property
    def question(self) -> Post:
        """What has most replies."""
        return self._posts.order_by("-reply_count")[0]

    @cached_property
    def revised(self) -> Post:
        """What was edited."""
        return self._posts.annotate(n=Count("edits")).order_by("-n")[0]

    @cached_property
    def hashtag(self) -> Hashtag:
        """What most posts have."""
        return Hashtag.objects.order_by("-post_count")[0]


@dataclass(frozen=True)
class LongList:
    """A list.

    Args:
        name: the case's name in test reports.
        field: the connection with `PAGING` among its arguments.
        order: how it is listed.
        rows: what stands in it, roughly: its middle is where a deep page begins.
        parent: the attribute of the stage whose list it is; "viewer" is `Query.viewer`, None the root.
        signed_in: only for those who are.
    """

    name: str
    field: str
    order: Order
    rows: Callable[[Stage], Rows]
    parent: str | None = None
    signed_in: bool = False

    @property
    def _page(self) -> str:
        page = "{ edges { cursor } pageInfo { hasNextPage hasPreviousPage } }"
        return self.field.replace("PAGING", "first: 20, after: $after") + page

    @property
    def under_many(self) -> str:
        """A query of a page of each of very many lists of its kind."""
        return f"query($after: String) {{ {CROWDS[self.parent or ''].replace('PAGE', self._page)} }}"

    def document(self, stage: Stage) -> str:
        """A query of a page."""
        selection = self._page.replace("$author", f'"{encode_id("User", stage.writer.pk)}"')
        selection = selection.replace("$hashtag", f'"{stage.hashtag.name}"')
        if self.parent == "viewer":
            selection = f"viewer {{ {selection} }}"
        elif self.parent is not None:
            row = getattr(stage, self.parent)
            kind = type(row).__name__
            given = encode_id(kind, row.pk)
            selection = f'node(id: "{given}") {{ ... on {kind} {{ {selection} }} }}'
        return f"query($after: String) {{ {selection} }}"

    def middle(self, stage: Stage) -> str:
        """The cursor of its middle."""
        rows = self.rows(stage).order_by(*self.order.terms())
        return self.order.cursor(rows[rows.count() // 2])


def _both_ways(name: str, field: str, order: Order, rows: Callable[[Stage], Rows]) -> list[LongList]:
    return [
        LongList(
            f"{name}-{way}", field.replace("WAY", way), order if way == "DESC" else order.reversed(), rows
        )
        for way in ("ASC", "DESC")
    ]


def _feed(name: str, filters: str, rows: Callable[[Stage], Rows]) -> list[LongList]:
    return [
        each
        for by, order in (("CREATED_AT", orders.POSTS_BY_TIME), ("LIKE_COUNT", orders.POSTS_BY_LIKES))
        for each in _both_ways(
            f"feed-{name}-{by}",
            f"feed(filter: {{{filters}}}, orderBy: {{field: {by}, direction: WAY}}, PAGING)",
            order,
            rows,
        )
    ]


def _users(by: str, order: Order) -> list[LongList]:
    field = f"users(orderBy: {{field: {by}, direction: WAY}}, PAGING)"
    return _both_ways(f"users-{by}", field, order, lambda _: User.objects.all())


def _posts(_: Stage) -> Rows:
    return Post.objects.all()


# A hundred parents, by what a parent of the stage is called: their lists are among the longest.
CROWDS = {
    **dict.fromkeys(
        ("star", "reader"), "users(first: 100, orderBy: {field: FOLLOWER_COUNT}) { nodes { PAGE } }"
    ),
    **dict.fromkeys(
        ("writer", "liker"), "users(first: 100, orderBy: {field: POST_COUNT}) { nodes { PAGE } }"
    ),
    "hit": "feed(first: 100, orderBy: {field: LIKE_COUNT}) { nodes { PAGE } }",
    **dict.fromkeys(
        ("question", "revised"), "feed(first: 100, filter: {includeReplies: true}) { nodes { PAGE } }"
    ),
    "hashtag": 'search(query: "c", type: HASHTAG, first: 100) { nodes { ... on Hashtag { PAGE } } }',
}
# Two years long, from November 2024.
SPAN = 'createdAfter: "2025-06-01T00:00:00Z", createdBefore: "2026-06-01T00:00:00Z"'
EVERY_LIST = [
    *_users("JOINED_AT", orders.USERS_BY_TIME),
    *_users("USERNAME", orders.USERS_BY_NAME),
    *_users("FOLLOWER_COUNT", orders.USERS_BY_FOLLOWERS),
    *_users("POST_COUNT", orders.USERS_BY_POSTS),
    *_feed("plain", "", _posts),
    *_feed("replies", "includeReplies: true", _posts),
    *_feed("unliked", "unliked: true", lambda _: Post.objects.filter(like_count=0)),
    *_feed("liked", "unliked: false", lambda _: Post.objects.filter(like_count__gt=0)),
    *_feed("span", SPAN, _posts),
    *_feed("author", "authorId: $author", lambda stage: Post.objects.filter(author=stage.writer)),
    *_feed("hashtag", "hashtag: $hashtag", _posts),
    *_feed(
        "author-unliked",
        "authorId: $author, unliked: true",
        lambda stage: Post.objects.filter(author=stage.writer, like_count=0),
    ),
    LongList(
        "search-POST",
        'search(query: "the", type: POST, PAGING)',
        orders.POSTS_FOUND,
        lambda _: Post.objects.annotate(found_key=F("pk")),
    ),
    LongList(
        "search-HASHTAG",
        'search(query: "c", type: HASHTAG, PAGING)',
        orders.HASHTAGS_BY_NAME,
        lambda _: Hashtag.objects.filter(search_key__startswith="c"),
    ),
    LongList("homeFeed", "homeFeed(PAGING)", orders.POSTS_BY_TIME, _posts, signed_in=True),
    LongList(
        "User.posts",
        "posts(PAGING)",
        orders.POSTS_BY_TIME,
        lambda stage: stage.writer.posts.filter(is_reply=False),
        parent="writer",
    ),
    LongList(
        "User.posts-replies",
        "posts(includeReplies: true, PAGING)",
        orders.POSTS_BY_TIME,
        lambda stage: stage.writer.posts.all(),
        parent="writer",
    ),
    LongList(
        "User.likedPosts",
        "likedPosts(PAGING)",
        orders.LIKES_BY_TIME,
        lambda stage: Like.objects.filter(user=stage.liker),
        parent="liker",
    ),
    LongList(
        "User.followers",
        "followers(PAGING)",
        orders.FOLLOWS_BY_TIME,
        lambda stage: Follow.objects.filter(followed=stage.star),
        parent="star",
    ),
    LongList(
        "User.following",
        "following(PAGING)",
        orders.FOLLOWS_BY_TIME,
        lambda stage: Follow.objects.filter(follower=stage.viewer),
        parent="reader",
    ),
    LongList(
        "Post.likedBy",
        "likedBy(PAGING)",
        orders.LIKES_BY_TIME,
        lambda stage: Like.objects.filter(post=stage.hit),
        parent="hit",
    ),
    LongList(
        "Post.replies",
        "replies(PAGING)",
        orders.REPLIES_BY_TIME,
        lambda stage: Post.objects.filter(reply_to=stage.question),
        parent="question",
    ),
    LongList(
        "Post.edits",
        "edits(PAGING)",
        orders.EDITS_BY_TIME,
        lambda stage: PostEdit.objects.filter(post=stage.revised),
        parent="revised",
    ),
    LongList(
        "Hashtag.posts",
        "posts(PAGING)",
        orders.TAGGED_BY_TIME,
        lambda stage: PostHashtag.objects.filter(hashtag=stage.hashtag),
        parent="hashtag",
    ),
    LongList(
        "Viewer.bookmarks",
        "bookmarks(PAGING)",
        orders.BOOKMARKS_BY_TIME,
        lambda stage: Bookmark.objects.filter(user=stage.viewer),
        parent="viewer",
        signed_in=True,
    ),
    LongList(
        "Viewer.blocks",
        "blocks(PAGING)",
        orders.BLOCKS_BY_TIME,
        lambda stage: Block.objects.filter(blocker=stage.viewer),
        parent="viewer",
        signed_in=True,
    ),
    LongList(
        "Viewer.mutes",
        "mutes(PAGING)",
        orders.MUTES_BY_TIME,
        lambda stage: Mute.objects.filter(muter=stage.viewer),
        parent="viewer",
        signed_in=True,
    ),
    LongList(
        "Viewer.notifications",
        "notifications(PAGING)",
        orders.NOTIFICATIONS_BY_TIME,
        lambda stage: Notification.objects.filter(recipient=stage.viewer),
        parent="viewer",
        signed_in=True,
    ),
    LongList(
        "Viewer.notifications-unread",
        "notifications(unreadOnly: true, PAGING)",
        orders.NOTIFICATIONS_BY_TIME,
        lambda stage: Notification.objects.filter(recipient=stage.viewer, is_read=False),
        parent="viewer",
        signed_in=True,
    ),
]
