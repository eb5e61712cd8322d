"""How many points somebody may spend in an hour: on what they ask of the API."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from time import time

from django.conf import settings
from limits import RateLimitItem
from limits.errors import StorageError
from limits.storage import Storage
from prometheus_client import Counter

from accounts.addresses import neighbourhood
from accounts.devices import Device
from accounts.models import User
from accounts.throttle_counts import PROCESS, hidden, in_redis

log = logging.getLogger(__name__)
ALONE = Counter("points_counted_alone", "Requests counted by one process because Redis did not answer.")
WITHOUT_LIMIT = 2**31 - 1  # the largest Int of GraphQL
WINDOW = timedelta(hours=1)


@dataclass(frozen=True)
class Balance:
    """What somebody may spend, in a window of `window_s` seconds, and has spent."""

    limit: int
    used: int
    window_s: int
    reset_at: datetime

    @property
    def remaining(self) -> int:
        """What is left until `reset_at`."""
        return max(0, self.limit - self.used)

    @property
    def reset_s(self) -> int:
        """In how many seconds the window starts anew."""
        return max(0, ceil(self.reset_at.timestamp() - time()))


class OutOfPoints(Exception):
    """More points than are left. Nothing was spent.

    Args:
        balance: what was left.
    """

    def __init__(self, balance: Balance) -> None:
        self.balance = balance
        super().__init__(f"{balance.remaining} of {balance.limit} points are left")


def budget_of(user: User | None) -> int:
    """How many points somebody has in a whole window."""
    limit = _limit_of(user)
    return limit.amount if limit else WITHOUT_LIMIT


def spend_points(points: int, *, user: User | None, device: Device, renews: bool = False) -> Balance:
    """Spend points of somebody's, or of an address's when nobody is signed in. A refusal spends nothing.

    Counted in Redis, for all processes together; without one, or while it does not answer, by each process.

    Args:
        renews: whether it only renews or ends a sign-in. For that an address has points of its own, as many
            as a person: else who is signed in could not stay so beside strangers at the same address.

    Raises: OutOfPoints.
    """
    limit = settings.POINTS_PER_USER if renews else _limit_of(user)
    if limit is None:
        window_s = int(WINDOW.total_seconds())
        return Balance(WITHOUT_LIMIT, points, window_s, datetime.now(UTC) + WINDOW)
    if user and not renews:
        who = ("user", str(user.pk))
    else:
        who = ("renewal" if renews else "address", hidden(neighbourhood(device.ip_address)))
    if settings.REDIS_URL:
        try:
            return _spend(in_redis(settings.REDIS_URL).storage, limit, who, points)
        except StorageError as error:
            ALONE.inc()
            log.error("Redis does not count points, each process does: %s", error)
    return _spend(PROCESS, limit, who, points)


def _limit_of(user: User | None) -> RateLimitItem | None:
    limit: RateLimitItem | None = settings.POINTS_PER_USER if user else settings.POINTS_PER_ADDRESS
    return limit


def _spend(storage: Storage, limit: RateLimitItem, who: tuple[str, str], points: int) -> Balance:
    key, window_s = limit.key_for("points", *who), limit.get_expiry()
    used = storage.incr(key, window_s, points)
    reset_at = datetime.fromtimestamp(storage.get_expiry(key), UTC)
    if used > limit.amount:
        storage.incr(key, window_s, -points)
        raise OutOfPoints(Balance(limit.amount, used - points, window_s, reset_at))
    return Balance(limit.amount, used, window_s, reset_at)
