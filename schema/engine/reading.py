"""An operation's fields as the text has them: fragments put in, sizes read, nothing validated yet."""

from collections.abc import Callable, Mapping
from functools import cache
from math import ceil
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
    GraphQLUnionType,
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


def needs(statements: int, *, holds: int = 1) -> Callable[[Resolver], Resolver]:
    """Mark a resolver with how many SQL statements it needs at most, for all objects at its place together.

    Args:
        holds: of a list without pages, how many objects it has at most.

    Of connections, and of fields that look `ids` up, their arguments tell.
    """

    def mark(resolver: Resolver) -> Resolver:
        resolver.statements, resolver.holds = statements, holds  # type: ignore[attr-defined]
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
        is_list: whether it leads to a list.
        below: what is selected of it.

    Attributes:
        depth: how many fields stand below each other, it included.
        type_lists: how many of the introspection's lists stand below each other, it included.
    """

    depth: int
    type_lists: int

    __slots__ = (
        *("asked", "below", "depth", "is_list", "key", "name", "size", "start", "statements", "type_lists"),
    )

    def __init__(
        self,
        start: int,
        key: str,
        name: str,
        asked: GraphQLField | None,
        size: int,
        statements: int,
        is_list: bool,
        below: frozenset["Written"],
    ) -> None:
        self.start, self.key, self.name, self.asked = start, key, name, asked
        self.size, self.statements, self.is_list, self.below = size, statements, is_list, below
        self.depth = max((each.depth for each in below), default=0) + (name != UNCOUNTED)
        self.type_lists = max((each.type_lists for each in below), default=0) + (name in TYPE_LISTS)

    @property
    def is_connection(self) -> bool:
        """Whether it is a list with pages."""
        return self.asked is not None and "first" in self.asked.args


class Reader:
    """Reads the operations of a document, each selection set of the text once.

    What brings in itself is read as if it ended there: validation refuses it.

    Args:
        operation: the one that is to run, if any.
        variables: its own, as they were sent.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode | None,
        variables: Mapping[str, Any],
    ) -> None:
        self._schema = schema
        self._variables = {**(_defaults(operation) if operation else {}), **variables}
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._read: dict[str, frozenset[Written] | None] = {}

    def fields(self, operation: OperationDefinitionNode) -> frozenset[Written]:
        """An operation's root fields.

        Raises: RecursionError, for what is nested without measure.
        """
        return self._selected(operation.selection_set, self._schema.get_root_type(operation.operation))

    def unused(self) -> list[frozenset[Written]]:
        """What is selected by fragments that nothing brought in so far, or that some of these do.

        Raises: RecursionError.
        """
        return [self._fragment(name) for name in self._fragments if name not in self._read]

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
        return self._read[name] or NO_FIELDS

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None) -> Written:
        name, asked, below = node.name.value, None, NO_FIELDS
        if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
            asked = parent.fields.get(name) or get_field_def(self._schema, parent, node)
        if node.selection_set:
            below = self._selected(node.selection_set, get_named_type(asked.type) if asked else None)
        key = node.alias.value if node.alias else name
        start = node.loc.start if node.loc else 0
        size = _type_lists(self._schema).get(name) if parent and parent.name.startswith("__") else None
        sizes = (size, 0, True) if size else self._size(node, asked)
        return Written(start, key, name, asked, *sizes, below)

    def _size(self, node: FieldNode, asked: GraphQLField | None) -> tuple[int, int, bool]:
        """How many objects a field leads to, how many statements it needs, and whether it is a list."""
        if asked is None or not asked.args:
            return _marked(asked)
        given = {each.name.value: each.value for each in node.arguments}
        if "first" in asked.args:
            bounded = any(
                not isinstance(given.get(name, NULL), NullValueNode) for name in ("after", "before")
            )
            return self._page_size(given), 1 + bounded, True
        if "ids" in asked.args:
            ids = self._ids(given.get("ids", NULL))
            types = {decoded[0] for each in ids if (decoded := decode_id(each))}
            return min(len(ids), MAX_PAGE), len(types), True
        return _marked(asked)

    def _page_size(self, given: Mapping[str, ValueNode]) -> int:
        sizes = [self._value(given.get(name, NULL)) for name in ("first", "last")]
        asked = [_whole(size) for size in sizes if size is not None]
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


@cache
def _type_lists(schema: GraphQLSchema) -> Mapping[str, int]:
    """How long the introspection's lists are, on average of all that may have them."""
    types = schema.type_map.values()
    fields = [field for type_ in types for field in getattr(type_, "fields", {}).values()]

    def average(number: int, of: int = len(types)) -> int:
        return max(1, ceil(number / of))

    return {
        "types": len(types),
        "directives": len(schema.directives),
        "fields": average(len(fields)),
        "inputFields": average(len(fields)),
        "args": average(sum(len(getattr(field, "args", ())) for field in fields), of=len(fields)),
        "enumValues": average(sum(len(getattr(type_, "values", ())) for type_ in types)),
        "interfaces": average(sum(len(getattr(type_, "interfaces", ())) for type_ in types)),
        "possibleTypes": average(
            sum(
                len(schema.get_possible_types(type_))
                for type_ in types
                if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType)
            )
        ),
    }


def _marked(asked: GraphQLField | None) -> tuple[int, int, bool]:
    resolver = asked and asked.resolve
    holds: int = getattr(resolver, "holds", 1)
    return holds, getattr(resolver, "statements", 0), holds > 1


def _whole(size: object) -> int:
    """A size that was sent: `100.0` is 100 too. What is none is refused when it is looked at."""
    if isinstance(size, int):
        return size
    return int(size) if isinstance(size, float) and size.is_integer() else MAX_PAGE


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
