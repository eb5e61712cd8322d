"""Confirming one's address, and changing it."""

from datetime import UTC, datetime

from django.db import IntegrityError, transaction

from accounts import tasks
from accounts.actions.audit import record
from accounts.actions.mails import queue_mail, unusable_link
from accounts.actions.signup import judge_address
from accounts.devices import Device
from accounts.failures import Code, Problems
from accounts.mails import mail_of
from accounts.models import AuditEvent, EmailCheck, EmailVerification, Enrichment, Mail, MailKind, User
from accounts.proofs import proves
from accounts.text import clean_email, email_key
from services.hunter import Outcome, Verdict


def request_email_confirmation(
    *, user: User, email: str | None = None, password: str | None = None, device: Device
) -> None:
    """Have a link mailed that confirms one's address, or another one that one wants instead.

    The old address stays until the link to the new one is followed. An address that somebody else has is
    answered alike; its owner is told by mail.

    Raises: ValidationFailure with REQUIRED, INVALID, TOO_LONG, INVALID_CREDENTIALS, EMAIL_UNDELIVERABLE or
        EMAIL_DISPOSABLE; Throttled.
    """
    if email is None:
        if user.email_verification != EmailVerification.CONFIRMED:
            queue_mail(MailKind.EMAIL_CONFIRMATION, to=user.email, user=user)
        return
    problems = Problems()
    address = clean_email(email, problems, "email")
    if not password:
        problems.add(Code.REQUIRED, "To change your address, give your password.", "password")
    elif not proves(user=user, password=password, device=device):
        problems.add(Code.INVALID_CREDENTIALS, "This is not your password.", "password")
    problems.raise_if_any()
    if address == user.email:
        request_email_confirmation(user=user, device=device)
        return
    judge_address(address)
    with transaction.atomic():
        record(AuditEvent.EMAIL_CHANGE_MAILED, user=user, device=device)
        queue_mail(MailKind.EMAIL_CHANGE, to=address, user=user)


def confirm_email(*, token: str, device: Device) -> User:
    """Confirm an address by the link that was mailed to it. Succeeds again until the link's day is over.

    Raises: ValidationFailure with INVALID_TOKEN.
    """
    mail = mail_of(token, MailKind.EMAIL_CONFIRMATION, MailKind.EMAIL_CHANGE)
    try:
        if mail is None or mail.user is None:
            raise unusable_link()
        with transaction.atomic():
            return _confirm(mail, mail.user.pk, device)
    except IntegrityError:  # somebody else has the address by now
        raise unusable_link() from None


def _confirm(mail: Mail, user_id: int, device: Device) -> User:
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    if user.email == mail.to:
        if user.email_verification != EmailVerification.CONFIRMED:
            _settle(user)
            record(AuditEvent.EMAIL_CONFIRMED, user=user, device=device)
        return user
    if mail.kind != MailKind.EMAIL_CHANGE or mail.used_at:
        raise unusable_link()
    queue_mail(MailKind.EMAIL_CHANGED, to=user.email, user=user)
    # What was found out about the old address says nothing about the owner of the new one.
    Enrichment.objects.filter(user=user).delete()
    user.email, user.email_key = mail.to, email_key(mail.to)
    _settle(user)
    tasks.schedule(user, Verdict(Outcome.VALID))
    record(AuditEvent.EMAIL_CHANGED, user=user, device=device)
    Mail.objects.filter(pk=mail.pk).update(used_at=datetime.now(UTC))
    return user


def _settle(user: User) -> None:
    user.email_verification = EmailVerification.CONFIRMED
    user.save(update_fields=["email", "email_key", "email_verification"])
    EmailCheck.objects.filter(user=user).delete()  # the owner has shown more than Hunter can
