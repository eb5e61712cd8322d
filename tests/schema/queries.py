"""Random queries: any fields, nested in any way, under aliases and through fragments."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from schema.engine.ids import encode_id
from schema.engine.keyset import Order
from schema.types import orders
from tests.schema.worlds import World

# A field with its own arguments, and the type it leads to; None: a value, complete as it stands.
Field = tuple[str, str | None]
SCALARS = {
    "User": ["id", "username", "displayName", "joinedAt", "postCount", "isViewer", "__typename"],
    "Post": ["id", "body", "likeCount", "replyCount", "createdAt", "editedAt", "viewerCanLike"],
    "PostEdit": ["body", "createdAt"],
}
BATCHED: dict[str, list[Field]] = {
    "User": [("bio", None), ("location", None), ("company { name }", None), ("socialAccounts { url }", None)],
    "Post": [("viewerHasLiked", None), ("author", "User"), ("replyTo", "Post")],
    "PostEdit": [],
}
CONNECTIONS: dict[str, list[tuple[str, str]]] = {
    "User": [("posts", "Post"), ("posts(includeReplies: true)", "Post"), ("likedPosts", "Post")],
    "Post": [("likedBy", "User"), ("replies", "Post"), ("edits", "PostEdit")],
    "PostEdit": [],
}
ROOTS: list[tuple[str, str]] = [
    ("feed", "Post"),
    ("feed(filter: {includeReplies: true})", "Post"),
    ("feed(orderBy: {field: LIKE_COUNT})", "Post"),
    ("users", "User"),
    ("users(orderBy: {field: USERNAME, direction: ASC})", "User"),
]
ORDERS = {
    "likedPosts": orders.LIKES_BY_TIME,
    "likedBy": orders.LIKES_BY_TIME,
    "edits": orders.EDITS_BY_TIME,
    "feed(orderBy: {field: LIKE_COUNT})": orders.POSTS_BY_LIKES,
    "users": orders.USERS_BY_TIME,
    "users(orderBy: {field: USERNAME, direction: ASC})": orders.USERS_BY_NAME,
}
PAGE_FIELDS = ["totalCount", "pageInfo { hasNextPage }", "pageInfo { hasPreviousPage startCursor endCursor }"]


@dataclass(frozen=True)
class Fragment:
    """A named fragment, how deep it stood at first, and how many lists and batches it names."""

    name: str
    type_: str
    depth: int
    named: int
    selection: str


@dataclass
class Writer:
    """Writes one random query.

    Args:
        world: whose IDs and cursors appear in it.
        whole: whether every list is asked whole, so that what is empty is so in the data.
    """

    draw: Callable[..., Any]
    world: World
    whole: bool
    named: int = 0
    fragments: list[Fragment] = field(default_factory=list)
    aliases: "itertools.count[int]" = field(default_factory=itertools.count)

    def query(self) -> str:
        """The document. `named` then says how many connections and batched fields it names."""
        fields = [self._root() for _ in range(self.draw(st.integers(1, 2)))]
        fragments = [f"fragment {each.name} on {each.type_} {each.selection}" for each in self.fragments]
        return " ".join(["{", *fields, "}", *fragments])

    def _root(self) -> str:
        kind = self.draw(st.sampled_from(["connection", "connection", "object", "viewer"]))
        if kind == "connection":
            name, leads_to = self.draw(st.sampled_from(ROOTS))
            return self._connection(name, leads_to, 0)
        if kind == "viewer":
            return f"{self._alias()}: viewer {{ email user {self._object('User', 0)} }}"
        self.named += 1
        type_, rows = self.draw(
            st.sampled_from([("User", self.world.visible_people), ("Post", self.world.visible_posts)])
        )
        ids = ", ".join(f'"{encode_id(type_, row.pk)}"' for row in rows[:3])
        return f"{self._alias()}: nodes(ids: [{ids}]) {{ ... on {type_} {self._object(type_, 0)} }}"

    def _object(self, type_: str, depth: int) -> str:
        """A selection of an object's fields, perhaps through a fragment, new or used before."""
        how = self.draw(st.sampled_from(["plain", "plain", "inline", "new", "known"]))
        known = [each for each in self.fragments if each.type_ == type_ and each.depth >= depth]
        if how == "known" and known:
            fragment = self.draw(st.sampled_from(known))
            self.named += fragment.named
            return f"{{ ...{fragment.name} }}"
        before = self.named
        selection = self._selection(type_, depth)
        if how == "inline":
            return f"{{ ... on {type_} {selection} }}"
        if how == "new":
            name = f"F{len(self.fragments)}"
            self.fragments.append(Fragment(name, type_, depth, self.named - before, selection))
            return f"{{ ...{name} }}"
        return selection

    def _selection(self, type_: str, depth: int) -> str:
        fields = [self.draw(st.sampled_from(SCALARS[type_]))]
        choices = [*BATCHED[type_], *CONNECTIONS[type_]]
        for name, leads_to in self._some(choices, 0 if depth > 3 else 2):
            if (name, leads_to) in CONNECTIONS[type_]:
                fields.append(self._connection(name, leads_to, depth))
            else:
                self.named += 1
                inner = self._object(leads_to, depth + 1) if leads_to else ""
                fields.append(f"{self._alias()}: {name} {inner}")
        return "{ " + " ".join(fields) + " }"

    def _connection(self, name: str, type_: str, depth: int) -> str:
        self.named += 1
        fields = self.draw(st.sampled_from([PAGE_FIELDS, PAGE_FIELDS[:1], PAGE_FIELDS[1:], []])).copy()
        fields += [f"nodes {self._object(type_, depth + 1)}"] if self.draw(st.booleans()) else []
        fields += (
            [f"edges {{ cursor node {self._object(type_, depth + 1)} }}"] if self.draw(st.booleans()) else []
        )
        base, _, own = name.partition("(")
        arguments = ", ".join(filter(None, [own.rstrip(")"), *self._paging(name, type_)]))
        return (
            f"{self._alias()}: {base}{f'({arguments})' * bool(arguments)} {{ __typename {' '.join(fields)} }}"
        )

    def _paging(self, name: str, type_: str) -> list[str]:
        end = self.draw(st.sampled_from(["first", "last"]))
        if self.whole:
            return [f"{end}: 100"]
        size = [f"{end}: {self.draw(st.integers(0, 5))}"] if self.draw(st.booleans()) else []
        cursors = self._cursors(ORDERS.get(name, orders.POSTS_BY_TIME))
        ends = [
            (side, self.draw(st.none() | st.sampled_from(cursors))) for side in ("after", "before") if cursors
        ]
        return [*size, *(f'{side}: "{cursor}"' for side, cursor in ends if cursor)]

    def _cursors(self, order: Order) -> list[str]:
        tables: dict[str, Sequence[Any]] = {
            "post": self.world.posts,
            "user": self.world.people,
            "like": self.world.likes,
            "edit": self.world.edits,
        }
        if order is orders.USERS_BY_NAME:
            for user in self.world.people:
                user.username_lower = user.username.lower()
        return [order.cursor(row) for row in tables[order.name.partition(".")[0]][:4]]

    def _some(self, choices: list[Any], at_most: int) -> list[Any]:
        if not choices:
            return []
        picked: list[Any] = self.draw(st.lists(st.sampled_from(choices), max_size=at_most, unique_by=str))
        return picked

    def _alias(self) -> str:
        return f"a{next(self.aliases)}"
