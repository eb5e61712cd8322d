"""Asking the worker to send a mail, and taking links back."""

from datetime import UTC, datetime

from accounts.failures import Code, ValidationFailure
from accounts.mails import LIFETIMES
from accounts.models import Mail, MailKind, User


def queue_mail(kind: MailKind, *, to: str, user: User | None = None) -> Mail:
    """Let the worker send a mail, if the caller's transaction commits."""
    now = datetime.now(UTC)
    return Mail.objects.create(
        kind=kind, to=to, user=user, next_attempt_at=now, expires_at=now + LIFETIMES[kind]
    )


def void_links(user: User) -> None:
    """Let no link that was mailed before set a password or change the address any more."""
    powerful = Mail.objects.filter(user=user, kind__in=[MailKind.PASSWORD_RESET, MailKind.EMAIL_CHANGE])
    powerful.filter(expires_at__gt=datetime.now(UTC)).update(expires_at=datetime.now(UTC))


def unusable_link() -> ValidationFailure:
    """A link that is none, too old, used, or taken back: one answer."""
    return ValidationFailure.of(
        Code.INVALID_TOKEN, "This link cannot be used any more. Ask for a new one.", "token"
    )
