"""Posts: publish, change, delete, like, keep."""

from typing import Any

from graphene import ID, Field, InputField, NonNull, String

from content.actions import bookmarks, deletion, likes, posts
from schema.context import Context
from schema.engine.connections import Edge
from schema.keys import key_of, known_key_of
from schema.mutations.base import Mutation
from schema.types.orders import POSTS_BY_TIME
from schema.types.post import PostEdge, PostType, PostVisibility


class OnePost:
    """The input of a mutation about one post."""

    post_id = InputField(ID, required=True, description="The post's global ID.")


class ThePost:
    """The payload of a mutation about one post."""

    post = Field(PostType, description="The post as it is now.")


class CreatePost(Mutation):
    """Publish a post, or a reply when `replyToId` is given. With an `idempotencyKey`, exactly once however
    often it is sent.
    """

    class Input:
        body = InputField(String, required=True, description="Plain text, 1 to 5,000 characters.")
        reply_to_id = InputField(ID, description="The post this answers.")
        visibility = InputField(
            NonNull(PostVisibility), default_value="PUBLIC", description="For whom it is; for ever."
        )
        idempotency_key = InputField(
            String,
            description=(
                "Up to 64 characters of your choice, e.g. a UUID. Sending the same key and text again "
                "returns the first post."
            ),
        )

    class Payload:
        post = Field(PostType, description="The new post.")
        post_edge = Field(PostEdge, description="The new post with its place in every list of posts by time.")

    @staticmethod
    def act(context: Context, **given: Any) -> dict[str, Any]:
        if given.get("reply_to_id") is not None:
            given["reply_to_id"] = key_of("Post", given["reply_to_id"])
        post = posts.create_post(author=context.signed_in().user, **given)
        return {"post": post, "post_edge": Edge(post, post, POSTS_BY_TIME)}


class EditPost(Mutation):
    """Change your post. The former text stays in `Post.edits`."""

    Payload = ThePost

    class Input(OnePost):
        body = InputField(String, required=True, description="Plain text, 1 to 5,000 characters.")

    @staticmethod
    def act(context: Context, post_id: str, body: str) -> dict[str, Any]:
        editor = context.signed_in().user
        return {"post": posts.edit_post(editor=editor, post_id=key_of("Post", post_id), body=body)}


class DeletePost(Mutation):
    """Delete your post. Replies stay. Safe to repeat."""

    Input = OnePost

    class Payload:
        deleted_post_id = Field(ID, description="The ID that was sent.")

    @staticmethod
    def act(context: Context, post_id: str) -> dict[str, Any]:
        user = context.signed_in().user
        deletion.delete_post(user=user, post_id=known_key_of("Post", post_id, "post_id"))
        return {"deleted_post_id": post_id}


class LikePost(Mutation):
    """Like a post. Liking twice is a no-op, not an error."""

    Input = OnePost
    Payload = ThePost

    @staticmethod
    def act(context: Context, post_id: str) -> dict[str, Any]:
        return {"post": likes.like_post(user=context.signed_in().user, post_id=key_of("Post", post_id))}


class UnlikePost(Mutation):
    """Take your like back. Safe to repeat."""

    Input = OnePost
    Payload = ThePost

    @staticmethod
    def act(context: Context, post_id: str) -> dict[str, Any]:
        return {"post": likes.unlike_post(user=context.signed_in().user, post_id=key_of("Post", post_id))}


class BookmarkPost(Mutation):
    """Save a post privately. Safe to repeat."""

    Input = OnePost
    Payload = ThePost

    @staticmethod
    def act(context: Context, post_id: str) -> dict[str, Any]:
        user = context.signed_in().user
        return {"post": bookmarks.bookmark_post(user=user, post_id=key_of("Post", post_id))}


class UnbookmarkPost(Mutation):
    """Remove a saved post. Safe to repeat."""

    Input = OnePost
    Payload = ThePost

    @staticmethod
    def act(context: Context, post_id: str) -> dict[str, Any]:
        user = context.signed_in().user
        return {"post": bookmarks.unbookmark_post(user=user, post_id=key_of("Post", post_id))}
