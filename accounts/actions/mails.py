"""Asking the worker to send a mail, and taking links back."""

from datetime import UTC, datetime

from django.db.models import Q

from accounts.actions.audit import clean_user_agent
from accounts.devices import Device
from accounts.failures import Code, ValidationFailure
from accounts.mails import LIFETIMES
from accounts.models import Mail, MailKind, User


def queue_mail(kind: MailKind, *, to: str, user: User | None = None, device: Device) -> Mail:
    """Let the worker send a mail, if the caller's transaction commits."""
    now = datetime.now(UTC)
    return Mail.objects.create(
        kind=kind,
        to=to,
        user=user,
        next_attempt_at=now,
        expires_at=now + LIFETIMES[kind],
        ip_address=device.ip_address,
        user_agent=clean_user_agent(device),
    )


def use_link(mail: Mail) -> bool:
    """Use up a mail's link. Returns: whether it could still be used."""
    now = datetime.now(UTC)
    return Mail.objects.filter(pk=mail.pk, used_at=None, expires_at__gt=now).update(used_at=now) == 1


def void_links(user: User) -> None:
    """Let no link that was asked for before set a password or change the address any more. Used ones may
    still say that they were used.
    """
    mailed = Q(user=user, kind__in=[MailKind.PASSWORD_RESET, MailKind.EMAIL_CHANGE])
    # Whose address it is, the worker finds out when it mails a link.
    asked_for = Q(user=None, kind=MailKind.PASSWORD_RESET, to__iexact=user.email)
    powerful = Mail.objects.filter(mailed | asked_for)
    now = datetime.now(UTC)
    powerful.filter(used_at=None, expires_at__gt=now).update(expires_at=now)


def unusable_link() -> ValidationFailure:
    """A link that is none, too old, used, or taken back: one answer."""
    return ValidationFailure.of(
        Code.INVALID_TOKEN, "This link cannot be used any more. Ask for a new one.", "token"
    )
