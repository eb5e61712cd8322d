"""People: follow, block, mute; and having read what they did."""

from collections.abc import Callable
from typing import Any, ClassVar

from graphene import ID, Field, InputField, Int

from accounts.models import User
from content.actions import blocks, follows, mutes
from content.actions.notifications import mark_notifications_read
from content.queries import unread_count
from schema.context import Context
from schema.keys import key_of
from schema.mutations.base import Mutation
from schema.types.user import UserType
from schema.types.viewer import Viewer


class ToOneUser(Mutation):
    """What one person wishes about another: the action takes who and whom, and returns whom."""

    action: ClassVar[Callable[..., User | None]]

    class Input:
        user_id = InputField(ID, required=True, description="The user's global ID.")

    class Payload:
        user = Field(UserType, description="The user as you see them now.")

    @classmethod
    def act(cls, context: Context, user_id: str) -> dict[str, Any]:
        user = context.signed_in().user
        return {"user": cls.action(user=user, user_id=key_of("User", user_id))}


class Follow(ToOneUser):
    """Follow a user. Safe to repeat."""

    action = follows.follow_user


class Unfollow(ToOneUser):
    """Stop following a user. Safe to repeat."""

    action = follows.unfollow_user


class Block(ToOneUser):
    """Block a user: ends follows both ways and hides you from each other. Safe to repeat."""

    action = blocks.block_user


class Unblock(ToOneUser):
    """Unblock a user. Safe to repeat."""

    action = blocks.unblock_user


class Mute(ToOneUser):
    """Hide a user's posts from your feeds without telling them. Safe to repeat."""

    action = mutes.mute_user


class Unmute(ToOneUser):
    """Undo `mute`. Safe to repeat."""

    action = mutes.unmute_user


class MarkNotificationsRead(Mutation):
    """Mark notifications as read, up to and including the one given (or all)."""

    class Input:
        up_to_id = InputField(ID, description="Left out: all.")

    class Payload:
        viewer = Field(Viewer, description="You.")
        unread_notification_count = Int(description="How many you have not marked as read.")

    @staticmethod
    def act(context: Context, up_to_id: str | None = None) -> dict[str, Any]:
        user = context.signed_in().user
        up_to = None if up_to_id is None else key_of("Notification", up_to_id)
        mark_notifications_read(user=user, up_to_id=up_to)
        return {"viewer": user, "unread_notification_count": unread_count(user)}
