"""Proving once more who one is, for what a stolen token alone must not be able to do."""

from accounts.actions.audit import record
from accounts.devices import Device
from accounts.models import AuditEvent, User
from accounts.passwords import password_matches
from accounts.throttles import count_password


def proves(*, user: User, password: str, device: Device) -> bool:
    """Whether this is the person's password. A wrong one counts like a failed sign-in, and is
    in the audit log.

    Raises: Throttled.
    """
    attempt = count_password(account=user.username, device=device)
    if not password_matches(password, user.password):
        record(AuditEvent.PASSWORD_REFUSED, user=user, device=device)
        return False
    attempt.give_back()
    return True
