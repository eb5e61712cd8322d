"""The private view of one's own account."""

from graphene import Argument, Boolean, Field, Int, List, NonNull, ObjectType, String

from accounts.queries import MAX_SESSIONS, living_sessions
from content import people, queries
from schema.engine.connections import Listing, connection_field
from schema.engine.enums import enum_type
from schema.engine.fields import batch_field, id_field
from schema.engine.reading import needs
from schema.exports import export_url
from schema.types.notification import NotificationConnection
from schema.types.orders import BLOCKS_BY_TIME, BOOKMARKS_BY_TIME, MUTES_BY_TIME, NOTIFICATIONS_BY_TIME
from schema.types.post import PostConnection
from schema.types.scalars import DateTime
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


class SessionType(ObjectType):
    """One sign-in, and all the tokens that followed from it."""

    class Meta:
        name = "Session"

    id = id_field("Session")
    user_agent = Field(
        String,
        description="The browser or program, as it called itself.",
        resolver=lambda session, info: session.user_agent or None,
    )
    ip_address = String(description="Where it signed in from.")
    created_at = DateTime(required=True, description="When it began.")
    last_used_at = DateTime(required=True, description="When its tokens were last renewed.")
    expires_at = DateTime(required=True, description="When it ends, whatever is done.")
    is_current = Field(
        Boolean,
        required=True,
        description="True for the session this request was made in.",
        resolver=lambda session, info: session.pk == info.context.session.pk,
    )


DataExportStatus = enum_type(
    "DataExportStatus",
    "How far an archive is.",
    {
        "PENDING": "It is being made.",
        "READY": "It can be fetched.",
        "FAILED": "It could not be made. Ask again.",
        "EXPIRED": "It was thrown away. Ask again.",
    },
)


class DataExportType(ObjectType):
    """An archive of everything that is held about you."""

    class Meta:
        name = "DataExport"

    id = id_field("DataExport")
    status = DataExportStatus(required=True, description="How far it is.")
    url = Field(
        String,
        description=(
            "Where to fetch the archive (ZIP of JSON files), once READY. Works for its owner alone, with the "
            "same `Authorization`, until `expiresAt`."
        ),
        resolver=lambda export, info: export_url(export),
    )
    created_at = DateTime(required=True, description="When it was asked for.")
    expires_at = DateTime(description="When it is thrown away.")


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
    sessions = Field(
        List(NonNull(SessionType)),
        required=True,
        description="Where you are signed in, last used first.",
        resolver=needs(1, holds=MAX_SESSIONS)(lambda user, info: list(living_sessions(user))),
    )
    data_exports = Field(
        List(NonNull(DataExportType)),
        required=True,
        description="Your data archives, newest first.",
        resolver=needs(1, holds=queries.MAX_EXPORTS)(lambda user, info: list(queries.data_exports(user))),
    )
    unread_notification_count = batch_field(
        Int,
        load=lambda users, viewer: queries.unread_count(viewer),
        pick=lambda count, user: count,
        required=True,
        description="How many notifications you have not marked as read; 10,001 when more than 10,000.",
    )
