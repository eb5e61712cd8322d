"""Posts."""

from graphene import Boolean, Field, Int, ObjectType, String

from content import permissions, queries
from content.models import Post
from content.visibility import visible_edits, visible_posts, visible_users
from schema.engine.connections import Listing, connection_field, connection_types
from schema.engine.fields import id_field, key_field, member_field, viewer_field
from schema.types.interfaces import Node, Timestamped
from schema.types.orders import EDITS_BY_TIME, LIKES_BY_TIME, REPLIES_BY_TIME
from schema.types.scalars import DateTime
from schema.types.user import UserType


class PostEdit(ObjectType):
    """A former text of a post."""

    class Meta:
        interfaces = (Timestamped,)

    body = String(required=True, description="The text as it was.")
    created_at = DateTime(required=True, description="When this text was written.")


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
        UserType, column="author_id", rows=visible_users, required=True, description="Who wrote it."
    )
    body = String(required=True, description="Plain text as written.")
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
    viewer_can_like = viewer_field(
        Boolean, permissions.may_like, description="Whether you may like it: signed in, and it is not yours."
    )
    viewer_can_reply = viewer_field(Boolean, permissions.may_reply, description="Whether you may answer it.")
    viewer_can_edit = viewer_field(Boolean, permissions.may_edit, description="Whether you may change it.")
    viewer_can_delete = viewer_field(
        Boolean, permissions.may_delete, description="Whether you may delete it."
    )


PostConnection, PostEdge = connection_types(PostType, name="Post", node_name="post")
