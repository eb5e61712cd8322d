"""What happens to posts in the background: each step may run twice without harm."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from django.conf import settings

from content.models import IdempotencyKey


def prune_idempotency_keys(at_most: int) -> list[Callable[[], None]]:
    """Forget keys that are older than what clients were promised."""
    before = datetime.now(UTC) - settings.IDEMPOTENCY_KEY_KEPT
    old = IdempotencyKey.objects.filter(created_at__lt=before)
    return [partial(_delete_keys, before)] if old.exists() else []


def _delete_keys(before: datetime) -> None:
    IdempotencyKey.objects.filter(created_at__lt=before).delete()
