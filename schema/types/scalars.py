"""Scalars of the API."""

import re
from datetime import UTC, datetime
from typing import Any

from graphene import Scalar
from graphql import GraphQLError, StringValueNode, ValueNode

# RFC 3339, to the microsecond: Python alone reads much else, and more of it with each version.
FORM = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
SPECIFIED_BY_URL = "https://scalars.graphql.org/andimarek/date-time.html"
WANTED = "DateTime needs a zone and a form like 2026-11-23T14:00:00Z."


class DateTime(Scalar):
    """A date and time in UTC, always with six fractional digits: `2026-11-23T14:00:00.000000Z`.

    Input needs a zone.
    """

    @staticmethod
    def serialize(value: datetime) -> str:
        """As it is sent."""
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    @staticmethod
    def parse_value(value: Any) -> datetime:
        """Raises: GraphQLError, for what is no date and time with a zone."""
        try:
            if not FORM.fullmatch(value):
                raise ValueError
            return datetime.fromisoformat(value).astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            raise GraphQLError(WANTED) from None

    @classmethod
    def parse_literal(cls, node: ValueNode, variables: Any = None) -> datetime:
        """Raises: GraphQLError, as `parse_value`."""
        try:
            return cls.parse_value(node.value if isinstance(node, StringValueNode) else None)
        except GraphQLError as error:
            raise GraphQLError(error.message, node) from None
