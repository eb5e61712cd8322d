"""Proving once more who one is, for what a stolen token alone must not be able to do."""

from accounts.devices import Device
from accounts.models import User
from accounts.passwords import password_matches
from accounts.throttles import count_password


def proves(*, user: User, password: str, device: Device) -> bool:
    """Whether this is the person's password. A wrong one counts like a failed sign-in.

    Raises: Throttled.
    """
    attempt = count_password(account=user.username, device=device)
    if not password_matches(password, user.password):
        return False
    attempt.give_back()
    return True
