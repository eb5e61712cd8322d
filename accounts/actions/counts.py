"""Counters of a user's row that other rooms keep."""

from django.db.models import F

from accounts.models import User


def change_post_count(*, user_id: int, by: int) -> None:
    """Add `by` to a user's count of posts, within the caller's transaction."""
    User.objects.filter(pk=user_id).update(post_count=F("post_count") + by)
