"""How often somebody may try to get in.

Every attempt is counted before anything is looked at, and given back if it succeeded: however many come at
once, no more get through to a password than the limit says. A refused attempt is not counted anywhere, so
that whoever is refused at one address does not use up what others have.
"""

import logging
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from math import ceil
from time import time

from django.conf import settings
from django.db import DatabaseError, transaction
from limits import RateLimitItem
from limits.errors import StorageError
from limits.strategies import FixedWindowRateLimiter

from accounts.addresses import neighbourhood
from accounts.devices import Device
from accounts.failures import Throttled
from accounts.models import User
from accounts.text import email_key
from accounts.throttle_counts import DATABASE, hidden, in_redis

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Counter:
    """What an attempt is counted in: a limit, and whom it is about."""

    limit: RateLimitItem
    about: tuple[str, str]

    @property
    def key(self) -> str:
        """Its name in the storage. Nobody reads an address or a name there."""
        return self.limit.key_for(*self.about)


@dataclass(frozen=True)
class Attempt:
    """An attempt that was counted."""

    limiter: FixedWindowRateLimiter
    counters: Sequence[Counter]

    def give_back(self) -> None:
        """It succeeded, so it is not counted after all."""
        if not self.counters:
            return
        try:
            with _at_once(self.limiter):
                _take_back(self.limiter, self.counters)
        except (StorageError, DatabaseError) as error:  # no reason to refuse somebody who got in
            log.error("a success stays counted until its time is over: %s", type(error).__name__)


def count_password(*, account: str, device: Device) -> Attempt:
    """Count an attempt to prove a password; give it back if the password was right.

    Args:
        account: a name or an e-mail address as it was typed, whether there is such an account or not.
        device: whom the attempt comes from.

    Raises: Throttled.
    """
    name, place = email_key(account.strip()), neighbourhood(device.ip_address)
    return _count(
        # From the widest to the narrowest, for everybody: so two never wait for each other's rows, and who
        # tries many names from one address leaves no row for each of them.
        _counter(settings.FAILED_SIGN_INS_PER_ADDRESS, "sign-in address", place),
        _counter(settings.FAILED_SIGN_INS_PER_PAIR, "sign-in pair", f"{place} {name}"),
        _counter(settings.FAILED_SIGN_INS_PER_ACCOUNT, "sign-in account", name),
    )


def count_signup(*, device: Device) -> None:
    """Count a signup, whatever becomes of it: it tells which names and addresses are taken.

    Raises: Throttled.
    """
    _count(_counter(settings.SIGNUPS_PER_ADDRESS, "signup", neighbourhood(device.ip_address)))


def count_reset_mail(*, device: Device) -> None:
    """Count somebody's wish for a mail that resets a password, whether there is such an account or not.

    Raises: Throttled.
    """
    _count(_counter(settings.RESET_MAILS_PER_ADDRESS, "reset mail", neighbourhood(device.ip_address)))


def count_confirmation_mail(*, user: User) -> None:
    """Count somebody's wish for a mail that confirms an address, theirs or another that they name.

    Raises: Throttled.
    """
    _count(_counter(settings.CONFIRMATION_MAILS_PER_ACCOUNT, "confirmation mail", str(user.pk)))


def _counter(limit: RateLimitItem | None, kind: str, whom: str) -> Counter | None:
    if limit is None:
        return None
    return Counter(limit, (kind, hidden(whom)))


def _count(*wanted: Counter | None) -> Attempt:
    counters = [counter for counter in wanted if counter]
    if counters and settings.REDIS_URL:
        try:
            return _hit(in_redis(settings.REDIS_URL), counters)
        except StorageError as error:
            # Neither shut everybody out nor let everybody try: the database counts from here on.
            log.error("Redis does not count attempts, the database does: %s", error)
    with _at_once(DATABASE) if counters else nullcontext():
        return _hit(DATABASE, counters)


def _hit(limiter: FixedWindowRateLimiter, counters: Sequence[Counter]) -> Attempt:
    for number, counter in enumerate(counters, 1):
        if not limiter.hit(counter.limit, *counter.about):
            wait_s = limiter.storage.get_expiry(counter.key) - time()
            _take_back(limiter, counters[:number])
            raise Throttled(max(1, ceil(wait_s)))
    return Attempt(limiter, counters)


def _take_back(limiter: FixedWindowRateLimiter, counters: Sequence[Counter]) -> None:
    for counter in counters:
        limiter.hit(counter.limit, *counter.about, cost=-1)


def _at_once(limiter: FixedWindowRateLimiter) -> AbstractContextManager[object]:
    """In the database, one transaction, so that it is written to the disk once; and never a caller's own,
    with which the count would be lost.
    """
    return transaction.atomic(durable=True) if limiter is DATABASE else nullcontext()
