"""What people are told of what others did."""

from graphene import Boolean, ObjectType

from content.models import Notification
from content.visibility import people_behind, visible_posts
from schema.engine.connections import connection_types
from schema.engine.enums import enum_type
from schema.engine.fields import id_field, key_field
from schema.types.interfaces import Node, Timestamped
from schema.types.post import PostType
from schema.types.scalars import DateTime
from schema.types.user import UserType

NotificationKind = enum_type(
    "NotificationKind",
    "What somebody did.",
    {
        "LIKE": "Liked your post.",
        "REPLY": "Answered your post.",
        "MENTION": "Mentioned you in a post.",
        "FOLLOW": "Follows you now.",
    },
)


class NotificationType(ObjectType):
    """What you are told of what somebody did."""

    class Meta:
        name = "Notification"
        possible_types = (Notification,)
        interfaces = (Node, Timestamped)

    id = id_field("Notification")
    kind = NotificationKind(required=True, description="What they did.")
    actor = key_field(
        UserType, column="actor_id", rows=people_behind, required=True, description="Who did it."
    )
    post = key_field(
        PostType,
        column="post_id",
        rows=visible_posts,
        required=False,
        description="The post it is about; null for FOLLOW.",
    )
    is_read = Boolean(required=True, description="Whether you marked it as read.")
    created_at = DateTime(required=True, description="When it was done.")


NotificationConnection, _ = connection_types(NotificationType, name="Notification", node_name="notification")
