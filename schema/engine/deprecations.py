"""What of a document is going to leave the schema."""

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    visit,
)


def deprecations_in(document: DocumentNode, schema: GraphQLSchema) -> Sequence[Mapping[str, str]]:
    """What a valid document uses that is deprecated, once each: `{coordinate, reason}`.

    A coordinate is `Type.field`, `Type.field(argument:)` or `Type.value`, as GraphQL's specification has
    them. What stands in variables is not seen.
    """
    info = TypeInfo(schema)
    finder = _Finder(info)
    visit(document, TypeInfoVisitor(info, finder))
    return [
        {"coordinate": coordinate, "reason": reason} for coordinate, reason in sorted(finder.found.items())
    ]


class _Finder(Visitor):
    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self._info = info
        self.found: dict[str, str] = {}

    def enter_field(self, node: Any, *_: Any) -> None:
        self._note(self._info.get_field_def(), f"{self._info.get_parent_type()}.{node.name.value}")

    def enter_argument(self, node: Any, *_: Any) -> None:
        asked = self._info.get_directive() or self._info.get_field_def()
        fields = self._parent_fields()
        of = next((name for name, each in fields.items() if each is asked), None)
        if of:
            coordinate = f"{self._info.get_parent_type()}.{of}({node.name.value}:)"
            self._note(self._info.get_argument(), coordinate)

    def enter_object_field(self, node: Any, *_: Any) -> None:
        type_: Any = get_named_type(self._info.get_parent_input_type())
        self._note(type_.fields.get(node.name.value), f"{type_}.{node.name.value}")

    def enter_enum_value(self, node: Any, *_: Any) -> None:
        self._note(self._info.get_enum_value(), f"{get_named_type(self._info.get_input_type())}.{node.value}")

    def _parent_fields(self) -> Mapping[str, Any]:
        return getattr(self._info.get_parent_type(), "fields", {})

    def _note(self, definition: Any, coordinate: str) -> None:
        reason = getattr(definition, "deprecation_reason", None)
        if reason is not None:
            self.found[coordinate] = reason
