"""Muting somebody, and no longer. Both state a wish: to repeat one changes nothing."""

from django.db import transaction

from accounts.models import User
from accounts.standing import ensure_may_write
from content.actions.inserts import insert_if_absent
from content.actions.sight import ensure_not_oneself, ensure_not_veiled, reachable_user
from content.models import Mute


@transaction.atomic
def mute_user(*, user: User, user_id: int) -> User:
    """Keep what somebody does out of one's feeds, notifications and searches; they are not told.

    Returns: whom.

    Raises: ValidationFailure with SELF_ACTION, NOT_FOUND, BLOCKED (when it is oneself who blocks) or
        NOT_ALLOWED.
    """
    ensure_may_write(user)
    ensure_not_oneself(user, user_id)
    muted = reachable_user(viewer=user, user_id=user_id)
    ensure_not_veiled(muted)
    insert_if_absent(Mute(muter=user, muted=muted))
    return muted


@transaction.atomic
def unmute_user(*, user: User, user_id: int) -> User:
    """End a mute. Returns: whom.

    Raises: ValidationFailure with SELF_ACTION or NOT_FOUND.
    """
    ensure_not_oneself(user, user_id)
    muted = reachable_user(viewer=user, user_id=user_id)
    Mute.objects.filter(muter=user, muted=muted).delete()
    return muted
