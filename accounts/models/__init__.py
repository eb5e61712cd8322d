"""Rows about who you are, with the constraints that hold whatever the code does."""

from accounts.models.bases import Job, TimeOrdered
from accounts.models.entries import MAX_REASON, AuditEntry, AuditEvent, ModerationEntry
from accounts.models.mails import Mail, MailKind
from accounts.models.people import EmailVerification, FormerName, PersonNames, User
from accounts.models.providers import EmailCheck, Enrichment, EnrichmentOutcome
from accounts.models.sessions import RefreshToken, Session, ThrottleCount

__all__ = [
    "MAX_REASON",
    "AuditEntry",
    "AuditEvent",
    "EmailCheck",
    "EmailVerification",
    "Enrichment",
    "EnrichmentOutcome",
    "FormerName",
    "Job",
    "Mail",
    "MailKind",
    "ModerationEntry",
    "PersonNames",
    "RefreshToken",
    "Session",
    "ThrottleCount",
    "TimeOrdered",
    "User",
]
