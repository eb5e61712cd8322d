"""Enums, each value with its description."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from graphene import Enum


def enum_type(name: str, description: str, values: Mapping[str, str]) -> Any:
    """A GraphQL enum.

    Args:
        name: the type's name.
        description: the type's.
        values: the description of each value, by its name. A value arrives in resolvers as a string.
    """
    members = StrEnum(name, {value: value for value in values})  # type: ignore[misc]  # names come as data

    def describe(member: StrEnum | None) -> str:
        return description if member is None else values[member.value]

    return Enum.from_enum(members, name=name, description=describe)
