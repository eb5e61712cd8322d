"""Signups and wishes for mails are counted, whatever becomes of them."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from limits import parse
from pytest_django import Settings

from accounts.failures import Throttled
from accounts.models import Mail, ThrottleCount, User
from accounts.tasks import prune_throttle_counts
from services.sandbox import Sandbox
from tests.accounts.throttling import MOVE, RESET, SIGN_UP, asked, fail, sign_up, throttled
from tests.client import Reply
from tests.people import PASSWORD, Person

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
ELSEWHERE = "198.51.100.7"


@pytest.fixture(autouse=True)
def limits(settings: Settings) -> None:
    settings.SIGNUPS_PER_ADDRESS = parse("3/hour")
    settings.RESET_MAILS_PER_ADDRESS = parse("2/hour")
    settings.CONFIRMATION_MAILS_PER_ACCOUNT = parse("2/hour")


@pytest.mark.django_db
def test_at_the_limit_it_works_and_one_more_is_refused() -> None:
    replies = [sign_up(f"user{number}") for number in range(4)]

    assert [throttled(reply) for reply in replies] == [False, False, False, True]
    assert (replies[3].data, replies[3].errors[0]["path"]) == ({"signup": None}, ["signup"])
    assert User.objects.count() == 3


@pytest.mark.django_db
def test_another_address_is_counted_apart() -> None:
    for number in range(3):
        sign_up(f"user{number}")

    assert not throttled(sign_up("grace", address=ELSEWHERE))
    assert throttled(sign_up("heidi"))


@pytest.mark.django_db
def test_an_hour_later_it_works_again() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for number in range(4):
            sign_up(f"user{number}")
        clock.shift(timedelta(hours=1))

        assert not throttled(sign_up("grace"))


@pytest.mark.parametrize(
    "wrong", [{"username": "ann"}, {"email": "ann@example.com"}, {"password": "short"}, {"username": ""}]
)
def test_one_that_is_refused_counts_too_for_it_tells_who_is_there(
    ann: Person, settings: Settings, wrong: dict[str, str]
) -> None:
    settings.SIGNUPS_PER_ADDRESS = parse("1/hour")
    given = {"username": "grace", "email": "grace@example.com", "password": PASSWORD, **wrong}

    assert [throttled(asked(SIGN_UP, given)) for _ in range(2)] == [False, True]


def test_hunter_is_not_asked_for_somebody_who_must_wait(
    sandbox: Sandbox, settings: Settings, db: None
) -> None:
    settings.SIGNUPS_PER_ADDRESS = parse("1/hour")
    sign_up("grace")
    asked_before = sandbox.calls()

    assert throttled(sign_up("heidi"))
    assert sandbox.calls() == asked_before


@pytest.mark.django_db
def test_signups_and_sign_ins_are_counted_apart(settings: Settings) -> None:
    settings.FAILED_SIGN_INS_PER_ADDRESS = parse("3/hour")
    for number in range(4):
        sign_up(f"user{number}")

    assert fail(4) == [False, False, False, True]


def wish(email: str = "ann@example.com", **wire: str) -> Reply:
    """A wish for a mail that resets a password."""
    return asked(RESET, {"email": email}, **wire)


def test_wishes_for_a_reset_mail_are_counted_by_address_and_mailed_no_more(ann: Person) -> None:
    replies = [wish(address=f"2001:db8::{number}") for number in range(3)]

    assert [throttled(reply) for reply in replies] == [False, False, True]
    assert Mail.objects.filter(kind="PASSWORD_RESET").count() == 2
    assert not throttled(wish(address=ELSEWHERE))


def test_a_wish_for_nobody_is_counted_like_one_for_somebody(ann: Person) -> None:
    emails = ["nobody@example.com", "ann@example.com", "nobody@example.com"]

    assert [throttled(wish(email)) for email in emails] == [False, False, True]


@pytest.mark.parametrize(
    ("wait_s", "words"), [(1, "a minute"), (60, "a minute"), (61, "2 minutes"), (3600, "60 minutes")]
)
def test_a_refusal_says_in_minutes_how_long_to_wait(wait_s: int, words: str) -> None:
    assert str(Throttled(wait_s)) == f"Too many attempts. Wait {words}, then try again."


@pytest.mark.django_db
def test_counts_whose_time_is_over_are_forgotten_and_others_stay() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_up("grace")
        clock.shift(timedelta(minutes=30))
        sign_up("heidi", address=ELSEWHERE)
        assert prune_throttle_counts(8) == []
        clock.shift(timedelta(minutes=30))

        for step in prune_throttle_counts(8):
            step()

        assert ThrottleCount.objects.count() == 1
        assert prune_throttle_counts(8) == []


def test_mails_that_confirm_or_change_an_address_are_counted_by_account(ann: Person, bob: Person) -> None:
    others = [{"email": f"{word}@example.com", "password": PASSWORD} for word in ("one", "two", "three")]
    wanted = [{}, others[0], others[1], {}]

    replies = [throttled(asked(MOVE, given, token=ann.api.token)) for given in wanted]

    assert replies == [False, False, True, True]
    assert list(Mail.objects.order_by("pk").values_list("to", flat=True)) == [
        "ann@example.com",
        "one@example.com",
    ]
    assert not throttled(asked(MOVE, others[2], token=bob.api.token))


def test_what_mails_nothing_is_not_counted(ann: Person) -> None:
    wrong = [{"email": "no address", "password": PASSWORD}, {"email": "one@example.com", "password": "wrong"}]

    assert [throttled(asked(MOVE, given, token=ann.api.token)) for given in wrong * 2 + [{}]] == [False] * 5
    assert Mail.objects.count() == 1
