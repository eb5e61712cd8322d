"""How any third party is asked about an address: through its circuit, tried twice, named in no log."""

import logging
import time
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import TypeVar

from services.answers import Answer
from services.breaker import Breaker
from services.errors import CircuitOpen, ConnectionFailed, TimedOut
from services.http import Endpoint

RETRY_PAUSE_S = 0.1

T = TypeVar("T")


class Provider:
    """One third party, asked by many threads."""

    def __init__(self, endpoint: Endpoint, breaker: Breaker) -> None:
        self._endpoint = endpoint
        self._breaker = breaker

    def ask(
        self, path: str, query: Mapping[str, str], *, deadline_s: float, judge: Callable[[Answer], T]
    ) -> T:
        """Ask, and have the answer judged.

        A connection that breaks quickly is tried once more: often it was only an old one that the server had
        given up. Whatever `judge` raises counts as a failure of the third party.
        deadline_s: seconds in all, the second try included.
        Raises: ServiceError.
        """
        if deadline_s <= 0:
            raise TimedOut
        ticket = self._breaker.admit()
        if ticket is None:
            raise CircuitOpen
        failed = True
        try:
            judged = judge(self._get(path, query, deadline_s))
            failed = False
        finally:
            self._breaker.settle(ticket, failed=failed)
        return judged

    def _get(self, path: str, query: Mapping[str, str], deadline_s: float) -> Answer:
        ends_at = time.monotonic() + deadline_s
        try:
            return self._endpoint.get(path, query, deadline_s=deadline_s)
        except ConnectionFailed:
            remaining_s = ends_at - time.monotonic() - RETRY_PAUSE_S
            if remaining_s <= 0:
                raise
        time.sleep(RETRY_PAUSE_S)
        return self._endpoint.get(path, query, deadline_s=remaining_s)


def fingerprint(email: str) -> str:
    """What a log may say about an address: enough to follow it through the lines, not to read it."""
    return sha256(email.lower().encode(errors="replace")).hexdigest()[:12]


def log_level(problem: str | None, *, our_fault: frozenset[str], expected: frozenset[str]) -> int:
    """How loudly to log an outcome: what we must mend, what is part of the protocol, and all that is not."""
    if problem in our_fault:
        return logging.ERROR
    if problem is None or problem in expected:
        return logging.INFO
    return logging.WARNING
