"""Changing a password, and setting a new one when it was forgotten."""

from django.db import transaction

from accounts.actions.audit import record
from accounts.actions.mails import queue_mail, unusable_link, use_link, void_links
from accounts.actions.proofs import proves
from accounts.actions.sessions import SignedIn, end_sessions, lock_account, replace_tokens, start_session
from accounts.devices import Device
from accounts.failures import Code, Problems
from accounts.mails import mail_of
from accounts.models import AuditEvent, MailKind, Session, User
from accounts.passwords import check_new_password, hash_password
from accounts.text import clean_email
from accounts.throttles import count_reset_mail


def change_password(
    *, session: Session, current_password: str, new_password: str, device: Device
) -> SignedIn:
    """Set a new password; ends the person's other sessions and gives this one fresh tokens. They are told by
    mail.

    Raises: ValidationFailure with INVALID_CREDENTIALS, REQUIRED, TOO_SHORT, TOO_LONG, INVALID or
        PASSWORD_TOO_WEAK; Throttled.
    """
    user = session.user
    problems = Problems()
    if not proves(user=user, password=current_password, device=device):
        problems.add(Code.INVALID_CREDENTIALS, "This is not your password.", "current_password")
    check_new_password(new_password, user, problems, "new_password")
    problems.raise_if_any()
    encoded = hash_password(new_password)
    with transaction.atomic():
        # Only if the password is still the one that was proved: of two changes at once, one wins.
        if not _set_password(user, encoded, AuditEvent.PASSWORD_CHANGED, device):
            problems.add(Code.INVALID_CREDENTIALS, "This is not your password.", "current_password")
            problems.raise_if_any()
        end_sessions(user=user, but=session)
        return replace_tokens(session=session)


def request_password_reset(*, email: str, device: Device) -> None:
    """Have a link mailed by which a new password can be set; within the hour, once.

    Does the same whether somebody has this address or not: the worker finds out.

    Raises: ValidationFailure with REQUIRED, INVALID or TOO_LONG; Throttled.
    """
    count_reset_mail(device=device)
    problems = Problems()
    address = clean_email(email, problems, "email")
    problems.raise_if_any()
    queue_mail(MailKind.PASSWORD_RESET, to=address, device=device)


def reset_password(*, token: str, new_password: str, device: Device) -> SignedIn:
    """Set a new password by the link that was mailed; ends every session of the account and starts one. They
    are told by mail.

    Raises: ValidationFailure with INVALID_TOKEN, REQUIRED, TOO_SHORT, TOO_LONG, INVALID or
        PASSWORD_TOO_WEAK.
    """
    mail = mail_of(token, MailKind.PASSWORD_RESET)
    user = mail.user if mail else None
    if mail is None or user is None or mail.used_at or mail.to != user.email:
        raise unusable_link()
    problems = Problems()
    check_new_password(new_password, user, problems, "new_password")
    problems.raise_if_any()
    encoded = hash_password(new_password)
    with transaction.atomic():
        # The account before its mails, as everywhere: so that two links cannot wait for each other.
        if not lock_account(user) or not use_link(mail):
            raise unusable_link()
        if not _set_password(user, encoded, AuditEvent.PASSWORD_RESET, device):
            raise unusable_link()
        end_sessions(user=user)
        return start_session(user=user, device=device)


def _set_password(user: User, encoded: str, event: AuditEvent, device: Device) -> bool:
    same = User.objects.filter(pk=user.pk, password=user.password, is_active=True)
    if not same.update(password=encoded):
        return False
    user.password = encoded
    void_links(user)
    record(event, user=user, device=device)
    queue_mail(MailKind.PASSWORD_CHANGED, to=user.email, user=user, device=device)
    return True
