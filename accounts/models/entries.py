"""What was done to accounts, by their owners and by moderators."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models.bases import TimeOrdered
from accounts.models.people import User

MAX_REASON = 500  # characters


class AuditEvent(models.TextChoices):
    """What happened to an account."""

    SIGNED_UP = "SIGNED_UP"
    SIGNED_IN = "SIGNED_IN"
    SIGN_IN_REFUSED = "SIGN_IN_REFUSED"
    SESSION_ENDED = "SESSION_ENDED"
    TOKEN_REUSED = "TOKEN_REUSED"  # noqa: S105  # an event, not a token
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105
    PASSWORD_REFUSED = "PASSWORD_REFUSED"  # noqa: S105  # where it is asked for once more
    PASSWORD_RESET_MAILED = "PASSWORD_RESET_MAILED"  # noqa: S105
    PASSWORD_RESET = "PASSWORD_RESET"  # noqa: S105
    EMAIL_CHANGE_MAILED = "EMAIL_CHANGE_MAILED"
    EMAIL_CHANGED = "EMAIL_CHANGED"
    EMAIL_CONFIRMED = "EMAIL_CONFIRMED"
    EXPORT_REQUESTED = "EXPORT_REQUESTED"
    EXPORT_FETCHED = "EXPORT_FETCHED"
    DEACTIVATED = "DEACTIVATED"
    REACTIVATED = "REACTIVATED"
    ADDRESS_ACCEPTED = "ADDRESS_ACCEPTED"
    MODERATOR_APPOINTED = "MODERATOR_APPOINTED"
    MODERATOR_RELEASED = "MODERATOR_RELEASED"
    POST_REMOVED = "POST_REMOVED"
    DELETED = "DELETED"


class AuditEntry(TimeOrdered):
    """Something that happened to an account, and from where."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="audit", db_index=False)
    event = models.CharField(max_length=23, choices=AuditEvent.choices)
    ip_address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "audit entries"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(event__in=AuditEvent.values), name="audit_event_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["user", "id"], name="audit_by_user")]

    def __str__(self) -> str:
        return f"{self.event} of user {self.user_id}"


class ModerationEntry(TimeOrdered):
    """What a moderator did, to whom or what, and why. Outlives what it is about, which it names by its key;
    but why goes with the person, as it may name them.
    """

    moderator = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="moderation")
    person = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="moderated", help_text="NULL: gone."
    )
    action = models.CharField(max_length=50)
    subject_type = models.CharField(max_length=10)
    subject_key = models.BigIntegerField()
    reason = models.CharField(max_length=MAX_REASON, blank=True)

    class Meta:
        verbose_name_plural = "moderation entries"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(reason="") | Q(person=None), name="moderation_entry_says_why"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject_type", "subject_key"], name="moderation_entry_by_subject")
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type} {self.subject_key}"
