"""The private view of one's own account."""

from graphene import Argument, Boolean, Field, Int, NonNull, ObjectType, String

from content import people, queries
from schema.engine.connections import Listing, connection_field
from schema.engine.enums import enum_type
from schema.engine.fields import batch_field
from schema.types.notification import NotificationConnection
from schema.types.orders import BLOCKS_BY_TIME, BOOKMARKS_BY_TIME, MUTES_BY_TIME, NOTIFICATIONS_BY_TIME
from schema.types.post import PostConnection
from schema.types.user import UserConnection, UserType

EmailVerification = enum_type(
    "EmailVerification",
    "What is known about whether an address receives mail.",
    {
        "CONFIRMED": "The owner followed the link that we mailed.",
        "VALID": "Hunter said the address receives mail.",
        "UNCONFIRMED": "Hunter could not tell (catch-all, webmail or unknown). Accepted.",
        "PENDING": "The check has not finished.",
        "REJECTED": "Hunter said, after signup, that the address receives no mail or is a throw-away.",
    },
)


class Viewer(ObjectType):
    """The signed-in user's private view of the account."""

    user = Field(
        UserType, required=True, description="Your public profile.", resolver=lambda user, info: user
    )
    email = String(required=True, description="Your address. Nobody else sees it.")
    email_verification = EmailVerification(
        required=True, description="What is known about whether your address receives mail."
    )
    time_zone = batch_field(
        String,
        load=people.profiles,
        pick=lambda profiles, user: profiles[user.pk].time_zone,
        description="IANA name, found by enrichment.",
    )
    bookmarks = connection_field(
        PostConnection,
        Listing(queries.bookmarks_with_posts, BOOKMARKS_BY_TIME, parent="user_id", node="post"),
        description="The posts you keep, latest kept first.",
    )
    blocks = connection_field(
        UserConnection,
        Listing(people.blocks_with_people, BLOCKS_BY_TIME, parent="blocker_id", node="veiled"),
        description="Whom you block, latest first.",
    )
    mutes = connection_field(
        UserConnection,
        Listing(people.mutes_with_people, MUTES_BY_TIME, parent="muter_id", node="muted"),
        description="Whom you mute, latest first.",
    )
    notifications = connection_field(
        NotificationConnection,
        Listing(queries.notifications, NOTIFICATIONS_BY_TIME, parent="recipient_id"),
        description="What others did that is about you, newest first.",
        unread_only=Argument(
            NonNull(Boolean), default_value=False, description="Only what you have not marked as read."
        ),
    )
    unread_notification_count = batch_field(
        Int,
        load=lambda users, viewer: queries.unread_count(viewer),
        pick=lambda count, user: count,
        required=True,
        description="How many notifications you have not marked as read; 10,001 when more than 10,000.",
    )
