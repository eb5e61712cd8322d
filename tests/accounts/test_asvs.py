"""Requirements of OWASP ASVS 5.0 that no other test is about, by their numbers (see docs/security.md)."""

import pytest
from django.test import Client
from graphql import GraphQLInterfaceType, GraphQLObjectType

from accounts.models import User
from schema.schema import schema
from tests.accounts.forgery import good_claims, signed
from tests.accounts.letters import confirmation_token, reset_token
from tests.accounts.steps import at, refused_reason, sign_in, sign_up
from tests.client import Api
from tests.people import PASSWORD, Person

VIEWER = "{ viewer { email } }"


def test_v6_2_6_and_7_password_fields_are_masked_and_open_to_password_managers(client: Client) -> None:
    page = client.get("/account/").content.decode()

    assert '<input id="password" type="password" autocomplete="new-password" required>' in page
    assert "onpaste" not in page + client.get("/static/account/account.js").getvalue().decode()


def test_v6_2_9_a_password_may_have_64_characters_and_more(api: Api) -> None:
    password = "correct horse battery staple " * 4

    assert sign_up(api, password=password)["errors"] == []
    assert sign_in(api, "grace", password)["errors"] == []


def test_v6_2_10_a_password_stays_valid_until_its_owner_changes_it(ann: Person) -> None:
    with at(days=3650):
        assert sign_in(Api(), "ann")["errors"] == []


def test_v6_3_2_there_are_no_accounts_to_begin_with(db: None) -> None:
    assert not User.objects.exists()


def test_v6_3_4_these_are_all_ways_to_be_signed_in() -> None:
    interface = schema.graphql_schema.type_map["AuthPayload"]
    assert isinstance(interface, GraphQLInterfaceType)
    payloads = schema.graphql_schema.get_implementations(interface).objects

    assert sorted(payload.name for payload in payloads) == [
        "ChangePasswordPayload",
        "RefreshTokenPayload",
        "ResetPasswordPayload",
        "SignupPayload",
        "TokenAuthPayload",
    ]


def test_v6_4_2_nothing_asks_for_hints_or_secret_answers() -> None:
    types = [kind for kind in schema.graphql_schema.type_map.values() if isinstance(kind, GraphQLObjectType)]

    names = {name.lower() for kind in types for name in kind.fields}
    assert [name for name in names if any(word in name for word in ("hint", "question", "answer"))] == []


@pytest.mark.parametrize("name", ["jku", "jwk", "x5u", "x5c"])
def test_v9_1_3_keys_come_from_the_settings_never_from_the_token(ann: Person, name: str) -> None:
    mine = "a key that somebody else has made up"
    sent = {"jwk": {"kty": "oct", "k": mine}}.get(name, "https://example.com/keys")

    token = signed(good_claims(ann), secret=mine, header={"alg": "HS256", name: sent})

    assert refused_reason(Api(token).send(VIEWER)) == "INVALID"


def test_v9_2_2_nothing_else_that_we_sign_is_an_access_token(ann: Person) -> None:
    cursor = ann.api.read("{ users(first: 1) { pageInfo { endCursor } } }")["users"]["pageInfo"]["endCursor"]
    others = [
        ann.signed_in.refresh_token,
        confirmation_token(ann.api, "ann@example.com"),
        reset_token(),
        cursor,
        PASSWORD,
    ]

    assert {refused_reason(Api(other).send(VIEWER)) for other in others} == {"INVALID"}
