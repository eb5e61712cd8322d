"""The test of two worlds can fail: each leak that is planted, it finds.

Here, as what it finds hangs on no database.
"""

import pytest

from tests.schema.comparison import Changed, differences
from tests.schema.leaks import LEAKS, Leak

SEEDS = range(40)  # most are found with the first three
# One of each kind: in a count, in `node`, in a cursor, in a notification, in a mutation.
FIRST = {
    "totals and ends count what is hidden",
    "node finds posts for followers",
    "a cursor is an offset",
    "notifications tell of hidden posts",
    "a hidden post can be liked",
}
each_leak = pytest.mark.parametrize(
    "leak",
    [
        pytest.param(leak, id=name, marks=[] if name in FIRST else pytest.mark.long)
        for name, leak in LEAKS.items()
    ],
)


@each_leak
def test_a_planted_leak_is_found(db: None, monkeypatch: pytest.MonkeyPatch, leak: Leak) -> None:
    leak(monkeypatch)

    assert any(is_found(seed) for seed in SEEDS)


def is_found(seed: int) -> bool:
    """Whether two networks of that seed answer differently, or one of them is changed."""
    try:
        return differences(seed, signed_in=seed % 3 > 0) != []
    except Changed:
        return True
