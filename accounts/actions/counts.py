"""Counters of a user's row that other rooms keep."""

from collections.abc import Collection
from typing import Literal

from django.db.models import F

from accounts.models import User


def lock_users(*keys: int) -> None:
    """Lock these accounts until the transaction's end, in the order of their keys."""
    list(User.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk").values_list("pk"))


def change_post_count(*, user_id: int, by: int) -> None:
    """Add `by` to a user's count of posts, within the caller's transaction."""
    User.objects.filter(pk=user_id).update(post_count=F("post_count") + by)


def change_follow_counts(*, follower_id: int, followed_id: int, by: int) -> None:
    """Add `by` to what the counts of both say, within the caller's transaction, which locked both."""
    User.objects.filter(pk=follower_id).update(following_count=F("following_count") + by)
    User.objects.filter(pk=followed_id).update(follower_count=F("follower_count") + by)


def lower_follow_counts(
    *, user_ids: Collection[int], of: Literal["follower_count", "following_count"]
) -> None:
    """Take one from the same count of each of these people, within the caller's transaction, which locked
    them.
    """
    User.objects.filter(pk__in=user_ids).update(**{of: F(of) - 1})
