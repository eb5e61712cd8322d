"""Where people are signed in, and how often somebody tried to be."""

from typing import ClassVar

from django.db import models

from accounts.models.bases import TimeOrdered
from accounts.models.people import User


class Session(TimeOrdered):
    """One sign-in, and all the tokens that followed from it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    user_agent = models.CharField(max_length=200, blank=True)
    ip_address = models.GenericIPAddressField(null=True)
    last_used_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"session {self.pk}"


class RefreshToken(models.Model):
    """A single-use token that trades for a new pair. Only its SHA-256 is kept."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="refresh_tokens")
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="successors")
    token_hash = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(
        null=True, help_text="Another token took this one's place before it was used."
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["token_hash"], name="refresh_token_hash_unique"),
        ]

    def __str__(self) -> str:
        return f"refresh token of session {self.session_id}"


class ThrottleCount(models.Model):
    """How many attempts somebody made within a window of time (see `accounts/throttles.py`)."""

    key = models.CharField(primary_key=True, max_length=150)
    count = models.PositiveIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.count} attempts until {self.expires_at:%H:%M:%S}"
