"""Following somebody, and no longer. Both state a wish: to repeat one changes nothing."""

from django.db import transaction

from accounts.actions.counts import change_follow_counts, lock_users
from accounts.models import User
from accounts.standing import ensure_may_write
from content.actions.inserts import insert_if_absent
from content.actions.notifications import notify, withdraw
from content.actions.sight import ensure_not_oneself, ensure_not_veiled, reachable_user
from content.models import Follow, NotificationKind


def follow_user(*, user: User, user_id: int) -> User:
    """Follow somebody, who is told. Returns: whom.

    Raises: ValidationFailure with SELF_ACTION, NOT_FOUND, BLOCKED (when it is oneself who blocks) or
        NOT_ALLOWED.
    """
    ensure_may_write(user)
    ensure_not_oneself(user, user_id)
    with transaction.atomic():
        lock_users(user.pk, user_id)  # a block at the same moment comes before or after, never between
        followed = reachable_user(viewer=user, user_id=user_id)
        ensure_not_veiled(followed)
        if insert_if_absent(Follow(follower=user, followed=followed)):
            change_follow_counts(follower_id=user.pk, followed_id=followed.pk, by=1)
            followed.follower_count += 1
            notify([followed.pk], kind=NotificationKind.FOLLOW, actor=user)
    return followed


def unfollow_user(*, user: User, user_id: int) -> User:
    """Stop following somebody. Returns: whom.

    Raises: ValidationFailure with SELF_ACTION or NOT_FOUND.
    """
    ensure_not_oneself(user, user_id)
    with transaction.atomic():
        lock_users(user.pk, user_id)
        followed = reachable_user(viewer=user, user_id=user_id)
        if end_follow(follower=user, followed=followed):
            followed.follower_count -= 1
    return followed


def end_follow(*, follower: User, followed: User) -> bool:
    """Take a follow away, and what was told of it, within the caller's transaction, which locked both.

    Returns: whether there was one.
    """
    deleted, _ = Follow.objects.filter(follower=follower, followed=followed).delete()
    if deleted:
        change_follow_counts(follower_id=follower.pk, followed_id=followed.pk, by=-1)
        withdraw(followed.pk, kind=NotificationKind.FOLLOW, actor=follower)
    return bool(deleted)
