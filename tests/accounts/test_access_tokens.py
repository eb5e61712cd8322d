"""Access tokens: what they say, how they are sent, and when they stop working."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import Session, User
from tests.accounts.forgery import claims_of, good_claims, signed
from tests.accounts.steps import at, refresh, refused_reason, sign_in, sign_up
from tests.client import Api
from tests.people import PASSWORD, Person, deactivate

VIEWER = "{ viewer { email } }"


def reason(token: str) -> str:
    """Why this token is refused."""
    return refused_reason(Api(token).send(VIEWER))


def test_a_token_names_the_key_and_the_session_and_nothing_private(ann: Person) -> None:
    claims = good_claims(ann)

    assert set(claims) == {"sub", "sid", "jti", "iat", "exp", "iss", "aud"}
    assert (claims["sub"], claims["sid"]) == (str(ann.user.pk), str(ann.signed_in.session.pk))
    assert (claims["iss"], claims["aud"]) == ("social", "social")


def test_each_token_has_an_id_of_its_own(ann: Person) -> None:
    tokens = [sign_in(Api(), "ann")["token"] for _ in range(3)]

    assert len({claims_of(token)["jti"] for token in tokens}) == 3


def test_a_token_holds_five_minutes_as_its_payload_says(api: Api, ann: Person) -> None:
    payload = sign_in(api, "ann")
    claims = claims_of(payload["token"])

    assert claims["exp"] - claims["iat"] == 300
    assert datetime.fromisoformat(payload["tokenExpiresAt"]) == datetime.fromtimestamp(claims["exp"], UTC)


@pytest.mark.parametrize(("seconds", "accepted"), [(299, True), (300, False), (301, False)])
def test_a_token_stops_at_the_second_it_says(ann: Person, seconds: int, accepted: bool) -> None:
    issued = datetime.fromtimestamp(good_claims(ann)["iat"], UTC)

    with time_machine.travel(issued + timedelta(seconds=seconds), tick=False):
        reply = ann.api.send(VIEWER)

    assert reply.status == (200 if accepted else 401)
    assert accepted or refused_reason(reply) == "EXPIRED"


def test_the_lifetime_is_a_setting(api: Api, ann: Person, settings: Settings) -> None:
    settings.ACCESS_TOKEN_LIFETIME = timedelta(seconds=20)

    claims = claims_of(sign_in(api, "ann")["token"])

    assert claims["exp"] - claims["iat"] == 20


def test_a_token_does_not_outlive_its_session(api: Api, ann: Person) -> None:
    payload = sign_in(api, "ann")
    session = Session.objects.get(pk=int(claims_of(payload["token"])["sid"]))
    session.expires_at = datetime.now(UTC) + timedelta(seconds=60)
    session.save()

    token = refresh(api, payload["refreshToken"])["token"]

    assert claims_of(token)["exp"] == int(session.expires_at.timestamp())


@pytest.mark.parametrize("form", ["Bearer {}", "bearer {}", "BEARER {}", "Bearer   {}", " Bearer {} "])
def test_the_header_is_read_as_the_standard_says(ann: Person, form: str) -> None:
    reply = Api().send(VIEWER, Authorization=form.format(ann.signed_in.access.token))

    assert reply.data == {"viewer": {"email": "ann@example.com"}}


@pytest.mark.parametrize(
    "form",
    [
        "",
        "Bearer",
        "Bearer ",
        "{}",
        "JWT {}",
        "Token {}",
        "Basic {}",
        "Bearer{}",
        "Bearer: {}",
        "Bearer {} {}",
        "Bearer Bearer {}",
        'Bearer "{}"',
        "Bearer {},",
        "Bearer null",
        "Bearer é",
    ],
)
def test_a_header_of_another_form_is_refused(ann: Person, form: str) -> None:
    token = ann.signed_in.access.token

    assert refused_reason(Api().send(VIEWER, Authorization=form.format(token, token))) == "INVALID"


def test_no_header_is_nobody(api: Api) -> None:
    assert api.send(VIEWER).data == {"viewer": None}


@pytest.mark.parametrize("name", ["token", "access_token", "Authorization", "authorization", "jwt"])
def test_a_token_in_the_query_string_is_ignored(ann: Person, name: str) -> None:
    response = Api().client.get("/graphql/", {"query": VIEWER, name: ann.signed_in.access.token})

    assert response.json() == {"data": {"viewer": None}}


def test_a_token_in_a_cookie_is_ignored(ann: Person) -> None:
    api = Api()
    api.client.cookies["JWT"] = api.client.cookies["token"] = ann.signed_in.access.token

    assert api.send(VIEWER).data == {"viewer": None}


def test_the_token_of_an_ended_session_is_revoked(ann: Person) -> None:
    ann.api.do("revokeToken", "revokedCount", refreshToken=ann.signed_in.refresh_token)

    assert reason(ann.signed_in.access.token) == "REVOKED"


def test_the_token_of_a_session_past_its_end_is_revoked(ann: Person) -> None:
    with at(days=91):
        now = int(datetime.now(UTC).timestamp())
        token = signed({**good_claims(ann), "iat": now, "exp": now + 60})

        assert reason(token) == "REVOKED"


def test_the_token_of_a_deactivated_person_is_revoked(ann: Person) -> None:
    deactivate(ann)

    assert reason(ann.signed_in.access.token) == "REVOKED"


def test_the_token_of_an_account_that_was_only_marked_inactive_is_revoked(ann: Person) -> None:
    User.objects.update(is_active=False)

    assert reason(ann.signed_in.access.token) == "REVOKED"


def test_the_token_of_a_deleted_person_is_revoked(ann: Person) -> None:
    User.objects.all().delete()

    assert reason(ann.signed_in.access.token) == "REVOKED"


def test_a_token_does_not_pass_to_the_next_owner_of_a_name(api: Api, ann: Person) -> None:
    User.objects.all().delete()
    sign_up(api, username="ann", email="ann@example.com")

    assert reason(ann.signed_in.access.token) == "REVOKED"


def test_an_expired_token_is_told_from_a_revoked_one_by_the_time_alone(ann: Person) -> None:
    User.objects.all().delete()
    with at(minutes=6):
        assert reason(ann.signed_in.access.token) == "EXPIRED"


def test_under_a_bad_token_nothing_is_executed(ann: Person) -> None:
    token = signed(good_claims(ann), secret="x" * 40)

    reply = Api(token).send('mutation { updateProfile(input: {bio: "Owned."}) { user { id } } }')

    assert refused_reason(reply) == "INVALID"
    assert User.objects.get().bio is None


def test_a_bad_token_costs_no_sql(ann: Person, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert reason("not.a.token") == "INVALID"


def test_a_good_token_costs_one_statement_however_often_it_is_asked_for(
    ann: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        ann.api.read("{ a: viewer { email } b: viewer { user { isViewer } } c: viewer { email } }")


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        ("application/json", "application/json; charset=utf-8"),
        ("application/graphql-response+json", "application/graphql-response+json; charset=utf-8"),
    ],
)
def test_a_refusal_has_status_401_in_either_media_type(db: None, accept: str, answered: str) -> None:
    reply = Api("bad").send(VIEWER, Accept=accept, X_Request_Id="request-of-a-test")

    assert (reply.status, reply.headers["Content-Type"]) == (401, answered)
    (error,) = reply.errors
    assert error["extensions"] == {
        "code": "UNAUTHENTICATED",
        "reason": "INVALID",
        "requestId": "request-of-a-test",
    }


def test_get_under_a_bad_token_is_refused_too(db: None) -> None:
    response: Any = Api().client.get(
        "/graphql/", {"query": VIEWER}, headers={"Authorization": f"Bearer {PASSWORD}"}
    )

    assert (response.status_code, response["WWW-Authenticate"]) == (401, 'Bearer error="invalid_token"')


def test_a_token_from_a_server_whose_clock_is_ahead_is_accepted(ann: Person) -> None:
    later = int(datetime.now(UTC).timestamp()) + 2

    assert Api(token=signed({**good_claims(ann), "iat": later})).read("{ viewer { email } }")["viewer"]
