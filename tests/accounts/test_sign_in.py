"""Signing in: by name or address, and nothing told about who has an account."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, Session
from tests.accounts.steps import NEW_PASSWORD, TOKENS, sign_in, sign_up
from tests.client import Api, Reply, problems
from tests.people import PASSWORD, Person, deactivate, reactivate

REFUSED = [("INVALID_CREDENTIALS", None)]


@pytest.mark.parametrize(
    "name", ["ann", "ANN", " Ann ", "ann@example.com", "ANN@EXAMPLE.COM", "Ann@example.com\n"]
)
def test_the_name_or_the_address_signs_in_whatever_the_case(api: Api, ann: Person, name: str) -> None:
    payload = sign_in(api, name)

    assert (payload["user"], payload["errors"]) == ({"username": "ann"}, [])
    assert Api(payload["token"]).read("{ viewer { email } }") == {"viewer": {"email": "ann@example.com"}}


@pytest.mark.parametrize("name", ["grace@bücher.example.com", "GRACE@BÜCHER.EXAMPLE.COM"])
def test_an_international_address_signs_in(api: Api, name: str) -> None:
    sign_up(api, email="grace@bücher.example.com")

    assert sign_in(api, name)["errors"] == []


def test_each_sign_in_is_a_session_of_its_own(api: Api, ann: Person) -> None:
    first, second = sign_in(api, "ann"), sign_in(api, "ann")

    assert first["refreshToken"] != second["refreshToken"]
    assert Session.objects.count() == 3


def test_a_session_remembers_where_it_began(api: Api, ann: Person) -> None:
    document = f'mutation {{ tokenAuth(input: {{username: "ann", password: "{PASSWORD}"}}) {{ token }} }}'

    api.send(document, User_Agent="A browser\x7f " + "x" * 300)

    session = Session.objects.latest("pk")
    assert (session.user_agent, session.ip_address) == ("A browser " + "x" * 190, "127.0.0.1")


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("ann", "wrong password"),
        ("ann", PASSWORD.upper()),
        ("ann", PASSWORD + " "),
        ("ann", ""),
        ("ann", "x" * 10_000),
        ("ann", "\ud800" * 10),
        ("nobody", "\ud800" * 10),
        ("nobody", PASSWORD),
        ("nobody@example.com", PASSWORD),
        ("", PASSWORD),
        ("", ""),
        ("ann\x00", PASSWORD),
        ("\ud800", PASSWORD),
        ("x" * 50_000, PASSWORD),
        ("%", PASSWORD),
        ("ann' --", PASSWORD),
    ],
)
def test_what_does_not_match_is_refused_without_saying_which(
    api: Api, ann: Person, name: str, password: str
) -> None:
    payload = sign_in(api, name, password)

    assert problems(payload) == REFUSED
    assert {name: payload[name] for name in TOKENS.split()} == dict.fromkeys(TOKENS.split())
    assert Session.objects.count() == 1


def attempt(name: str, password: str = NEW_PASSWORD) -> tuple[Reply, int]:
    """A sign-in: its answer, and how many SQL statements it took."""
    document = """mutation($i: TokenAuthInput!) {
        tokenAuth(input: $i) { token errors { code message field } } }"""
    given: dict[str, Any] = {"i": {"username": name, "password": password}}
    with CaptureQueriesContext(connection) as statements:
        reply = Api().send(document, given)
    return reply, len(statements)


@pytest.mark.parametrize("name", ["ann", "ann@example.com", "bob"])
@pytest.mark.parametrize("password", [NEW_PASSWORD, f"{PASSWORD}\ud800", "\udfff", "\x00", "x" * 10_000])
def test_an_account_that_exists_is_answered_as_one_that_does_not(
    ann: Person, bob: Person, name: str, password: str
) -> None:
    deactivate(bob)

    (known, statements), (unknown, as_many) = attempt(name, password), attempt("nobody", password)

    assert (known.body, known.status, statements) == (unknown.body, unknown.status, as_many)
    assert statements == 2  # look up; note in the audit log
    latest = AuditEntry.objects.order_by("-pk").values_list("event", flat=True)[:2]
    assert list(latest) == ["SIGN_IN_REFUSED"] * 2


def test_somebody_deactivated_is_answered_like_nobody_even_with_the_right_password(ann: Person) -> None:
    deactivate(ann)

    (known, statements), (unknown, as_many) = attempt("ann", PASSWORD), attempt("nobody", PASSWORD)

    assert problems(known.data["tokenAuth"]) == REFUSED
    assert (known.body, statements) == (unknown.body, as_many)


def test_somebody_reactivated_can_sign_in(ann: Person) -> None:
    deactivate(ann)
    reactivate(ann)

    assert sign_in(Api(), "ann")["errors"] == []


def test_a_username_that_looks_like_an_address_is_impossible_so_names_never_clash(
    api: Api, ann: Person
) -> None:
    sign_up(api, username="example", email="grace@example.com")

    assert sign_in(api, "grace@example.com")["user"] == {"username": "example"}
