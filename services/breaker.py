"""Stops asking a third party that fails, so that people do not wait for it one by one."""

import threading
import time
from collections.abc import Callable


class Breaker:
    """A circuit: closed while calls succeed, open after too many failures in a row.

    When it has been open for long enough, one call at a time probes whether it may close again. Safe to
    share between threads: calls run outside its lock (`pybreaker` would let them wait for each other).

    failures: how many in a row open it.
    reset_s: seconds until the first probe, and between probes.
    clock: seconds that never go back.
    """

    def __init__(self, *, failures: int, reset_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = failures
        self._reset_s = reset_s
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._probe_at = 0.0
        self._probing = False
        self._period = 0  # one more each time the circuit opens

    def admit(self) -> int | None:
        """A ticket for one call, to be handed to `settle` whatever happens; None if the circuit is open."""
        with self._lock:
            if self._failures < self._limit:
                return self._period
            if self._probing or self._clock() < self._probe_at:
                return None
            self._probing = True
            return self._period

    def settle(self, ticket: int, *, failed: bool) -> None:
        """How a ticket's call went. One from before the circuit last opened is no news."""
        with self._lock:
            if ticket != self._period:
                return
            self._probing = False
            self._failures = self._failures + 1 if failed else 0
            if self._failures >= self._limit:
                self._probe_at = self._clock() + self._reset_s
                self._period += 1
