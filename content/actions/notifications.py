"""Telling people what others did, in the transaction in which it was done; and their having read it."""

from collections.abc import Iterable

from django.db import transaction

from accounts.failures import Code, ValidationFailure
from accounts.models import User
from content.models import Notification, NotificationKind, Post
from content.visibility import visible_notifications


def notify(
    recipients: Iterable[int], *, kind: NotificationKind, actor: User, post: Post | None = None
) -> None:
    """Tell each of these people, once for each kind, actor and post; never oneself."""
    told = [
        Notification(recipient_id=key, kind=kind, actor=actor, post=post)
        for key in recipients
        if key != actor.pk
    ]
    if told:
        Notification.objects.bulk_create(told, ignore_conflicts=True)


def withdraw(recipient: int, *, kind: NotificationKind, actor: User, post: Post | None = None) -> None:
    """Take back what somebody has not read yet."""
    Notification.objects.filter(
        recipient=recipient, kind=kind, actor=actor, post=post, is_read=False
    ).delete()


def mark_notifications_read(*, user: User, up_to_id: int | None = None) -> None:
    """Mark one's notifications as read: all, or up to and including one of them.

    Raises: ValidationFailure with NOT_FOUND.
    """
    with transaction.atomic():
        unread = Notification.objects.filter(recipient=user, is_read=False)
        if up_to_id is not None:
            if not visible_notifications(user).filter(pk=up_to_id).exists():
                raise ValidationFailure.of(Code.NOT_FOUND, "There is no such notification.", "up_to_id")
            unread = unread.filter(pk__lte=up_to_id)
        unread.update(is_read=True)
