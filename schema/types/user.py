"""People."""

from graphene import Argument as Arg
from graphene import Boolean, Field, Int, List, NonNull, ObjectType, String

from accounts.models import User
from content import people
from content.queries import likes_with_posts, written
from content.visibility import is_veiled
from schema.engine.connections import Listing, connection_field, connection_types
from schema.engine.enums import enum_type
from schema.engine.fields import batch_field, id_field, member_field, viewer_field
from schema.types.interfaces import Node
from schema.types.orders import FOLLOWS_BY_TIME, LIKES_BY_TIME, POSTS_BY_TIME
from schema.types.scalars import DateTime

SocialService = enum_type(
    "SocialService",
    "Where else somebody may have an account.",
    {"GITHUB": "github.com", "LINKEDIN": "linkedin.com", "TWITTER": "twitter.com, now x.com"},
)


class SocialAccount(ObjectType):
    """An account elsewhere, found by enrichment."""

    service = SocialService(required=True, description="Where.")
    handle = String(required=True, description="The name there.")
    url = String(required=True, description="Its page.")


class Company(ObjectType):
    """An employer."""

    name = String(required=True, description="What it is called.")
    domain = String(description="Its domain name.")
    title = String(description="What the user does there.")
    description = String(description="What it does; found by enrichment.")
    logo_url = String(description="Its logo; found by enrichment.")


def profile_field(type_: object, name: str, *, required: bool = False, description: str) -> Field:
    """A field of the merged profile: one's own words first, then what enrichment found."""
    return batch_field(
        type_,
        load=people.profiles,
        pick=lambda profiles, user: getattr(profiles[user.pk], name),
        required=required,
        description=description,
    )


class UserType(ObjectType):
    """A person."""

    class Meta:
        name = "User"
        possible_types = (User,)
        interfaces = (Node,)

    id = id_field("User")
    username = String(required=True, description="Unique handle, without the @.")
    display_name = Field(
        String,
        required=True,
        description="The name to show: what the user chose, else the username.",
        resolver=lambda user, info: user.display_name or user.username,
    )
    bio = profile_field(String, "bio", description="A few words about the user.")
    avatar_url = profile_field(String, "avatar_url", description="A picture of the user.")
    location = profile_field(String, "location", description="Where the user lives.")
    website = profile_field(String, "website", description="The user's own page.")
    company = profile_field(
        Company, "company", description="Employer, as typed by the user or found by enrichment."
    )
    social_accounts = profile_field(
        List(NonNull(SocialAccount)),
        "social_accounts",
        required=True,
        description="Accounts elsewhere, found by enrichment.",
    )
    joined_at = DateTime(required=True, source="created_at", description="When the account was created.")
    posts = connection_field(
        "schema.types.post.PostConnection",
        Listing(written, POSTS_BY_TIME, parent="author_id"),
        description="What the user wrote, newest first.",
        include_replies=Arg(NonNull(Boolean), default_value=False, description="Replies too."),
    )
    liked_posts = connection_field(
        "schema.types.post.PostConnection",
        Listing(likes_with_posts, LIKES_BY_TIME, parent="user_id", node="post"),
        description="What the user likes, latest liked first.",
    )
    followers = connection_field(
        "schema.types.user.UserConnection",
        Listing(people.follows_with_followers, FOLLOWS_BY_TIME, parent="followed_id", node="follower"),
        description="Who follows the user, latest first.",
    )
    following = connection_field(
        "schema.types.user.UserConnection",
        Listing(people.follows_with_followed, FOLLOWS_BY_TIME, parent="follower_id", node="followed"),
        description="Whom the user follows, latest first.",
    )
    post_count = viewer_field(
        Int,
        people.shown_count("post_count"),
        description="How many public posts the user wrote, replies included.",
    )
    follower_count = viewer_field(
        Int, people.shown_count("follower_count"), description="How many people follow the user."
    )
    following_count = viewer_field(
        Int, people.shown_count("following_count"), description="How many people the user follows."
    )
    is_viewer = viewer_field(
        Boolean,
        lambda viewer, user: viewer is not None and viewer.pk == user.pk,
        description="True when this is you.",
    )
    viewer_is_following = member_field(
        people.followed_by, description="Whether you follow the user. False for anonymous requests."
    )
    viewer_is_followed_by = member_field(
        people.followers_of, description="Whether the user follows you. False for anonymous requests."
    )
    viewer_has_blocked = viewer_field(
        Boolean,
        lambda viewer, user: is_veiled(user),
        description="Whether you block the user. False for anonymous requests.",
    )
    viewer_has_muted = member_field(
        people.muted_by, description="Whether you mute the user. False for anonymous requests."
    )


UserConnection, _ = connection_types(UserType, name="User", node_name="user")
