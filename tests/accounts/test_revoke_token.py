"""Signing out: one session, all of them, and again."""

import pytest

from accounts.models import Session
from accounts.tasks import prune_sessions
from tests.accounts.steps import another_session, at, refresh, sign_in
from tests.client import Api, problems
from tests.content.races import at_once
from tests.people import Person, make_person


def revoke(api: Api, **given: str | None) -> int:
    """How many sign-ins were ended."""
    payload = api.do("revokeToken", "revokedCount", **given)
    assert payload["errors"] == []
    count: int = payload["revokedCount"]
    return count


def statuses(*tokens: str) -> list[int]:
    """How requests with these access tokens are answered."""
    return [Api(token).send("{ viewer { email } }").status for token in tokens]


def test_one_session_is_ended_by_its_refresh_token_alone(ann: Person) -> None:
    other = another_session(ann)

    assert revoke(Api(), refreshToken=ann.signed_in.refresh_token) == 1

    assert statuses(ann.signed_in.access.token, other.access.token) == [401, 200]


def test_a_revoked_refresh_token_is_not_traded(ann: Person) -> None:
    revoke(Api(), refreshToken=ann.signed_in.refresh_token)

    payload = refresh(Api(), ann.signed_in.refresh_token)

    assert problems(payload) == [("INVALID_TOKEN", "input.refreshToken")]


def test_revoking_again_does_nothing(ann: Person) -> None:
    revoke(Api(), refreshToken=ann.signed_in.refresh_token)
    ended_at = Session.objects.get().ended_at

    assert revoke(Api(), refreshToken=ann.signed_in.refresh_token) == 0
    assert Session.objects.get().ended_at == ended_at


@pytest.mark.parametrize("token", ["", "unknown", "\x00", "\ud800", "x" * 50_000])
def test_revoking_an_unknown_token_does_nothing(ann: Person, token: str) -> None:
    assert revoke(Api(), refreshToken=token) == 0
    assert statuses(ann.signed_in.access.token) == [200]


@pytest.mark.parametrize("given", [{}, {"refreshToken": None}], ids=["absent", "null"])
def test_signed_in_all_of_ones_own_sessions_are_ended(
    ann: Person, bob: Person, given: dict[str, None]
) -> None:
    other = another_session(ann)

    assert revoke(ann.api, **given) == 2

    tokens = [each.access.token for each in (ann.signed_in, other, bob.signed_in)]
    assert statuses(*tokens) == [401, 401, 200]


def test_ending_all_counts_only_what_was_not_over(ann: Person) -> None:
    revoke(Api(), refreshToken=another_session(ann).refresh_token)
    with at(days=80):
        late = sign_in(Api(), "ann")
    with at(days=91):
        token = refresh(Api(), late["refreshToken"])["token"]

        assert revoke(Api(token)) == 1


def test_revoking_the_token_of_a_session_past_its_end_ends_nothing(ann: Person) -> None:
    with at(days=91):
        assert revoke(Api(), refreshToken=ann.signed_in.refresh_token) == 0


def test_a_traded_refresh_token_still_signs_out(ann: Person) -> None:
    successor = refresh(Api(), ann.signed_in.refresh_token)

    assert revoke(Api(), refreshToken=ann.signed_in.refresh_token) == 1
    assert statuses(successor["token"]) == [401]


def test_a_refresh_token_of_somebody_else_ends_that_session(ann: Person, bob: Person) -> None:
    assert revoke(bob.api, refreshToken=ann.signed_in.refresh_token) == 1

    assert statuses(ann.signed_in.access.token, bob.signed_in.access.token) == [401, 200]


def test_after_ending_all_sessions_one_can_sign_in_anew(ann: Person) -> None:
    revoke(ann.api)

    assert statuses(sign_in(Api(), "ann")["token"]) == [200]


@pytest.mark.django_db(transaction=True)
def test_of_many_sign_outs_at_once_one_is_counted() -> None:
    token = make_person().signed_in.refresh_token

    counts = at_once([lambda: revoke(Api(), refreshToken=token)] * 4)

    assert sorted(counts) == [0, 0, 0, 1]


def test_sessions_long_over_are_forgotten(ann: Person) -> None:
    another_session(ann)
    with at(days=181):
        alive = sign_in(Api(), "ann")
        for step in prune_sessions(10):
            step()

        assert Session.objects.count() == 1
        assert statuses(alive["token"]) == [200]
        assert prune_sessions(10) == []


def test_sessions_that_ended_lately_are_kept(ann: Person) -> None:
    revoke(ann.api)
    with at(days=89):
        assert prune_sessions(10) == []
