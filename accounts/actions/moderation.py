"""What moderators do to accounts."""

from django.db import transaction

from accounts.actions.sessions import end_sessions
from accounts.models import EmailVerification, User


@transaction.atomic
def deactivate_user(*, user_id: int) -> None:
    """Make an account, and all that belongs to it, disappear at once; ends its sessions. Can be undone."""
    User.objects.filter(pk=user_id).update(is_active=False)
    end_sessions(user=User(pk=user_id))


def reactivate_user(*, user_id: int) -> None:
    """Undo `deactivate_user`; the person signs in anew."""
    User.objects.filter(pk=user_id).update(is_active=True)


def accept_address(*, user_id: int) -> None:
    """Let somebody write although Hunter said that their address receives no mail: it can be wrong."""
    rejected = User.objects.filter(pk=user_id, email_verification=EmailVerification.REJECTED)
    rejected.update(email_verification=EmailVerification.UNCONFIRMED)
