"""Blocking somebody, and no longer. Both state a wish: to repeat one changes nothing."""

from django.db import transaction
from django.db.models import Q

from accounts.actions.counts import lock_users
from accounts.models import User
from accounts.standing import ensure_may_write
from content.actions.follows import end_follow
from content.actions.inserts import insert_if_absent
from content.actions.sight import ensure_not_oneself, reachable_user
from content.lookups import find_person
from content.models import Block, Notification


def block_user(*, user: User, user_id: int) -> User:
    """Hide somebody and oneself from each other: ends follows both ways, and what either was told of the
    other. Likes stay. Returns: whom, veiled.

    Raises: ValidationFailure with SELF_ACTION, NOT_FOUND or NOT_ALLOWED.
    """
    ensure_may_write(user)
    ensure_not_oneself(user, user_id)
    with transaction.atomic():
        lock_users(user.pk, user_id)
        blocked = reachable_user(viewer=user, user_id=user_id)
        if insert_if_absent(Block(blocker=user, blocked=blocked)):
            end_follow(follower=user, followed=blocked)
            end_follow(follower=blocked, followed=user)
            _forget_what_was_told(user, blocked)
        return reachable_user(viewer=user, user_id=user_id)


@transaction.atomic
def unblock_user(*, user: User, user_id: int) -> User | None:
    """End a block. Returns: whom, or None when they block oneself.

    Raises: ValidationFailure with SELF_ACTION or NOT_FOUND.
    """
    ensure_not_oneself(user, user_id)
    blocked = reachable_user(viewer=user, user_id=user_id)
    deleted, _ = Block.objects.filter(blocker=user, blocked=blocked).delete()
    if deleted:  # a like at the moment of the block was told after it, unseen
        _forget_what_was_told(user, blocked)
    return find_person(user, user_id)


def _forget_what_was_told(one: User, other: User) -> None:
    between = Q(recipient=one, actor=other) | Q(recipient=other, actor=one)
    Notification.objects.filter(between).delete()
