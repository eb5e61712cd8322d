"""Two networks that differ only in what is private to others answer whoever asks with the same bytes, and
need as many SQL statements for it (but for `replyTo`: see `comparison.ask`).

Whatever is asked: the documents are written from the schema itself, so what is added to it is asked for too.
`tests/test_leaks.py` shows that this can fail.
"""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import PersonNames
from content.models import PostWords
from tests.schema.comparison import TABLES, differences
from tests.schema.twins import draw_twins
from tests.schema.worlds import examples
from tests.sparing import others_long

# Written by `World.save`, from the names and texts it has.
INDEXES = {PersonNames, PostWords}


@pytest.mark.parametrize("signed_in", [True, False], ids=["signed in", "anonymous"])
@pytest.mark.parametrize("start", others_long(0, [2**32]))
@examples(6, shrinks=False)
@given(seed=st.integers(0, 2**32 - 1))
def test_what_is_private_to_others_makes_no_difference(
    db: None, signed_in: bool, start: int, seed: int
) -> None:
    assert differences(start + seed, signed_in=signed_in) == []


def test_both_networks_have_rows_in_every_table() -> None:
    twins = [draw_twins(seed, signed_in=True) for seed in range(5)]

    for side in ([each.one for each in twins], [each.other for each in twins]):
        tables = itertools.chain(*([*vars(twin.world).values(), *twin.apart] for twin in side))
        assert {type(row) for rows in tables for row in rows} | INDEXES == set(TABLES)
