"""What happens to posts in the background: each step may run twice without harm."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from django.conf import settings

from accounts.jobs import claim_due
from content.actions.exports import make_archive, throw_away
from content.models import DataExport, IdempotencyKey


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
