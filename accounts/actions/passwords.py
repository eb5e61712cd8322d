"""Changing a password."""

from django.db import transaction

from accounts.actions.sessions import Device, SignedIn, end_sessions, replace_tokens
from accounts.failures import Code, Problems
from accounts.models import Session, User
from accounts.passwords import check_new_password, hash_password, password_matches
from accounts.throttles import count_password


def change_password(
    *, session: Session, current_password: str, new_password: str, device: Device
) -> SignedIn:
    """Set a new password; ends the person's other sessions and gives this one fresh tokens.

    A wrong present password counts like a failed sign-in.

    Raises: ValidationFailure with INVALID_CREDENTIALS, REQUIRED, TOO_SHORT, TOO_LONG, INVALID or
        PASSWORD_TOO_WEAK; Throttled.
    """
    user = session.user
    attempt = count_password(account=user.username, address=device.ip_address)
    problems = Problems()
    if password_matches(current_password, user.password):
        attempt.give_back()
    else:
        problems.add(Code.INVALID_CREDENTIALS, "This is not your password.", "current_password")
    check_new_password(new_password, user, problems, "new_password")
    problems.raise_if_any()
    encoded = hash_password(new_password)
    with transaction.atomic():
        # Only if the password is still the one that was proved: of two changes at once, one wins.
        changed = User.objects.filter(pk=user.pk, password=user.password).update(password=encoded)
        if not changed:
            problems.add(Code.INVALID_CREDENTIALS, "This is not your password.", "current_password")
            problems.raise_if_any()
        end_sessions(user=user, but=session)
        return replace_tokens(session=session)
