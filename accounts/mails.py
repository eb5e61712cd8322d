"""What is in a mail, and what its link stands for.

A link's token is the key of the mail's row, signed: so the database keeps nothing that opens an account, and
who reads it cannot make a link.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.signing import BadSignature, Signer
from django.template.loader import render_to_string

from accounts.keys import MAX_KEY
from accounts.models import Mail, MailKind

LIFETIMES = {
    MailKind.PASSWORD_RESET: timedelta(hours=1),
    MailKind.EMAIL_CONFIRMATION: timedelta(hours=24),
    MailKind.EMAIL_CHANGE: timedelta(hours=24),
    # No link: for so long it is tried to send them.
    MailKind.ADDRESS_TAKEN: timedelta(hours=24),
    MailKind.EMAIL_CHANGED: timedelta(hours=24),
    MailKind.PASSWORD_CHANGED: timedelta(hours=24),
}
_signer = Signer(salt="accounts.mails")


def token_of(mail: Mail) -> str:
    """What the link in a mail carries."""
    return _signer.sign(str(mail.pk))


def mail_of(token: str, *kinds: MailKind) -> Mail | None:
    """The mail that a token came in, if it is of one of these kinds, its time is not over and its person is
    still there.
    """
    try:
        key = int(_signer.unsign(token))
    except (BadSignature, ValueError):
        return None
    living = Mail.objects.select_related("user").filter(kind__in=kinds, expires_at__gt=datetime.now(UTC))
    return living.filter(pk=key, user__is_active=True).first() if key <= MAX_KEY else None


def message_of(mail: Mail) -> EmailMultiAlternatives:
    """The mail as it is sent: plain text and HTML."""
    links = {
        MailKind.PASSWORD_RESET: settings.PASSWORD_RESET_LINK,
        MailKind.EMAIL_CONFIRMATION: settings.EMAIL_CONFIRMATION_LINK,
        MailKind.EMAIL_CHANGE: settings.EMAIL_CONFIRMATION_LINK,
    }
    token = token_of(mail)
    link = links.get(MailKind(mail.kind), "").replace("{token}", token)
    told: dict[str, Any] = {"user": mail.user, "address": mail.to, "link": link, "token": token}
    name = f"accounts/mails/{mail.kind.lower()}"
    subject = render_to_string(f"{name}.subject.txt", told).strip()
    message = EmailMultiAlternatives(subject, render_to_string(f"{name}.txt", told), to=[mail.to])
    message.attach_alternative(render_to_string(f"{name}.html", told), "text/html")
    return message
