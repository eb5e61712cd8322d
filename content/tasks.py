"""What happens to posts in the background: each step may run twice without harm."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from time import monotonic, sleep

from django.conf import settings

from accounts.jobs import claim_due
from accounts.models import User
from content.actions.exports import make_archive, throw_away
from content.actions.purge import purge_posts, purge_user
from content.models import DataExport, IdempotencyKey, Post

STEP_S = 2.0  # how long a step goes on before it looks whether the worker is to stop


def due_exports(at_most: int) -> list[Callable[[], None]]:
    """Claim up to `at_most` archives that are to be made; each comes as a step to run."""
    return [partial(make_archive, job) for job in claim_due(DataExport, at_most=at_most)]


def prune_exports(at_most: int) -> list[Callable[[], None]]:
    """Throw archives away whose time is over."""
    over = DataExport.objects.filter(expires_at__lte=datetime.now(UTC)).exclude(file="")
    return [partial(throw_away, export) for export in over[:at_most]]


def prune_idempotency_keys(at_most: int) -> list[Callable[[], None]]:
    """Forget keys that are older than what clients were promised."""
    before = datetime.now(UTC) - settings.IDEMPOTENCY_KEY_KEPT
    old = IdempotencyKey.objects.filter(created_at__lt=before)
    return [partial(_delete_keys, before)] if old.exists() else []


def _delete_keys(before: datetime) -> None:
    IdempotencyKey.objects.filter(created_at__lt=before).delete()


def purge_deleted_posts(at_most: int) -> list[Callable[[], None]]:
    """Take deleted posts away."""
    deleted = Post.objects.exclude(deleted_at=None)
    return [partial(_for_a_while, purge_posts)] if deleted.exists() else []


def purge_deleted_users(at_most: int) -> list[Callable[[], None]]:
    """Take deleted accounts away, with all that is theirs: a step for each."""
    deleted = User.objects.exclude(deleted_at=None).values_list("pk", flat=True)[:at_most]
    return [partial(_for_a_while, partial(purge_user, user_id=key)) for key in deleted]


def _for_a_while(take: Callable[[], int]) -> None:
    """One transaction after the other, for as long as there is something to take and `STEP_S` is not over.

    It rests as long as it works: on SQLite, where one writes at a time and whoever waits looks now and then
    whether it may, others would get no turn.
    """
    until = monotonic() + STEP_S
    began = monotonic()
    while take() and (ended := monotonic()) < until:
        sleep(ended - began)
        began = monotonic()
