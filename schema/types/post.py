"""Posts, and the hashtags they are found by."""

from graphene import Boolean, Field, Int, ObjectType, String

from content import permissions, queries
from content.entities import MAX_EACH
from content.models import Hashtag, Post
from content.visibility import people_behind, visible_edits, visible_posts
from schema.engine.connections import Listing, connection_field, connection_types
from schema.engine.enums import enum_type
from schema.engine.fields import id_field, key_field, member_field, rows_field, viewer_field
from schema.types.interfaces import Node, Timestamped
from schema.types.orders import EDITS_BY_TIME, LIKES_BY_TIME, REPLIES_BY_TIME, TAGGED_BY_TIME
from schema.types.scalars import DateTime
from schema.types.user import UserType


class PostEdit(ObjectType):
    """A former text of a post."""

    class Meta:
        interfaces = (Timestamped,)

    body = String(required=True, description="The text as it was.")
    created_at = DateTime(required=True, description="When this text was written.")


PostVisibility = enum_type(
    "PostVisibility",
    "For whom a post is.",
    {"PUBLIC": "Anyone.", "FOLLOWERS": "Your followers, the people you mention, and the one you answer."},
)
PostEditConnection, _ = connection_types(PostEdit, name="PostEdit", node_name="former text")
LikeConnection, _ = connection_types(
    UserType,
    name="Like",
    node_name="user",
    edge_fields={
        "liked_at": Field(
            DateTime,
            required=True,
            description="When the user liked the post.",
            resolver=lambda edge, info: edge.row.created_at,
        )
    },
)


class PostType(ObjectType):
    """A text somebody published."""

    class Meta:
        name = "Post"
        possible_types = (Post,)
        interfaces = (Node, Timestamped)

    id = id_field("Post")
    author = key_field(
        UserType, column="author_id", rows=people_behind, required=True, description="Who wrote it."
    )
    body = String(required=True, description="Plain text as written.")
    visibility = PostVisibility(required=True, description="For whom it is.")
    created_at = DateTime(required=True, description="When it was published.")
    edited_at = DateTime(description="When it was last edited; null if never.")
    edits = connection_field(
        PostEditConnection,
        Listing(visible_edits, EDITS_BY_TIME, parent="post_id"),
        description="Earlier versions, newest first.",
    )
    reply_to = key_field(
        lambda: PostType,
        column="reply_to_id",
        rows=visible_posts,
        required=False,
        description=(
            "The post this answers; null for a top-level post, or when that post is gone or hidden from you."
        ),
    )
    replies = connection_field(
        "schema.types.post.PostConnection",
        Listing(visible_posts, REPLIES_BY_TIME, parent="reply_to_id"),
        description="Answers, oldest first.",
    )
    hashtags = rows_field(
        lambda: HashtagType,
        queries.hashtags_of,
        at_most=MAX_EACH,
        description="The hashtags in its text, in their order.",
    )
    mentions = rows_field(
        UserType,
        queries.mentioned_in,
        at_most=MAX_EACH,
        description="The people its text mentions, in their order.",
    )
    liked_by = connection_field(
        LikeConnection,
        Listing(queries.likes_with_people, LIKES_BY_TIME, parent="post_id", node="user"),
        description="Who liked it, latest first. `edges.likedAt` says when.",
    )
    like_count = Int(required=True, description="How many people like it.")
    reply_count = Int(required=True, description="How many public answers it has.")
    viewer_has_liked = member_field(
        queries.liked_by, description="Whether you like it. False for anonymous requests."
    )
    viewer_has_bookmarked = member_field(
        queries.bookmarked_by, description="Whether you keep it. False for anonymous requests."
    )
    viewer_can_like = viewer_field(
        Boolean, permissions.may_like, description="Whether you may like it: signed in, and it is not yours."
    )
    viewer_can_reply = viewer_field(Boolean, permissions.may_reply, description="Whether you may answer it.")
    viewer_can_edit = viewer_field(Boolean, permissions.may_edit, description="Whether you may change it.")
    viewer_can_delete = viewer_field(
        Boolean, permissions.may_delete, description="Whether you may delete it."
    )


PostConnection, PostEdge = connection_types(PostType, name="Post", node_name="post")


class HashtagType(ObjectType):
    """A word that posts are found by."""

    class Meta:
        name = "Hashtag"
        possible_types = (Hashtag,)
        interfaces = (Node,)

    id = id_field("Hashtag")
    name = String(required=True, description="Lower-case, without the #.")
    post_count = Int(required=True, description="How many public posts have it, replies included.")
    posts = connection_field(
        PostConnection,
        Listing(queries.tagged, TAGGED_BY_TIME, parent="hashtag_id", node="post"),
        description="Posts that have it, newest first, replies included.",
    )
