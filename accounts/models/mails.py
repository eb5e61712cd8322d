"""Mails, and what the links in them may still do."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models.bases import Job, TimeOrdered
from accounts.models.people import User


class MailKind(models.TextChoices):
    """What a mail is about."""

    PASSWORD_RESET = "PASSWORD_RESET"  # noqa: S105  # a kind of mail, not a password
    EMAIL_CONFIRMATION = "EMAIL_CONFIRMATION"
    EMAIL_CHANGE = "EMAIL_CHANGE"
    ADDRESS_TAKEN = "ADDRESS_TAKEN"
    EMAIL_CHANGED = "EMAIL_CHANGED"
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105


class Mail(TimeOrdered, Job):
    """A mail that is to be sent, and what the link in it may still do.

    The link's token is not kept: it is the row's key, signed (see `accounts/mails.py`).
    """

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, related_name="mails", help_text="NULL until it is known."
    )
    kind = models.CharField(max_length=18, choices=MailKind.choices)
    to = models.EmailField(max_length=254)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)
    ip_address = models.GenericIPAddressField(null=True, help_text="Where it was asked for from.")
    user_agent = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=MailKind.values), name="mail_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} mail {self.pk}"
