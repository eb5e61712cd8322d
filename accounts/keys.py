"""Primary keys that sort by creation, need no coordination, and tell nobody how many there are.

63 bits: 41 of milliseconds since 2020-01-01 UTC (enough until 2089), 22 random ones below. The time of
creation is read from the key, so that no second column can disagree with the order of a list.
"""

import secrets
import threading
from datetime import UTC, datetime, timedelta

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
RANDOM_BITS = 22
MILLISECOND = timedelta(milliseconds=1)
MAX_KEY = 2**63 - 1
# What decodes from an ID that is none: no row has it, so it is answered like an absent one.
NO_KEY = 0

_STEP_BITS = 12
_last = NO_KEY
_lock = threading.Lock()


def new_key() -> int:
    """A key for a row that is created now.

    Keys that one process makes within a millisecond rise too, by random steps: the posts of one request
    stand in the order in which it wrote them.
    """
    global _last
    key = key_at(datetime.now(UTC))
    with _lock:
        # The steps of a busy millisecond may lead into the next one.
        if (_last >> RANDOM_BITS) - (key >> RANDOM_BITS) in (0, 1):
            key = _last + 1 + secrets.randbits(_STEP_BITS)
        _last = key
    return key


def key_at(moment: datetime) -> int:
    """A key for a row that is created at `moment` (aware)."""
    return (((moment - EPOCH) // MILLISECOND) << RANDOM_BITS) | secrets.randbits(RANDOM_BITS)


def key_time(key: int) -> datetime:
    """When the row with this key was created, in UTC, to the millisecond."""
    return EPOCH + (key >> RANDOM_BITS) * MILLISECOND


def first_key_after(moment: datetime) -> int:
    """The smallest key of a row created later than `moment` (aware, exclusive)."""
    return _bounded((moment - EPOCH) // MILLISECOND + 1)


def first_key_at_or_after(moment: datetime) -> int:
    """The smallest key of a row created at `moment` (aware) or later."""
    return _bounded(-((EPOCH - moment) // MILLISECOND))


def _bounded(milliseconds: int) -> int:
    return max(NO_KEY, min(milliseconds << RANDOM_BITS, MAX_KEY))
