"""Relay connections on keyset pages: the GraphQL side."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, cast

from django.db.models import Model, QuerySet
from graphene import Argument, Boolean, Field, Int, List, NonNull, ObjectType, String
from graphql import GraphQLObjectType, GraphQLResolveInfo, get_named_type
from graphql.execution.collect_fields import collect_sub_fields

from schema.engine.cohort import cohort_of, gather
from schema.engine.errors import BadUserInput
from schema.engine.keyset import Bounds, CursorError, Order, PageSet, Surroundings

DEFAULT_PAGE = 20
MAX_PAGE = 100


class PageInfo(ObjectType):
    """Where a page stands in its list."""

    has_next_page = Boolean(required=True, description="Whether rows come after this page.")
    has_previous_page = Boolean(required=True, description="Whether rows come before this page.")
    start_cursor = String(description="Cursor of the first row; null when the page is empty.")
    end_cursor = String(description="Cursor of the last row; null when the page is empty.")


class Edge:
    """A row's place in a list."""

    def __init__(self, row: Any, node: Any, order: Order) -> None:
        self.row, self.node, self.order = row, node, order

    @property
    def cursor(self) -> str:
        """The row's position."""
        return self.order.cursor(self.row)


class SharedPages:
    """The pages of one field, with the same arguments, of all parents in a cohort."""

    def __init__(self, pages: PageSet, node: str | None) -> None:
        self.pages, self.node = pages, node

    @cached_property
    def edges(self) -> dict[int | None, list[Edge]]:
        """The edges by parent. All their nodes are one cohort."""
        edges = {
            key: [
                Edge(row, getattr(row, self.node) if self.node else row, self.pages.order)
                for row in page.rows
            ]
            for key, page in self.pages.pages.items()
        }
        gather(edge.node for members in edges.values() for edge in members)
        return edges


class Connection:
    """One parent's page. What is not asked for is not fetched."""

    def __init__(self, shared: SharedPages, key: int | None) -> None:
        self._shared, self._key = shared, key

    @property
    def edges(self) -> list[Edge]:
        """The page's rows with their positions."""
        return self._shared.edges[self._key]

    @property
    def nodes(self) -> list[Any]:
        """The page's rows."""
        return [edge.node for edge in self.edges]

    @property
    def total_count(self) -> int | None:
        """How many rows the list has, up to 10,001."""
        return self._surroundings.total

    @property
    def page_info(self) -> "Connection":
        """The connection tells of its own page."""
        return self

    @property
    def start_cursor(self) -> str | None:
        """The first row's cursor."""
        return self.edges[0].cursor if self.edges else None

    @property
    def end_cursor(self) -> str | None:
        """The last row's cursor."""
        return self.edges[-1].cursor if self.edges else None

    @property
    def has_next_page(self) -> bool:
        """Whether rows come after this page, within the bounds asked for or beyond them."""
        pages = self._shared.pages
        more = not pages.bounds.backward and pages.pages[self._key].more
        return more or self._surroundings.after

    @property
    def has_previous_page(self) -> bool:
        """Whether rows come before this page, within the bounds asked for or beyond them."""
        pages = self._shared.pages
        more = pages.bounds.backward and pages.pages[self._key].more
        return more or self._surroundings.before

    @property
    def _surroundings(self) -> Surroundings:
        return self._shared.pages.surroundings[self._key]


@dataclass(frozen=True)
class Listing:
    """A named set, and how a connection lists it.

    Args:
        rows: the set, as the request's viewer sees it; further keyword arguments are the field's own.
        order: how it is listed.
        parent: the column that says whose list a row is in; None at the root.
        node: the attribute of a row that is shown; None: the row itself.
        narrow: as `PageSet` takes it, with the request's viewer before all.
    """

    rows: Callable[..., QuerySet[Any]]
    order: Order
    parent: str | None = None
    node: str | None = None
    narrow: Callable[[Any, QuerySet[Any], Bounds, Order], QuerySet[Any]] | None = None

    def connect(
        self, info: GraphQLResolveInfo, root: Model | None, paging: Mapping[str, Any], **arguments: Any
    ) -> Connection:
        """The page of this listing that `paging` (first, after, last, before) asks for.

        Raises: BadUserInput.
        """
        bounds = read_bounds(self.order, paging)
        counted = "totalCount" in asked_fields(info)

        def share(keys: list[int]) -> SharedPages:
            viewer = info.context.viewer
            pages = PageSet(
                self.rows(viewer, **arguments),
                order=self.order,
                bounds=bounds,
                parent=self.parent,
                keys=keys,
                counted=counted,
                narrow=self.narrow and partial(self.narrow, viewer),
            )
            return SharedPages(pages, self.node)

        if root is None or self.parent is None:
            return Connection(share([]), None)
        key = (id(self.rows), self.order.name, bounds, counted, tuple(sorted(arguments.items())))
        shared = cohort_of(root).once(key, lambda rows: share(sorted({row.pk for row in rows})))
        return Connection(shared, root.pk)


def asked_fields(info: GraphQLResolveInfo) -> frozenset[str]:
    """The names of the fields that are selected of the object being resolved."""
    type_ = cast(GraphQLObjectType, get_named_type(info.return_type))
    selected = collect_sub_fields(info.schema, info.fragments, info.variable_values, type_, info.field_nodes)
    return frozenset(nodes[0].name.value for nodes in selected.values())


def read_bounds(order: Order, paging: Mapping[str, Any]) -> Bounds:
    """What `first`, `after`, `last` and `before` ask for.

    Raises: BadUserInput, for a number out of range, both `first` and `last`, or a bad cursor.
    """
    first, last = paging.get("first"), paging.get("last")
    if first is not None and last is not None:
        raise BadUserInput("Use `first` or `last`, not both.")
    for name, number in (("first", first), ("last", last)):
        if number is not None and not 0 <= number <= MAX_PAGE:
            raise BadUserInput(f"`{name}` must be from 0 to {MAX_PAGE}; it is {number}.")
    positions = {}
    for name in ("after", "before"):
        cursor = paging.get(name)
        try:
            positions[name] = None if cursor is None else order.parse(cursor)
        except CursorError as error:
            raise BadUserInput(f"`{name}`: {error}") from None
    size = first if first is not None else last
    return Bounds(
        size=DEFAULT_PAGE if size is None else size,
        backward=last is not None,
        after=positions["after"],
        before=positions["before"],
    )


def connection_types(
    node: type, *, name: str, node_name: str, edge_fields: Mapping[str, Field] | None = None
) -> tuple[type, type]:
    """The types `{name}Connection` and `{name}Edge`, as Relay's specification has them.

    Args:
        node: the GraphQL type of a node.
        name: what the two types' names begin with.
        node_name: what a node is called in descriptions.
        edge_fields: further fields of the edge.
    """
    edge = type(
        f"{name}Edge",
        (ObjectType,),
        {
            "__doc__": f"A place of one {node_name} in a list.",
            "cursor": String(required=True, description="The place; valid for ever."),
            "node": Field(node, required=True, description=f"The {node_name}."),
            **(edge_fields or {}),
        },
    )
    fields = {
        "__doc__": f"A page of a list of {node_name}s.",
        "edges": List(NonNull(edge), required=True, description="The page's rows with their places."),
        "nodes": List(NonNull(node), required=True, description="The page's rows: the nodes of `edges`."),
        "page_info": Field(PageInfo, required=True, description="Where the page stands in the list."),
        "total_count": Int(
            required=True, description="How many rows the list has; 10,001 when more than 10,000."
        ),
    }
    return type(f"{name}Connection", (ObjectType,), fields), edge


def forward_arguments() -> dict[str, Argument]:
    """The arguments of a connection that is paged forward only."""
    return {
        "first": Argument(Int, description="How many rows from the front: 0 to 100, 20 when left out."),
        "after": Argument(String, description="Only what comes after this cursor."),
    }


def paging_arguments() -> dict[str, Argument]:
    """The arguments every connection takes."""
    return {
        **forward_arguments(),
        "last": Argument(Int, description="How many rows from the back: 0 to 100. Not with `first`."),
        "before": Argument(String, description="Only what comes before this cursor."),
    }


def connection_field(
    connection: type | str, listing: Listing, *, description: str, **arguments: Argument
) -> Field:
    """A field of a type that lists what belongs to each of its objects."""

    def resolve(
        root: Any,
        info: GraphQLResolveInfo,
        first: Any = None,
        after: Any = None,
        last: Any = None,
        before: Any = None,
        **own: Any,
    ) -> Connection:
        paging = {"first": first, "after": after, "last": last, "before": before}
        return listing.connect(info, root, paging, **own)

    return Field(
        connection,
        required=True,
        description=description,
        resolver=resolve,
        **arguments,
        **paging_arguments(),
    )
