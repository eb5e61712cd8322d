"""An operation's fields as the text has them: fragments put in, sizes read, nothing validated yet."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
    ValueNode,
    VariableNode,
    get_named_type,
)
from graphql.utilities.type_info import get_field_def

from schema.engine.connections import DEFAULT_PAGE, MAX_PAGE
from schema.engine.ids import decode_id

Resolver = TypeVar("Resolver", bound=Callable[..., Any])

# Lists of the introspection that lead from type to type: nested, they multiply like no data does.
TYPE_LISTS = frozenset({"fields", "interfaces", "possibleTypes", "inputFields"})
# As long a chain as a type is wrapped: it leads nowhere else.
UNCOUNTED = "ofType"


def needs(statements: int) -> Callable[[Resolver], Resolver]:
    """Mark a resolver with how many SQL statements it needs at most, for all objects at its place together.

    Of connections, and of fields that look `ids` up, their arguments tell.
    """

    def mark(resolver: Resolver) -> Resolver:
        resolver.statements = statements  # type: ignore[attr-defined]
        return resolver

    return mark


class Written:
    """A field where it stands in the text. No two are equal.

    Args:
        start: where that is.
        key: what it is called in the answer.
        asked: the schema's field; None when there is none of that name.
        size: how many objects it leads to, for each that it is a field of.
        statements: how many SQL statements it needs at most, whatever is selected of it.
        below: what is selected of it.

    Attributes:
        depth: how many fields stand below each other, it included.
        type_lists: how many of the introspection's lists stand below each other, it included.
    """

    depth: int
    type_lists: int

    __slots__ = ("asked", "below", "depth", "key", "name", "size", "start", "statements", "type_lists")

    def __init__(
        self,
        start: int,
        key: str,
        name: str,
        asked: GraphQLField | None,
        size: int,
        statements: int,
        below: frozenset["Written"],
    ) -> None:
        self.start, self.key, self.name, self.asked = start, key, name, asked
        self.size, self.statements, self.below = size, statements, below
        self.depth = max((each.depth for each in below), default=0) + (name != UNCOUNTED)
        self.type_lists = max((each.type_lists for each in below), default=0) + (name in TYPE_LISTS)

    @property
    def is_connection(self) -> bool:
        """Whether it is a list with pages."""
        return self.asked is not None and "first" in self.asked.args

    @property
    def is_look_up(self) -> bool:
        """Whether it is a list with a place for each of the `ids` that it takes."""
        return self.asked is not None and "ids" in self.asked.args


class EndlessFragment(Exception):
    """A fragment that brings in itself: validation says so."""


class Reader:
    """Reads one operation, with the variables as they were sent: each selection set of the text once."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
    ) -> None:
        self._schema, self._operation = schema, operation
        self._variables = {**_defaults(operation), **variables}
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._read: dict[str, frozenset[Written] | None] = {}

    def fields(self) -> frozenset[Written]:
        """The operation's root fields.

        Raises: EndlessFragment; RecursionError, for what is nested without measure.
        """
        root = self._schema.get_root_type(self._operation.operation)
        return self._selected(self._operation.selection_set, root)

    def _selected(self, node: SelectionSetNode, parent: GraphQLNamedType | None) -> frozenset[Written]:
        found: set[Written] = set()
        for each in node.selections:
            if isinstance(each, FieldNode):
                found.add(self._field(each, parent))
            elif isinstance(each, InlineFragmentNode):
                on = each.type_condition
                type_ = self._schema.get_type(on.name.value) if on else parent
                found |= self._selected(each.selection_set, type_)
            elif isinstance(each, FragmentSpreadNode):
                found |= self._fragment(each.name.value)
        return frozenset(found)

    def _fragment(self, name: str) -> frozenset[Written]:
        if name not in self._fragments:
            return frozenset()
        if name not in self._read:
            self._read[name] = None
            node = self._fragments[name]
            type_ = self._schema.get_type(node.type_condition.name.value)
            self._read[name] = self._selected(node.selection_set, type_)
        found = self._read[name]
        if found is None:
            raise EndlessFragment
        return found

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None) -> Written:
        name, asked, below = node.name.value, None, NO_FIELDS
        if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
            asked = parent.fields.get(name) or get_field_def(self._schema, parent, node)
        if node.selection_set:
            below = self._selected(node.selection_set, get_named_type(asked.type) if asked else None)
        key = node.alias.value if node.alias else name
        start = node.loc.start if node.loc else 0
        return Written(start, key, name, asked, *self._size(node, asked), below)

    def _size(self, node: FieldNode, asked: GraphQLField | None) -> tuple[int, int]:
        """How many objects a field leads to, and how many statements it needs."""
        if asked is None or not asked.args:
            return 1, getattr(asked and asked.resolve, "statements", 0)
        given = {each.name.value: each.value for each in node.arguments}
        if "first" in asked.args:
            bounded = any(
                not isinstance(given.get(name, NULL), NullValueNode) for name in ("after", "before")
            )
            return self._page_size(given), 1 + bounded
        if "ids" in asked.args:
            ids = self._ids(given.get("ids", NULL))
            types = {decoded[0] for each in ids if (decoded := decode_id(each))}
            return min(len(ids), MAX_PAGE), len(types)
        return 1, getattr(asked.resolve, "statements", 0)

    def _page_size(self, given: Mapping[str, ValueNode]) -> int:
        sizes = [self._value(given.get(name, NULL)) for name in ("first", "last")]
        asked = [size for size in sizes if isinstance(size, int)]
        return min(max(0, *asked), MAX_PAGE) if asked else DEFAULT_PAGE

    def _ids(self, node: ValueNode) -> list[str]:
        ids = self._value(node)
        return [str(each) for each in (ids if isinstance(ids, list) else [ids]) if each is not None]

    def _value(self, node: ValueNode) -> Any:
        if isinstance(node, VariableNode):
            return self._variables.get(node.name.value)
        if isinstance(node, ListValueNode):
            return [self._value(each) for each in node.values]
        return _constant(node)


NULL = NullValueNode()
NO_FIELDS: frozenset[Written] = frozenset()


def _defaults(operation: OperationDefinitionNode) -> dict[str, Any]:
    return {
        each.variable.name.value: _constant(each.default_value)
        for each in operation.variable_definitions
        if each.default_value
    }


def _constant(node: ValueNode) -> Any:
    if isinstance(node, ListValueNode):
        return [_constant(each) for each in node.values]
    if isinstance(node, IntValueNode):
        return int(node.value) if len(node.value) < 10 else MAX_PAGE
    return node.value if isinstance(node, StringValueNode) else None
