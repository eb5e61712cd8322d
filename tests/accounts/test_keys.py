"""Keys: in the order of creation, 64 bits, and telling when but not how many."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import time_machine
from hypothesis import given
from hypothesis import strategies as st

from accounts.keys import EPOCH, MAX_KEY, first_key_after, first_key_at_or_after, key_at, key_time, new_key

MILLISECOND = timedelta(milliseconds=1)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2089, 1, 1), timezones=st.just(UTC))
any_moments = st.datetimes(timezones=st.just(UTC))


@given(moments)
def test_a_key_tells_its_moment_to_the_millisecond(moment: datetime) -> None:
    assert timedelta(0) <= moment - key_time(key_at(moment)) < MILLISECOND


@given(moments, moments)
def test_keys_sort_by_creation(one: datetime, other: datetime) -> None:
    early, late = sorted([one, other])

    assert late - early < MILLISECOND or key_at(early) < key_at(late)


@given(moments)
def test_a_key_fits_into_a_column_of_the_database(moment: datetime) -> None:
    assert 0 <= key_at(moment) <= MAX_KEY


def test_keys_of_one_moment_differ() -> None:
    moment = datetime.now(UTC)

    assert len({key_at(moment) for _ in range(100)}) > 90


def test_a_new_key_is_of_now() -> None:
    assert abs(key_time(new_key()) - datetime.now(UTC)) < timedelta(seconds=5)


def test_new_keys_rise_within_a_millisecond_too() -> None:
    keys = [new_key() for _ in range(5_000)]

    assert keys == sorted(set(keys))
    assert len({later - key for key, later in pairwise(keys)}) > 1_000, "the steps tell how many there are"


def test_new_keys_follow_a_clock_that_goes_back() -> None:
    now = datetime.now(UTC)
    with time_machine.travel(now + timedelta(hours=1)):
        new_key()

    assert abs(key_time(new_key()) - now) < timedelta(seconds=5)


@given(moments, st.timedeltas(-3 * MILLISECOND, 3 * MILLISECOND))
def test_bounds_part_the_keys_at_a_moment(row: datetime, distance: timedelta) -> None:
    key, bound = key_at(row), row + distance
    created = key_time(key)

    assert (key >= first_key_after(bound)) == (created > bound)
    assert (key >= first_key_at_or_after(bound)) == (created >= bound)


@given(any_moments)
def test_bounds_of_any_moment_fit_into_a_column(moment: datetime) -> None:
    for bound in (first_key_after(moment), first_key_at_or_after(moment)):
        assert 0 <= bound <= MAX_KEY


def test_the_first_moment_is_the_epoch() -> None:
    assert first_key_at_or_after(EPOCH) == 0
