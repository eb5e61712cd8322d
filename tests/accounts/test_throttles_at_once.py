"""Hammering from many threads gets no more attempts through than one after the other would."""

import threading
from functools import partial

import pytest
from django.db import transaction
from limits import parse
from pytest_django import Settings

from accounts.actions.sessions import sign_in
from accounts.devices import Device
from accounts.models import ThrottleCount
from accounts.tasks import prune_throttle_counts
from accounts.throttles import count_password
from tests.accounts.throttling import HOME, attempt, fail, sign_up, throttled
from tests.content.races import at_once
from tests.people import PASSWORD, make_person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture(autouse=True)
def limits(settings: Settings) -> None:
    settings.FAILED_SIGN_INS_PER_PAIR = parse("10/15 minutes")
    settings.FAILED_SIGN_INS_PER_ADDRESS = parse("30/15 minutes")
    settings.FAILED_SIGN_INS_PER_ACCOUNT = parse("100/hour")


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that somebody looked at; all are wrong."""
    seen: list[str] = []

    def look(password: str, encoded: str | None) -> bool:
        seen.append(password)
        return False

    monkeypatch.setattr("accounts.actions.sessions.password_matches", look)
    return seen


def is_throttled(name: str = "ann", address: str = HOME) -> bool:
    """Whether a sign-in that fails is refused without a look at it."""
    return throttled(attempt(name, address=address))


def test_of_many_guesses_at_once_as_many_are_looked_at_as_the_limit_says(looked_at: list[str]) -> None:
    make_person("ann")

    refused = at_once([is_throttled] * 64)

    assert (len(looked_at), refused.count(False)) == (10, 10)
    assert fail(1) == [True]


def test_many_names_at_once_from_one_address_neither(looked_at: list[str]) -> None:
    names = [f"nobody{number % 8}" for number in range(64)]

    refused = at_once([partial(is_throttled, name=name) for name in names])

    assert (len(looked_at), refused.count(False)) == (30, 30)


def test_one_name_at_once_from_many_addresses_neither(looked_at: list[str], settings: Settings) -> None:
    settings.FAILED_SIGN_INS_PER_ACCOUNT = parse("20/hour")
    hosts = [f"198.51.100.{number % 8}" for number in range(64)]

    refused = at_once([partial(is_throttled, address=host) for host in hosts])

    assert (len(looked_at), refused.count(False)) == (20, 20)


def test_successes_at_once_leave_nothing_counted() -> None:
    make_person("ann")

    at_once([lambda: attempt(password=PASSWORD).status] * 40)

    assert set(ThrottleCount.objects.values_list("count", flat=True)) == {0}
    assert fail(11) == [False] * 10 + [True]


def test_while_guesses_are_being_looked_at_no_more_come_in(monkeypatch: pytest.MonkeyPatch) -> None:
    everybody_in, looking = threading.Barrier(11), threading.Semaphore(0)

    def look(password: str, encoded: str | None) -> bool:
        everybody_in.wait(20)
        looking.acquire(timeout=20)
        return False

    def one_more() -> bool:
        everybody_in.wait(20)
        refused = throttled(attempt())
        looking.release(10)
        return refused

    monkeypatch.setattr("accounts.actions.sessions.password_matches", look)

    assert at_once([*[is_throttled] * 10, one_more]) == [False] * 10 + [True]


def test_signups_at_once_are_as_many_as_the_limit_says(settings: Settings) -> None:
    settings.SIGNUPS_PER_ADDRESS = parse("5/hour")

    replies = at_once([partial(sign_up, f"user{number}") for number in range(16)])

    assert [throttled(reply) for reply in replies].count(False) == 5


def test_forgetting_old_counts_meanwhile_locks_nobody_up(settings: Settings) -> None:
    settings.FAILED_SIGN_INS_PER_PAIR = settings.FAILED_SIGN_INS_PER_ACCOUNT = parse("1000/second")
    settings.FAILED_SIGN_INS_PER_ADDRESS = parse("1000/second")

    def forget() -> bool:
        for step in prune_throttle_counts(8):
            step()
        return False

    assert at_once([is_throttled, forget] * 60) == [False] * 120


def test_in_a_transaction_that_could_take_the_count_back_nobody_is_looked_at() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        sign_in(username="ann", password="wrong", device=Device())


def test_what_is_given_back_after_its_window_was_forgotten_makes_no_negative_count() -> None:
    counted = count_password(account="ann", device=Device(ip_address=HOME))
    ThrottleCount.objects.all().delete()

    counted.give_back()

    assert set(ThrottleCount.objects.values_list("count", flat=True)) == {0}
