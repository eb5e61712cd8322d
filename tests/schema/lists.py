"""Every list of the API, what stands in it, and which page of it is right."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from content.models import Like, Post, PostEdit
from schema.engine.ids import encode_id
from tests.client import Api, Reply
from tests.schema.worlds import World

PAGING = "first: $first, after: $after, last: $last, before: $before"
VARIABLES = "$first: Int, $after: String, $last: Int, $before: String"
PAGE = "totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"


@dataclass(frozen=True)
class Item:
    """A row: where it stands, and what is shown of it."""

    position: tuple[Any, ...]
    shown: str


@dataclass(frozen=True)
class Paging:
    """What a client asks for; positions instead of cursors."""

    first: int | None = None
    last: int | None = None
    after: tuple[Any, ...] | None = None
    before: tuple[Any, ...] | None = None


@dataclass(frozen=True)
class Expected:
    """A page, said plainly."""

    shown: list[str]
    has_next: bool
    has_previous: bool


@dataclass(frozen=True)
class ListOf:
    """One list.

    Args:
        name: the case's name in test reports.
        field: the field with its own arguments, to be completed by those of paging.
        items: what stands in it (of this parent), in any order.
        parent: the type whose field it is; None at the root.
        ascending: smallest position first.
        shows: the field by which a node is told from another.
    """

    name: str
    field: str
    items: Callable[[World, Any], list[Item]]
    parent: str | None = None
    ascending: bool = False
    shows: str = "id"

    def select(self, alias: str = "list", paging: str = PAGING) -> str:
        """The connection with everything it tells."""
        field = self.field.replace("PAGING", paging)
        shows = self.shows
        return f"{alias}: {field} {{ {PAGE} edges {{ cursor node {{ {shows} }} }} nodes {{ {shows} }} }}"

    def document(self, selection: str) -> str:
        """A query of that, in the parent `$id`."""
        if self.parent is None:
            return f"query({VARIABLES}) {{ {selection} }}"
        return (
            f"query($id: ID!, {VARIABLES}) {{ node(id: $id) {{ ... on {self.parent} {{ {selection} }} }} }}"
        )

    @property
    def path(self) -> list[str]:
        """Where the answer has it."""
        return ["list"] if self.parent is None else ["node", "list"]

    def given(self, parent: Any) -> dict[str, Any]:
        """The variables that name the parent."""
        return {} if self.parent is None else {"id": encode_id(self.parent, parent.pk)}

    def ask(self, api: Api, parent: Any, **paging: Any) -> Reply:
        """The answer to a request for one page."""
        return api.send(self.document(self.select()), {**self.given(parent), **paging})

    def read(self, api: Api, parent: Any, **paging: Any) -> dict[str, Any]:
        """One page, which must be answered."""
        reply = self.ask(api, parent, **paging)
        assert reply.errors == []
        data = reply.data if self.parent is None else reply.data["node"]
        return dict(data["list"])

    def ordered(self, world: World, parent: Any) -> list[Item]:
        """The whole list."""
        return sorted(self.items(world, parent), key=lambda item: item.position, reverse=not self.ascending)

    def parents(self, world: World) -> Sequence[Any]:
        """Whatever has such a list; one nothing, at the root."""
        if self.parent is None:
            return [None]
        return world.visible_people if self.parent == "User" else world.visible_posts

    def longest(self, world: World) -> Any:
        """Whoever has most in this list."""
        return max(self.parents(world), key=lambda parent: len(self.items(world, parent)))

    def page(self, items: list[Item], paging: Paging) -> Expected:
        """Relay's cursor specification, on the whole list."""

        def precedes(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
            return one < other if self.ascending else one > other

        after, before = paging.after, paging.before
        within = [
            item
            for item in items
            if (after is None or precedes(after, item.position))
            and (before is None or precedes(item.position, before))
        ]
        if paging.last is None:
            page = within[: 20 if paging.first is None else paging.first]
        else:
            page = within[max(0, len(within) - paging.last) :]
        cut = len(page) < len(within)
        return Expected(
            shown=[item.shown for item in page],
            has_next=(cut and paging.last is None)
            or (before is not None and any(not precedes(item.position, before) for item in items)),
            has_previous=(cut and paging.last is not None)
            or (after is not None and any(not precedes(after, item.position) for item in items)),
        )


def _posts(which: Callable[[Post, Any], bool], *, by_likes: bool = False) -> Callable[..., list[Item]]:
    def items(world: World, parent: Any) -> list[Item]:
        return [
            Item((post.like_count, post.pk) if by_likes else (post.pk,), encode_id("Post", post.pk))
            for post in world.visible_posts
            if which(post, parent)
        ]

    return items


def _people(position: Callable[[Any], tuple[Any, ...]]) -> Callable[..., list[Item]]:
    return lambda world, parent: [
        Item(position(user), encode_id("User", user.pk)) for user in world.visible_people
    ]


def _likes(which: Callable[[Like, Any], bool], shown: Callable[[Like], str]) -> Callable[..., list[Item]]:
    return lambda world, parent: [
        Item((like.pk,), shown(like)) for like in world.visible_likes if which(like, parent)
    ]


def _edits(world: World, post: Post) -> list[Item]:
    return [Item((edit.pk,), edit.body) for edit in world.edits if _is_of(edit, post)]


def _is_of(edit: PostEdit, post: Post) -> bool:
    return edit.post_id == post.pk


def _both_ways(name: str, field: str, items: Callable[..., list[Item]]) -> list[ListOf]:
    return [
        ListOf(f"{name}-{direction}", field.replace("DIRECTION", direction), items, ascending=ascending)
        for direction, ascending in (("ASC", True), ("DESC", False))
    ]


def _feed(by: str, items: Callable[..., list[Item]], filters: str = "") -> list[ListOf]:
    order = f"orderBy: {{field: {by}, direction: DIRECTION}}"
    return _both_ways(f"feed-{by}{bool(filters) * '-replies'}", f"feed({order}, {filters} PAGING)", items)


def _users(by: str, position: Callable[[Any], tuple[Any, ...]]) -> list[ListOf]:
    order = f"orderBy: {{field: {by}, direction: DIRECTION}}"
    return _both_ways(f"users-{by}", f"users({order}, PAGING)", _people(position))


FEED = ListOf("feed", "feed(PAGING)", _posts(lambda post, _: not post.is_reply))
POSTS = ListOf(
    "User.posts",
    "posts(PAGING)",
    _posts(lambda post, author: post.author_id == author.pk and not post.is_reply),
    parent="User",
)
POSTS_WITH_REPLIES = ListOf(
    "User.posts-replies",
    "posts(includeReplies: true, PAGING)",
    _posts(lambda post, author: post.author_id == author.pk),
    parent="User",
)
LIKED_POSTS = ListOf(
    "User.likedPosts",
    "likedPosts(PAGING)",
    _likes(lambda like, user: like.user_id == user.pk, lambda like: encode_id("Post", like.post_id)),
    parent="User",
)
LIKED_BY = ListOf(
    "Post.likedBy",
    "likedBy(PAGING)",
    _likes(lambda like, post: like.post_id == post.pk, lambda like: encode_id("User", like.user_id)),
    parent="Post",
)
REPLIES = ListOf(
    "Post.replies",
    "replies(PAGING)",
    _posts(lambda reply, post: reply.reply_to_id == post.pk),
    parent="Post",
    ascending=True,
)
EDITS = ListOf("Post.edits", "edits(PAGING)", _edits, parent="Post", shows="body")
NESTED = [POSTS, POSTS_WITH_REPLIES, LIKED_POSTS, LIKED_BY, REPLIES, EDITS]
ROOTS = [
    FEED,
    *_feed("CREATED_AT", _posts(lambda post, _: not post.is_reply)),
    *_feed("CREATED_AT", _posts(lambda post, _: True), filters="filter: {includeReplies: true},"),
    *_feed("LIKE_COUNT", _posts(lambda post, _: not post.is_reply, by_likes=True)),
    *_users("JOINED_AT", lambda user: (user.pk,)),
    *_users("USERNAME", lambda user: (user.username.lower(), user.pk)),
    *_users("POST_COUNT", lambda user: (user.post_count, user.pk)),
]
EVERY_LIST = [*ROOTS, *NESTED]
EVERY_FIELD = [FEED, ROOTS[-1], *NESTED]
EVERY_ORDER = [*EVERY_FIELD, *(list_ for list_ in ROOTS if list_.name.endswith("-ASC"))]

sizes_of_pages = st.one_of(st.integers(0, 5), st.just(100))


@st.composite
def pagings(draw: st.DrawFn, items: list[Item]) -> Paging:
    """Any page of a list: from either end, between any two of its cursors, in whatever order these are."""
    ends = st.sampled_from([None, *(item.position for item in items)])
    size = draw(st.none() | st.tuples(st.sampled_from(["first", "last"]), sizes_of_pages))
    return Paging(after=draw(ends), before=draw(ends), **dict([size] if size else []))
