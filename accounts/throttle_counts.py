"""Where attempts and points are counted: by all processes in the database or in Redis, or by each itself."""

import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import cast

from cachetools import TLRUCache
from django.db import DatabaseError, connection
from django.utils.crypto import salted_hmac
from limits.storage import RedisStorage, Storage
from limits.strategies import FixedWindowRateLimiter
from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.retry import Retry

from accounts.models import ThrottleCount

REDIS_TIMEOUT_S = 0.5
# One statement, so that each of any number of processes gets a number of its own. A count whose window is
# over begins anew; taking back never makes it negative.
UPSERT = """
    INSERT INTO accounts_throttlecount AS old ("key", "count", expires_at)
    VALUES (%(key)s, %(first)s, %(expires_at)s)
    ON CONFLICT ("key") DO UPDATE SET
        "count" = CASE WHEN old.expires_at <= %(now)s THEN excluded."count"
            WHEN old."count" + %(amount)s < 0 THEN 0
            ELSE old."count" + %(amount)s END,
        expires_at = CASE WHEN old.expires_at <= %(now)s THEN excluded.expires_at ELSE old.expires_at END
    RETURNING "count"
"""


class DatabaseCounts(Storage):
    """Counts in `ThrottleCount` rows, for the library's fixed windows."""

    STORAGE_SCHEME = None

    @property
    def base_exceptions(self) -> type[Exception]:
        """What the library turns into its own error."""
        return DatabaseError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to a count, whose window of `expiry` seconds begins with its first attempt.

        Returns: the sum.
        """
        now = datetime.now(UTC)
        written = connection.ops.adapt_datetimefield_value
        times = {"now": written(now), "expires_at": written(now + timedelta(seconds=expiry))}
        with connection.cursor() as cursor:
            cursor.execute(UPSERT, {"key": key, "first": max(amount, 0), "amount": amount, **times})
            return cast(int, cursor.fetchone()[0])

    def get(self, key: str) -> int:
        """The count; 0 when its window is over."""
        running = ThrottleCount.objects.filter(key=key, expires_at__gt=datetime.now(UTC))
        return running.values_list("count", flat=True).first() or 0

    def get_expiry(self, key: str) -> float:
        """When the count's window is over, in seconds since the epoch."""
        expires_at = ThrottleCount.objects.filter(key=key).values_list("expires_at", flat=True).first()
        return expires_at.timestamp() if expires_at else time.time()

    def check(self) -> bool:
        """Whether the database answers."""
        ThrottleCount.objects.exists()
        return True

    def reset(self) -> int:
        """Forget all counts. Returns: how many."""
        return ThrottleCount.objects.all().delete()[0]

    def clear(self, key: str) -> None:
        """Forget one count."""
        ThrottleCount.objects.filter(key=key).delete()


@dataclass
class _Count:
    number: int
    expires_at: float


class ProcessCounts(Storage):
    """Counts in this process, of so many that ask at most: those not seen for longest are forgotten.

    The library's own starts a thread and looks at every count, for each that it counts.
    """

    STORAGE_SCHEME = None
    MAX_COUNTS = 100_000

    def __init__(self) -> None:
        super().__init__()
        self._counts: TLRUCache[str, _Count] = TLRUCache(
            self.MAX_COUNTS, ttu=lambda key, count, now: count.expires_at, timer=time.time
        )
        self._lock = threading.Lock()

    @property
    def base_exceptions(self) -> type[Exception]:
        """What the library turns into its own error: nothing here fails."""
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to a count, whose window of `expiry` seconds begins with what is counted first.

        Returns: the sum.
        """
        with self._lock:
            count = self._counts.get(key)
            if count is None:
                count = self._counts[key] = _Count(0, time.time() + expiry)
            count.number = max(0, count.number + amount)
            return count.number

    def get(self, key: str) -> int:
        """The count; 0 when its window is over."""
        with self._lock:
            count = self._counts.get(key)
        return count.number if count else 0

    def get_expiry(self, key: str) -> float:
        """When the count's window is over, in seconds since the epoch."""
        with self._lock:
            count = self._counts.get(key)
        return count.expires_at if count else time.time()

    def check(self) -> bool:
        """Whether it counts."""
        return True

    def reset(self) -> int:
        """Forget all counts. Returns: how many."""
        with self._lock:
            forgotten = len(self._counts)
            self._counts.clear()
        return forgotten

    def clear(self, key: str) -> None:
        """Forget one count."""
        with self._lock:
            self._counts.pop(key, None)


class RedisCounts(RedisStorage):
    """Counts in Redis, which forgets them by itself."""

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """As the library has it, but what is taken back after its window makes no negative count."""
        return super().incr(key, expiry, amount) if amount > 0 or self.get(key) > 0 else 0


def hidden(whom: str) -> str:
    """Whom a count is about, so that nobody reads a name or an address where it is kept."""
    return salted_hmac(
        "accounts.throttles", whom.encode("utf-8", "surrogatepass"), algorithm="sha256"
    ).hexdigest()


PROCESS = ProcessCounts()
DATABASE = FixedWindowRateLimiter(DatabaseCounts(wrap_exceptions=True))


@cache
def in_redis(url: str) -> FixedWindowRateLimiter:
    """Fixed windows counted in the Redis at `url`. Connects when it is first used.

    Raises: ValueError, for what is no address of a Redis.
    """
    pool = ConnectionPool.from_url(
        url,
        socket_timeout=REDIS_TIMEOUT_S,
        socket_connect_timeout=REDIS_TIMEOUT_S,
        retry=Retry(NoBackoff(), 0),  # what may have been counted must not be counted twice
    )
    return FixedWindowRateLimiter(
        RedisCounts(url, connection_pool=pool, key_prefix="social", wrap_exceptions=True)
    )
