"""Refresh tokens: single use, theft, and how long one stays signed in."""

import hashlib
from typing import Any

import pytest
from django.db import connection

from accounts.models import RefreshToken, Session, User
from tests.accounts.forgery import claims_of
from tests.accounts.steps import TOKENS, at, refresh, refused_reason, sign_in
from tests.client import Api, problems
from tests.content.races import at_once
from tests.people import Person, deactivate, make_person

pytestmark = pytest.mark.database

INVALID = [("INVALID_TOKEN", "input.refreshToken")]


@pytest.fixture
def first(ann: Person) -> str:
    """The refresh token that ann got when she signed up."""
    return ann.signed_in.refresh_token


def next_of(token: str) -> str:
    """What a refresh token is traded for."""
    payload = refresh(Api(), token)
    assert payload["errors"] == [], payload
    successor: str = payload["refreshToken"]
    return successor


def refused(token: str) -> list[tuple[str, str | None]]:
    """Why a refresh token is not traded."""
    payload = refresh(Api(), token)
    assert {name: payload[name] for name in TOKENS.split()} == dict.fromkeys(TOKENS.split())
    return problems(payload)


def is_signed_in(person: Person) -> bool:
    """Whether the session goes on."""
    return person.api.send("{ viewer { email } }").status == 200


def test_a_refresh_token_trades_for_a_new_pair_of_the_same_session(ann: Person, first: str) -> None:
    payload = refresh(Api(), first)

    assert claims_of(payload["token"])["sid"] == str(ann.signed_in.session.pk)
    assert payload["refreshToken"] != first
    assert Api(payload["token"]).read("{ viewer { email } }") == {"viewer": {"email": "ann@example.com"}}


def test_a_chain_of_refresh_tokens_goes_on(ann: Person, first: str) -> None:
    token = first
    for _ in range(5):
        token = next_of(token)

    assert is_signed_in(ann)
    assert Session.objects.count() == 1


def test_a_refresh_token_is_long_and_random(first: str, bob: Person) -> None:
    assert len(first) == len(bob.signed_in.refresh_token) == 43  # 32 bytes in base64url
    assert first != bob.signed_in.refresh_token


def test_only_the_hash_of_a_refresh_token_is_stored(first: str) -> None:
    second = next_of(first)

    rows = RefreshToken.objects.order_by("pk").values_list("token_hash", flat=True)
    assert list(rows) == [hashlib.sha256(token.encode()).hexdigest() for token in (first, second)]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  # our own tables' names
            assert first not in str(cursor.fetchall())


@pytest.mark.parametrize("token", ["", "unknown", "x" * 43, "x" * 50_000, "\x00", "\ud800", "é" * 43])
def test_what_is_no_refresh_token_is_invalid(ann: Person, token: str) -> None:
    assert refused(token) == INVALID
    assert is_signed_in(ann)


def test_the_access_token_is_no_refresh_token(ann: Person) -> None:
    assert refused(ann.signed_in.access.token) == INVALID


def test_the_stored_hash_is_no_refresh_token(ann: Person) -> None:
    assert refused(RefreshToken.objects.get().token_hash) == INVALID


def test_using_a_token_again_after_the_grace_ends_the_session(ann: Person, first: str) -> None:
    second = next_of(first)
    with at(seconds=11):
        assert refused(first) == INVALID
        assert refused(second) == INVALID

        assert refused_reason(ann.api.send("{ viewer { email } }")) == "REVOKED"


def test_theft_ends_only_the_session_it_happened_in(ann: Person, first: str, bob: Person) -> None:
    other = sign_in(Api(), "ann")["refreshToken"]
    next_of(first)
    with at(seconds=11):
        refused(first)

        assert next_of(other)
        assert is_signed_in(bob)


def test_a_lost_answer_can_be_asked_for_again(ann: Person, first: str) -> None:
    next_of(first)
    with at(seconds=9):
        second = next_of(first)
        third = next_of(second)

    assert next_of(third)
    assert is_signed_in(ann)


def test_the_first_successor_dies_and_ends_nothing(ann: Person, first: str) -> None:
    lost = next_of(first)
    fresh = next_of(first)

    assert refused(lost) == INVALID
    assert is_signed_in(ann)
    assert next_of(fresh)


def test_an_answer_can_be_lost_several_times(ann: Person, first: str) -> None:
    lost = [next_of(first) for _ in range(4)]
    fresh = next_of(first)

    assert [refused(token) for token in lost] == [INVALID] * 4
    assert next_of(fresh)


def test_once_the_successor_is_used_the_same_token_again_is_theft(ann: Person, first: str) -> None:
    third = next_of(next_of(first))

    assert refused(first) == INVALID
    assert refused(third) == INVALID
    assert not is_signed_in(ann)


def test_a_token_from_long_ago_in_the_chain_is_theft(ann: Person, first: str) -> None:
    next_of(next_of(next_of(first)))

    assert refused(first) == INVALID
    assert not is_signed_in(ann)


def test_the_grace_counts_from_the_first_use(ann: Person, first: str) -> None:
    next_of(first)
    with at(seconds=8):
        next_of(first)
    with at(seconds=12):
        assert refused(first) == INVALID


@pytest.mark.parametrize(("days", "accepted"), [(29.9, True), (30.1, False)])
def test_a_session_that_is_not_used_for_30_days_is_over(first: str, days: float, accepted: bool) -> None:
    with at(days=days):
        assert (refresh(Api(), first)["errors"] == []) is accepted


def test_a_session_that_is_used_is_over_after_90_days_all_the_same(first: str) -> None:
    token = first
    for day in (25, 50, 75, 89.9):
        with at(days=day):
            token = next_of(token)
    with at(days=90.1):
        assert refused(token) == INVALID


def test_a_refresh_token_never_outlives_its_session(ann: Person, first: str) -> None:
    token = first
    for day in (25, 50):
        with at(days=day):
            token = next_of(token)
    with at(days=75):
        payload = refresh(Api(), token)

    session = Session.objects.get()
    assert payload["refreshTokenExpiresAt"] == session.expires_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def test_refreshing_says_when_a_session_was_last_used(ann: Person, first: str) -> None:
    before = Session.objects.get().last_used_at
    with at(days=3):
        next_of(first)

    assert (Session.objects.get().last_used_at - before).days == 3


def test_somebody_deactivated_cannot_refresh(ann: Person, first: str) -> None:
    User.objects.update(is_active=False)

    assert refused(first) == INVALID


def test_a_token_from_before_a_deactivation_stays_dead_when_it_is_undone(ann: Person, first: str) -> None:
    deactivate(ann)
    User.objects.update(is_active=True)

    assert refused(first) == INVALID
    assert sign_in(Api(), "ann")["errors"] == []


@pytest.mark.django_db(transaction=True)
def test_of_requests_racing_for_one_token_each_gets_a_pair_and_one_refresh_token_lives() -> None:
    person = make_person()
    first = person.signed_in.refresh_token

    payloads: list[Any] = at_once([lambda: refresh(Api(), first)] * 4)

    assert [problems(payload) for payload in payloads] == [[]] * 4
    alive = RefreshToken.objects.filter(used_at=None, replaced_at=None)
    hashes = {hashlib.sha256(payload["refreshToken"].encode()).hexdigest() for payload in payloads}
    assert alive.count() == 1
    assert alive.get().token_hash in hashes
    assert is_signed_in(person)


@pytest.mark.django_db(transaction=True)
def test_of_a_thief_and_an_owner_racing_after_the_grace_neither_goes_on() -> None:
    person = make_person()
    second = next_of(person.signed_in.refresh_token)
    with at(seconds=11):
        at_once([lambda: refresh(Api(), person.signed_in.refresh_token), lambda: refresh(Api(), second)])

        assert not is_signed_in(person)
        assert refused(second) == INVALID
