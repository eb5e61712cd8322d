"""What requests cost."""

from graphene import Int, ObjectType

from schema.types.scalars import DateTime


class RateLimit(ObjectType):
    """What a request cost, and what is left. The headers `RateLimit` and `RateLimit-Policy` say the same."""

    cost = Int(required=True, description="Points this request cost (at least 1).")
    limit = Int(required=True, description="Points in a full window.")
    used = Int(required=True, description="Points spent in this window.")
    remaining = Int(required=True, description="Points left in this window.")
    reset_at = DateTime(required=True, description="When the window starts anew.")
    node_count = Int(required=True, description="The most nodes this request could return.")
