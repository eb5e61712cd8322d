"""Whether an account is in good standing."""

from django.conf import settings

from accounts.failures import Code, ValidationFailure
from accounts.models import EmailVerification, User


def may_write(user: User) -> bool:
    """Whether this person may publish: not while their address is known to receive no mail; where
    `REQUIRE_CONFIRMED_EMAIL` is set, only once they have confirmed it.
    """
    if settings.REQUIRE_CONFIRMED_EMAIL:
        return user.email_verification == EmailVerification.CONFIRMED
    return user.email_verification != EmailVerification.REJECTED


def ensure_may_write(user: User) -> None:
    """Raises: ValidationFailure with NOT_ALLOWED, about the whole request."""
    if not may_write(user):
        raise ValidationFailure.of(
            Code.NOT_ALLOWED, "Correct or confirm your e-mail address before you publish anything."
        )
