"""Confirming one's address, and changing it."""

from django.db import IntegrityError, transaction

from accounts import tasks
from accounts.actions.audit import record
from accounts.actions.mails import queue_mail, unusable_link, use_link, void_links
from accounts.actions.proofs import proves
from accounts.actions.signup import judge_address
from accounts.devices import Device
from accounts.failures import Code, Problems
from accounts.mails import mail_of
from accounts.models import AuditEvent, EmailCheck, EmailVerification, Enrichment, Mail, MailKind, User
from accounts.text import clean_email, email_key
from accounts.throttles import count_confirmation_mail
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
            count_confirmation_mail(user=user)
            queue_mail(MailKind.EMAIL_CONFIRMATION, to=user.email, user=user, device=device)
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
    count_confirmation_mail(user=user)
    judge_address(address)
    with transaction.atomic():
        record(AuditEvent.EMAIL_CHANGE_MAILED, user=user, device=device)
        queue_mail(MailKind.EMAIL_CHANGE, to=address, user=user, device=device)


def confirm_email(*, token: str, device: Device) -> User:
    """Confirm an address by the link that was mailed to it. Succeeds again until the link's day is over.

    Raises: ValidationFailure with INVALID_TOKEN.
    """
    mail = mail_of(token, MailKind.EMAIL_CONFIRMATION, MailKind.EMAIL_CHANGE)
    try:
        if mail is None:
            raise unusable_link()
        with transaction.atomic():
            return _confirm(mail, device)
    except IntegrityError:  # somebody else has the address by now
        raise unusable_link() from None


def _confirm(mail: Mail, device: Device) -> User:
    # Wholly, as its key may change: whoever refers to the account waits, and cannot wait for more afterwards.
    user = User.objects.select_for_update(of=("self",)).filter(mails=mail, is_active=True).first()
    if user is None:
        raise unusable_link()
    if user.email == mail.to:
        if user.email_verification != EmailVerification.CONFIRMED:
            _set_confirmed(user)
            record(AuditEvent.EMAIL_CONFIRMED, user=user, device=device)
        return user
    if mail.kind != MailKind.EMAIL_CHANGE or not use_link(mail):
        raise unusable_link()
    queue_mail(MailKind.EMAIL_CHANGED, to=user.email, user=user, device=device)
    user.email, user.email_key = mail.to, email_key(mail.to)
    _set_confirmed(user)
    _ask_anew(user)
    void_links(user)
    record(AuditEvent.EMAIL_CHANGED, user=user, device=device)
    return user


def _set_confirmed(user: User) -> None:
    user.email_verification = EmailVerification.CONFIRMED
    user.save(update_fields=["email", "email_key", "email_verification"])


def _ask_anew(user: User) -> None:
    """What was found out about the old address says nothing about the owner of the new one. Hunter is asked
    before the enricher, as after a signup: an address that it may not process is shown to nobody else.
    """
    EmailCheck.objects.filter(user=user).delete()
    Enrichment.objects.filter(user=user).delete()
    tasks.schedule(user, Verdict(Outcome.PENDING, retry_after_s=1.0))
