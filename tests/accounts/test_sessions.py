"""Where one is signed in, and ending one of these sessions."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Session
from schema.engine.ids import encode_id
from tests.accounts.steps import NEW_PASSWORD, another_session, at, refresh, refused_reason, sign_in
from tests.client import Api, problems
from tests.people import PASSWORD, Person, make_person

SESSIONS = "{ viewer { sessions { id userAgent ipAddress createdAt lastUsedAt expiresAt isCurrent } } }"
VIEWER = "{ viewer { email } }"


def sessions(api: Api) -> list[dict[str, Any]]:
    """Where somebody is signed in, as they are told."""
    found: list[dict[str, Any]] = api.read(SESSIONS)["viewer"]["sessions"]
    return found


def end(api: Api, session_id: str) -> Any:
    """The payload of `endSession`."""
    return api.do("endSession", "endedSessionId", sessionId=session_id)


def session_id(person: Person) -> str:
    """The ID of the session a person began with."""
    return encode_id("Session", person.signed_in.session.pk)


def test_a_session_says_where_it_began_and_which_is_the_present_one(ann: Person) -> None:
    document = f'mutation {{ tokenAuth(input: {{username: "ann", password: "{PASSWORD}"}}) {{ token }} }}'
    token = Api().send(document, User_Agent="A browser").data["tokenAuth"]["token"]

    new, old = sessions(Api(token))

    assert (new["userAgent"], new["ipAddress"], new["isCurrent"]) == ("A browser", "127.0.0.1", True)
    assert (old["userAgent"], old["ipAddress"], old["isCurrent"]) == (None, None, False)
    assert old["id"] == session_id(ann)
    assert new["createdAt"] <= new["lastUsedAt"] < new["expiresAt"]


def test_the_last_used_comes_first(ann: Person) -> None:
    with at(minutes=1):
        another_session(ann)
    with at(minutes=2):
        token = refresh(Api(), ann.signed_in.refresh_token)["token"]
        found = sessions(Api(token))

    assert [each["isCurrent"] for each in found] == [True, False]


def test_the_50_last_used_are_shown_in_two_statements(
    ann: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(54):
        another_session(ann)

    with django_assert_num_queries(2):
        assert len(sessions(ann.api)) == 50


def test_only_ones_own_sessions_are_shown(ann: Person, bob: Person) -> None:
    assert [each["id"] for each in sessions(ann.api)] == [session_id(ann)]


def test_what_is_over_is_not_shown(ann: Person) -> None:
    another_session(ann)
    with at(days=31):  # the two so far were not used for 30 days
        token = sign_in(Api(), "ann")["token"]
        ended = another_session(ann)
        end(Api(token), encode_id("Session", ended.session.pk))

        assert [each["isCurrent"] for each in sessions(Api(token))] == [True]


def test_changing_the_password_counts_as_using_the_session(ann: Person) -> None:
    with at(minutes=4):
        payload = ann.api.do(
            "changePassword", "refreshToken", currentPassword=PASSWORD, newPassword=NEW_PASSWORD
        )
    with at(days=30, minutes=2):
        token = refresh(Api(), payload["refreshToken"])["token"]

        assert [each["id"] for each in sessions(Api(token))] == [session_id(ann)]


def test_an_ended_session_is_over_at_once_also_for_its_access_token(ann: Person) -> None:
    other = another_session(ann)
    sent = encode_id("Session", other.session.pk)

    payload = end(ann.api, sent)

    assert (payload["endedSessionId"], payload["errors"]) == (sent, [])
    assert refused_reason(Api(other.access.token).send(VIEWER)) == "REVOKED"
    assert problems(refresh(Api(), other.refresh_token)) == [("INVALID_TOKEN", "input.refreshToken")]
    assert ann.api.send(VIEWER).status == 200


def test_the_present_session_can_be_ended(ann: Person) -> None:
    assert end(ann.api, session_id(ann))["errors"] == []

    assert refused_reason(ann.api.send(VIEWER)) == "REVOKED"


def test_ending_again_does_nothing(ann: Person) -> None:
    other = another_session(ann)
    sent = encode_id("Session", other.session.pk)
    first = end(ann.api, sent)
    ended_at = Session.objects.get(pk=other.session.pk).ended_at

    assert end(ann.api, sent) == first
    assert Session.objects.get(pk=other.session.pk).ended_at == ended_at


def test_somebody_elses_session_is_answered_like_one_that_is_gone_and_goes_on(
    ann: Person, bob: Person
) -> None:
    gone = encode_id("Session", 2**62 + 1)

    assert end(ann.api, session_id(bob)) == {"endedSessionId": session_id(bob), "errors": []}
    assert end(ann.api, gone) == {"endedSessionId": gone, "errors": []}
    assert bob.api.send(VIEWER).status == 200


@pytest.mark.parametrize(
    "sent", ["", "no ID", encode_id("User", 1), encode_id("Session", 2**70), "x" * 9_000]
)
def test_what_is_no_session_is_not_found(ann: Person, sent: str) -> None:
    payload = end(ann.api, sent)

    assert problems(payload) == [("NOT_FOUND", "input.sessionId")]
    assert payload["endedSessionId"] is None


def test_nobody_ends_nothing(ann: Person) -> None:
    document = f'mutation {{ endSession(input: {{sessionId: "{session_id(ann)}"}}) {{ endedSessionId }} }}'

    assert Api().send(document).codes == ["UNAUTHENTICATED"]
    assert ann.api.send(VIEWER).status == 200


def test_a_session_is_no_node(ann: Person) -> None:
    found = ann.api.read("query($id: ID!) { node(id: $id) { id } }", id=session_id(ann))

    assert found == {"node": None}


def test_somebody_who_never_said_what_they_use_is_told_null(db: None) -> None:
    assert sessions(make_person().api)[0]["userAgent"] is None
