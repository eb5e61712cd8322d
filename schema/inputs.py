"""Filters and orders that lists take."""

from graphene import ID, Boolean, InputField, InputObjectType, NonNull, String

from schema.engine.enums import enum_type
from schema.types.scalars import DateTime

OrderDirection = enum_type(
    "OrderDirection",
    "Which end of an order comes first.",
    {"ASC": "Smallest, oldest or A first.", "DESC": "Largest, newest or Z first."},
)
PostOrderField = enum_type(
    "PostOrderField",
    "What posts can be ordered by.",
    {"CREATED_AT": "When they were published.", "LIKE_COUNT": "How many people like them."},
)
UserOrderField = enum_type(
    "UserOrderField",
    "What people can be ordered by.",
    {
        "JOINED_AT": "When they signed up.",
        "USERNAME": "Their username, whatever its case.",
        "FOLLOWER_COUNT": "How many people follow them.",
        "POST_COUNT": "How many posts they wrote.",
    },
)


class PostOrder(InputObjectType):
    """How to order posts."""

    field = InputField(NonNull(PostOrderField), description="By what.")
    direction = InputField(NonNull(OrderDirection), default_value="DESC", description="Which end first.")


class UserOrder(InputObjectType):
    """How to order people."""

    field = InputField(NonNull(UserOrderField), description="By what.")
    direction = InputField(NonNull(OrderDirection), default_value="DESC", description="Which end first.")


class PostFilter(InputObjectType):
    """Which posts to list."""

    author_id = ID(description="Only posts of this person.")
    hashtag = String(description="Only posts with this hashtag, with or without the #, in any case.")
    include_replies = InputField(NonNull(Boolean), default_value=False, description="Replies too.")
    created_after = DateTime(description="Only posts published later than this.")
    created_before = DateTime(description="Only posts published earlier than this.")
    unliked = Boolean(description="Only posts nobody has liked yet (false: only liked posts).")


class UserFilter(InputObjectType):
    """Which people to list."""

    query = String(description="Matches username or display name.")
    has_unliked_posts = Boolean(description="Only users with a post nobody has liked yet.")
