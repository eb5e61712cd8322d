"""Relay's connections, said plainly: how a list is asked for, and which page of it is right."""

import functools
import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from schema.engine.ids import encode_id
from tests.client import Api, Reply
from tests.schema.sight import Sight

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
        items: what stands in it (of this parent) for whoever asks, in any order.
        parent: the type whose field it is; None at the root.
        ascending: smallest position first.
        shows: the field by which a node is told from another.
        signed_in: whether one must be signed in to have such a list.
    """

    name: str
    field: str
    items: Callable[[Sight, Any], Iterable[Item]]
    parent: str | None = None
    ascending: bool = False
    shows: str = "id"
    signed_in: bool = False

    def select(self, alias: str = "list", paging: str = PAGING) -> str:
        """The connection with everything it tells."""
        field = self.field.replace("PAGING", paging)
        shows = self.shows
        return f"{alias}: {field} {{ {PAGE} edges {{ cursor node {{ {shows} }} }} nodes {{ {shows} }} }}"

    def document(self, selection: str) -> str:
        """A query of that, in the parent `$id`."""
        if self.parent is None:
            return f"query({VARIABLES}) {{ {selection} }}"
        if self.parent == "Viewer":
            return f"query({VARIABLES}) {{ viewer {{ {selection} }} }}"
        return (
            f"query($id: ID!, {VARIABLES}) {{ node(id: $id) {{ ... on {self.parent} {{ {selection} }} }} }}"
        )

    @property
    def path(self) -> list[str]:
        """Where the answer has it."""
        return [*self._above, "list"]

    @property
    def _above(self) -> list[str]:
        return {None: [], "Viewer": ["viewer"]}.get(self.parent, ["node"])

    def given(self, parent: Any) -> dict[str, Any]:
        """The variables that name the parent."""
        return {} if self.parent in (None, "Viewer") else {"id": encode_id(self.parent, parent.pk)}

    def ask(self, api: Api, parent: Any, **paging: Any) -> Reply:
        """The answer to a request for one page."""
        return api.send(self.document(self.select()), {**self.given(parent), **paging})

    def read(self, api: Api, parent: Any, **paging: Any) -> dict[str, Any]:
        """One page, which must be answered."""
        reply = self.ask(api, parent, **paging)
        assert reply.errors == []
        return dict(functools.reduce(operator.getitem, self.path, reply.data))

    def read_together(self, api: Api, parents: Sequence[Any], **paging: Any) -> list[Any]:
        """One page of the list of every parent, in one request where a list has many."""
        if self.parent in (None, "Viewer"):
            return [self.read(api, parent, **paging) for parent in parents]
        document = f"""query($ids: [ID!]!, {VARIABLES}) {{
            nodes(ids: $ids) {{ ... on {self.parent} {{ {self.select()} }} }} }}"""
        ids = [encode_id(str(self.parent), parent.pk) for parent in parents]
        return [node["list"] for node in api.read(document, ids=ids, **paging)["nodes"]]

    def ordered(self, sight: Sight, parent: Any) -> list[Item]:
        """The whole list."""
        return sorted(self.items(sight, parent), key=lambda item: item.position, reverse=not self.ascending)

    def parents(self, sight: Sight) -> Sequence[Any]:
        """Whatever has such a list; one nothing, at the root."""
        if self.signed_in and sight.viewer is None:
            return []
        by_type: dict[str, Sequence[Any]] = {
            "User": sight.reachable,
            "Post": sight.posts,
            "Hashtag": sight.hashtags,
        }
        return by_type.get(self.parent or "", [sight.viewer])

    def longest(self, sight: Sight) -> Any:
        """Whoever has most in this list."""
        return max(self.parents(sight), key=lambda parent: len(self.ordered(sight, parent)))

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


sizes_of_pages = st.one_of(st.integers(0, 5), st.just(100))


@st.composite
def pagings(draw: st.DrawFn, items: list[Item]) -> Paging:
    """Any page of a list: from either end, between any two of its cursors, in whatever order these are."""
    ends = st.sampled_from([None, *(item.position for item in items)])
    size = draw(st.none() | st.tuples(st.sampled_from(["first", "last"]), sizes_of_pages))
    return Paging(after=draw(ends), before=draw(ends), **dict([size] if size else []))
