"""The private view of one's own account."""

from graphene import Field, ObjectType, String

from accounts import queries
from schema.engine.enums import enum_type
from schema.engine.fields import batch_field
from schema.types.user import UserType

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
        load=queries.profiles,
        pick=lambda profiles, user: profiles[user.pk].time_zone,
        description="IANA name, found by enrichment.",
    )
