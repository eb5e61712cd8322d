"""Scalars of the API."""

from datetime import UTC, datetime
from typing import Any

from graphene import Scalar
from graphql import GraphQLError, StringValueNode, ValueNode, print_ast


class DateTime(Scalar):
    """A date and time in UTC, always with six fractional digits: `2026-11-23T14:00:00.000000Z`.

    Input needs a zone.
    """

    class Meta:
        specified_by_url = "https://scalars.graphql.org/andimarek/date-time.html"

    @staticmethod
    def serialize(value: datetime) -> str:
        """As it is sent."""
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    @staticmethod
    def parse_value(value: Any) -> datetime:
        """Raises: GraphQLError, for what is no date and time with a zone."""
        try:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None:
                raise ValueError
            return moment.astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            raise GraphQLError(
                f"DateTime needs a form like 2026-11-23T14:00:00Z; this is {value!r}."
            ) from None

    @classmethod
    def parse_literal(cls, node: ValueNode, variables: Any = None) -> datetime:
        """Raises: GraphQLError, for what is no string."""
        return cls.parse_value(node.value if isinstance(node, StringValueNode) else print_ast(node))
