"""Failed sign-ins are counted: an account and an address, an address, an account."""

from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from limits import parse
from pytest_django import Settings

from accounts.models import Session, ThrottleCount, User
from tests.accounts.throttling import CHANGE, DELETE, EXPORT, HOME, MOVE, asked, attempt, fail, throttled
from tests.client import Reply
from tests.people import PASSWORD, Person

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
ELSEWHERE = "198.51.100.7"


@pytest.fixture(autouse=True)
def limits(settings: Settings) -> None:
    """Small limits of the same kinds."""
    settings.FAILED_SIGN_INS_PER_PAIR = parse("3/15 minutes")
    settings.FAILED_SIGN_INS_PER_ADDRESS = parse("5/15 minutes")
    settings.FAILED_SIGN_INS_PER_ACCOUNT = parse("7/hour")


def test_at_the_limit_it_works_and_one_more_is_refused(ann: Person) -> None:
    assert fail(4) == [False, False, False, True]


def test_a_refusal_says_when_to_come_back_in_status_header_and_extension(ann: Person) -> None:
    with time_machine.travel(NOON, tick=False):
        fail(3)
        reply = attempt(password=PASSWORD)

    (error,) = reply.errors
    assert (reply.status, reply.headers["Retry-After"], reply.data) == (429, "900", {"tokenAuth": None})
    assert error["extensions"]["code"] == "RATE_LIMITED"
    assert (error["extensions"]["retryAfter"], error["path"]) == (900, ["tokenAuth"])
    assert error["message"] == "Too many attempts. Wait 15 minutes, then try again."


@pytest.mark.parametrize("accept", ["application/graphql-response+json", "application/json"])
def test_the_status_is_the_same_in_both_media_types(ann: Person, accept: str) -> None:
    fail(3)

    reply = attempt(Accept=accept)

    assert (reply.status, reply.codes) == (429, ["RATE_LIMITED"])
    assert reply.headers["Content-Type"] == f"{accept}; charset=utf-8"


def test_the_right_password_does_not_help_while_one_must_wait(ann: Person) -> None:
    fail(3)

    assert throttled(attempt(password=PASSWORD))
    assert Session.objects.count() == 1


def test_when_the_window_is_over_it_works_again_and_counts_anew(ann: Person) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        fail(3)
        clock.shift(timedelta(minutes=15) - timedelta(seconds=1))
        late = attempt()
        clock.shift(timedelta(seconds=1))

        assert (throttled(late), late.headers["Retry-After"]) == (True, "1")
        assert fail(4) == [False, False, False, True]


def test_refused_attempts_do_not_make_the_wait_longer(ann: Person) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        fail(3)
        clock.shift(timedelta(minutes=14))
        fail(5)
        clock.shift(timedelta(minutes=1))

        assert not throttled(attempt(password=PASSWORD))


def test_a_success_is_not_counted(ann: Person) -> None:
    fail(2)

    assert [throttled(attempt(password=PASSWORD)) for _ in range(8)] == [False] * 8
    assert fail(2) == [False, True]


def test_the_same_account_elsewhere_and_another_account_here_are_counted_apart(
    ann: Person, bob: Person
) -> None:
    fail(3)

    assert fail(1, "bob") == [False]
    assert fail(1, address=ELSEWHERE) == [False]
    assert fail(1) == [True]


def test_an_address_that_tries_many_accounts_is_refused_everywhere(ann: Person) -> None:
    names = [f"nobody{number}" for number in range(6)]

    assert [throttled(attempt(name)) for name in names] == [False] * 5 + [True]
    assert fail(1) == [True]
    assert fail(1, address=ELSEWHERE) == [False]


def test_an_account_tried_from_many_addresses_is_refused_from_all_of_them(ann: Person) -> None:
    hosts = [f"198.51.100.{number}" for number in range(8)]

    assert [throttled(attempt(address=host)) for host in hosts] == [False] * 7 + [True]
    assert fail(1, "bob", address=hosts[0]) == [False]


def test_one_address_alone_does_not_use_up_what_the_account_has(ann: Person) -> None:
    fail(20)

    assert fail(3, address=ELSEWHERE) == [False] * 3


def test_an_account_that_one_is_refused_for_does_not_use_up_what_the_address_has(ann: Person) -> None:
    fail(20)

    assert fail(2, "bob") == [False, False]


@pytest.mark.parametrize("spelt", ["ANN", " ann", "Ann\n", "aNN "])
def test_another_spelling_of_the_name_is_the_same_account(ann: Person, spelt: str) -> None:
    fail(3)

    assert fail(1, spelt) == [True]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ann@example.com", "ANN@Example.com"),
        ("grace@bücher.example.com", "GRACE@BÜCHER.EXAMPLE.COM"),
        ("\ud800", "\ud800"),
        ("", "  "),
        ("x" * 50_000, "X" * 50_000),
    ],
)
def test_what_is_typed_is_counted_whatever_it_is(ann: Person, one: str, other: str) -> None:
    fail(3, one)

    assert fail(1, other) == [True]


def test_who_exists_and_who_does_not_are_refused_alike(ann: Person) -> None:
    def answered(name: str, address: str) -> list[tuple[int, list[str], int]]:
        seen = []
        for _ in range(4):
            with CaptureQueriesContext(connection) as statements:
                reply = attempt(name, address=address)
            seen.append((reply.status, reply.codes, len(statements)))
        return seen

    known = answered("ann", HOME)

    assert known == answered("nobody", ELSEWHERE) == answered("ann@example.com", "203.0.113.1")
    assert [status for status, _, _ in known] == [200, 200, 200, 429]


def test_a_refusal_looks_neither_for_the_account_nor_at_the_password(
    ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(3)
    monkeypatch.setattr("accounts.actions.sessions.password_matches", None)

    with CaptureQueriesContext(connection) as statements:
        assert fail(1) == [True]

    assert [each["sql"] for each in statements if User._meta.db_table in each["sql"]] == []


def in_one_document(*passwords: str) -> Reply:
    """Sign-ins of ann that stand in one document, as `a0`, `a1`, …"""
    given = [f'{{username: "ann", password: "{password}"}}' for password in passwords]
    fields = " ".join(
        f"a{number}: tokenAuth(input: {each}) {{ user {{ username }} errors {{ code }} }}"
        for number, each in enumerate(given)
    )
    return asked(f"mutation {{ {fields} }}", {})


def test_in_one_document_each_attempt_is_counted(ann: Person, settings: Settings) -> None:
    settings.MAX_SIGN_INS = 5
    reply = in_one_document(*["wrong"] * 5)

    wrong = {"user": None, "errors": [{"code": "INVALID_CREDENTIALS"}]}
    assert reply.data == {"a0": wrong, "a1": wrong, "a2": wrong, "a3": None, "a4": None}
    assert [error["path"] for error in reply.errors] == [["a3"], ["a4"]]
    assert reply.status == 429


def test_what_succeeded_beside_a_refusal_is_delivered(ann: Person, settings: Settings) -> None:
    settings.MAX_SIGN_INS = 5
    reply = in_one_document(PASSWORD, "wrong", "wrong", "wrong", PASSWORD)

    assert (reply.status, reply.codes) == (429, ["RATE_LIMITED"])
    assert reply.data["a0"] == {"user": {"username": "ann"}, "errors": []}


@pytest.mark.long
def test_a_thousand_in_one_document_get_no_further(
    ann: Person, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MAX_TOKENS = 30_000
    settings.MAX_SIGN_INS = settings.MAX_MUTATIONS = settings.MAX_ALIASES = settings.MAX_ROOT_FIELDS = 1_000
    look = Mock(return_value=False)
    monkeypatch.setattr("accounts.actions.sessions.password_matches", look)

    fields = " ".join(f"a{number}: tokenAuth(input: $i) {{ token }}" for number in range(1_000))
    reply = asked(f"mutation($i: TokenAuthInput!) {{ {fields} }}", {"username": "ann", "password": "wrong"})

    assert (reply.status, look.call_count, len(reply.data)) == (429, 3, 1_000)


def change(person: Person, current: str, new: str = "another long passphrase", **wire: str) -> Reply:
    """One change of a password."""
    given = {"currentPassword": current, "newPassword": new}
    return asked(CHANGE, given, token=person.signed_in.access.token, **wire)


@pytest.mark.parametrize(
    ("document", "given", "field"),
    [
        (CHANGE, {"newPassword": "another long passphrase"}, "currentPassword"),
        (MOVE, {"email": "ann@example.org"}, "password"),
        (EXPORT, {}, "password"),
        (DELETE, {}, "password"),
    ],
)
def test_a_wrong_password_of_somebody_signed_in_counts_like_a_failed_sign_in(
    ann: Person, document: str, given: dict[str, str], field: str
) -> None:
    token = ann.signed_in.access.token
    guess = {**given, field: "wrong"}

    assert [throttled(asked(document, guess, token=token)) for _ in range(2)] == [False, False]
    assert fail(2) == [False, True]
    assert throttled(asked(document, {**given, field: PASSWORD}, token=token))


def test_a_right_present_password_is_not_counted_even_beside_a_weak_new_one(ann: Person) -> None:
    assert [throttled(change(ann, PASSWORD, "short")) for _ in range(6)] == [False] * 6


def test_a_limit_of_nothing_is_no_limit_and_needs_no_statement(ann: Person, settings: Settings) -> None:
    settings.FAILED_SIGN_INS_PER_PAIR = settings.FAILED_SIGN_INS_PER_ADDRESS = None
    settings.FAILED_SIGN_INS_PER_ACCOUNT = None

    assert fail(10) == [False] * 10
    assert ThrottleCount.objects.count() == 0


def test_nobody_reads_a_name_or_an_address_in_what_is_kept(ann: Person) -> None:
    fail(1)

    keys = list(ThrottleCount.objects.values_list("key", flat=True))
    assert len(keys) == 3
    assert [key for key in keys if "ann" in key or HOME in key] == []
