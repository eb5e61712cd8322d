"""What requests cost."""

from graphene import Field, Int, ObjectType

from schema.types.scalars import DateTime


class RateLimit(ObjectType):
    """What a request cost, and what is left. The headers `RateLimit` and `RateLimit-Policy` say the same."""

    cost = Field(
        Int,
        required=True,
        description="Points this request cost (at least 1).",
        resolver=lambda spent, info: spent.points,
    )
    limit = Field(
        Int,
        required=True,
        description="Points in a full window.",
        resolver=lambda spent, info: spent.balance.limit,
    )
    used = Field(
        Int,
        required=True,
        description="Points spent in this window.",
        resolver=lambda spent, info: spent.balance.used,
    )
    remaining = Field(
        Int,
        required=True,
        description="Points left in this window.",
        resolver=lambda spent, info: spent.balance.remaining,
    )
    reset_at = Field(
        DateTime,
        required=True,
        description="When the window starts anew.",
        resolver=lambda spent, info: spent.balance.reset_at,
    )
    node_count = Field(
        Int,
        required=True,
        description="The most nodes this request could return.",
        resolver=lambda spent, info: spent.nodes,
    )
