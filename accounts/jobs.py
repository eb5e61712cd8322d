"""Jobs that live in rows: what is due, who has it, when to try again."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar

from django.conf import settings
from django.db.models import F

from accounts.models import Job as JobRow

Job = TypeVar("Job", bound=JobRow)


class Dated(Protocol):
    """What tells when it was created."""

    @property
    def created_at(self) -> datetime:
        """In UTC."""


def claim_due(model: type[Job], *, at_most: int) -> Iterator[Job]:
    """Claim jobs that are due, the longest waiting first.

    A claim moves `next_attempt_at` to the end of a lease: nobody else sees the job as due, and if its worker
    dies it is due again when the lease ends. Two workers that reach for one job: the conditional update
    lets one of them have it.
    """
    now = datetime.now(UTC)
    due = model._default_manager.select_related("user").filter(next_attempt_at__lte=now)
    for job in due.order_by("next_attempt_at")[:at_most]:
        lease = now + timedelta(seconds=settings.PROVIDER_LEASE_S)
        mine = model._default_manager.filter(pk=job.pk, next_attempt_at=job.next_attempt_at)
        if mine.update(next_attempt_at=lease, attempts=F("attempts") + 1):
            job.next_attempt_at = lease
            job.attempts += 1
            yield job


def keep(job: JobRow, **fields: Any) -> bool:
    """Write what was found out on the way, if the job's lease still holds. Returns: whether it did."""
    return _write(job, **fields)


def settle(job: JobRow, **fields: Any) -> bool:
    """Write a job's outcome, if its lease still holds. Returns: whether it did."""
    return _write(job, next_attempt_at=None, problem="", **fields)


def try_again(job: JobRow, *, problem: str, retry_after_s: float | None) -> bool:
    """Put a job off: the backoff doubles with each attempt, with jitter, heeding `Retry-After`."""
    jitter = random.uniform(0.5, 1)  # noqa: S311  # spreads load, hides nothing
    wait = backoff_s(attempts=job.attempts, retry_after_s=retry_after_s, jitter=jitter)
    return _write(job, next_attempt_at=datetime.now(UTC) + timedelta(seconds=wait), problem=problem[:100])


def backoff_s(*, attempts: int, retry_after_s: float | None, jitter: float) -> float:
    """Seconds until the next attempt after `attempts` of them, at least what the provider asked for."""
    longest: float = settings.PROVIDER_BACKOFF_MAX_S
    doubled: float = settings.PROVIDER_BACKOFF_S * 2.0 ** min(attempts - 1, 30)
    return max(min(doubled, longest) * jitter, min(retry_after_s or 0.0, longest))


def too_old(job: Dated, *, after: timedelta | None = None) -> bool:
    """Whether a job has been tried for so long (PROVIDER_GIVE_UP_DAYS unless told) that it is given up."""
    return datetime.now(UTC) - job.created_at > (after or timedelta(days=settings.PROVIDER_GIVE_UP_DAYS))


def _write(job: JobRow, **fields: Any) -> bool:
    held = type(job)._default_manager.filter(pk=job.pk, next_attempt_at=job.next_attempt_at)
    return held.update(**fields) == 1
