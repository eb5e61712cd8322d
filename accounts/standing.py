"""Whether an account is in good standing."""

from accounts.failures import Code, ValidationFailure
from accounts.models import EmailVerification, User


def may_write(user: User) -> bool:
    """Whether this person may publish: not while their address is known to receive no mail."""
    return user.email_verification != EmailVerification.REJECTED


def ensure_may_write(user: User) -> None:
    """Raises: ValidationFailure with NOT_ALLOWED, about the whole request."""
    if not may_write(user):
        raise ValidationFailure.of(
            Code.NOT_ALLOWED, "Your e-mail address receives no mail. Correct it before you publish anything."
        )
