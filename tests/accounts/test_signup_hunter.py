"""Signing up, when Hunter judges addresses: every row of its table, as it is answered at once."""

from collections.abc import Callable

import pytest
from pytest_django import Settings

from accounts.models import EmailCheck, Enrichment, User
from services.sandbox import Sandbox
from tests.accounts.steps import email_verification, refusals, sign_up
from tests.client import Api
from tests.people import Person
from tests.services.wire import WireServer, http, says

REFUSED = {"invalid": "EMAIL_UNDELIVERABLE", "disposable": "EMAIL_DISPOSABLE", "wrong": "INVALID"}
JUDGED = {
    "": "VALID",
    "stranger": "VALID",
    "nobody": "VALID",
    "no-company": "VALID",
    "sparse": "VALID",
    "webmail": "UNCONFIRMED",
    "accept-all": "UNCONFIRMED",
    "unknown": "UNCONFIRMED",
}
LATER = {
    "pending": "http_202",
    "later-invalid": "http_202",
    "strange": "http_222",
    "unauthorized": "http_401",
    "limited": "http_403",
    "broke": "http_429",
    "down": "http_503",
    "dead": "connection_dropped",
    "garbage": "not_json",
    "slow": "timeout",
}


def address(case: str) -> str:
    """An address that the sandbox treats as this case."""
    return f"{case}+grace@example.com"


def state_after_signup(api: Api, email: str) -> str:
    """What a new person is told about their address."""
    payload = sign_up(api, email=email)
    assert payload["errors"] == []
    state: str = email_verification(Api(payload["token"]))
    return state


@pytest.mark.parametrize(("case", "code"), REFUSED.items())
def test_an_address_that_hunter_refuses_is_refused(api: Api, sandbox: Sandbox, case: str, code: str) -> None:
    assert refusals(api, email=address(case)) == [(code, "input.email")]

    assert (User.objects.count(), EmailCheck.objects.count(), Enrichment.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(("case", "state"), JUDGED.items())
def test_an_address_that_hunter_judged_waits_for_enrichment_only(
    api: Api, sandbox: Sandbox, case: str, state: str
) -> None:
    assert state_after_signup(api, address(case)) == state

    assert (EmailCheck.objects.count(), Enrichment.objects.count()) == (0, 1)


@pytest.mark.parametrize(("case", "problem"), LATER.items())
def test_an_address_that_hunter_could_not_judge_is_asked_about_later(
    api: Api, sandbox: Sandbox, settings: Settings, case: str, problem: str
) -> None:
    settings.SIGNUP_VERIFY_DEADLINE_S = 0.5

    assert state_after_signup(api, address(case)) == "PENDING"

    assert (EmailCheck.objects.get().problem, Enrichment.objects.count()) == (problem, 0)


def test_a_claimed_address_is_accepted_and_nobody_is_asked_again(api: Api, sandbox: Sandbox) -> None:
    assert state_after_signup(api, address("claimed")) == "UNCONFIRMED"

    assert (EmailCheck.objects.count(), Enrichment.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (http("302 Found", headers="Location: http://127.0.0.1:1/\r\n"), "http_302"),
        (http("200 OK", body=b'{"data": {"status": "brand_new"}}'), "unknown_status:brand_new"),
        (http("200 OK", body=b'{"data": {}}'), "unknown_shape"),
        (http("200 OK", body=b'{"data": null}'), "unknown_shape"),
        (http("200 OK", body=b"[]"), "not_json"),
        (http("204 No Content"), "http_204"),
        (http("418 I'm a teapot"), "http_418"),
        (http("500 Internal Server Error"), "http_500"),
        (b"gibberish\r\n\r\n", "connection_dropped"),
    ],
)
def test_an_answer_that_is_not_hunters_is_no_verdict(
    api: Api, ask_hunter_at: Callable[[str], None], answer: bytes, problem: str
) -> None:
    with WireServer(says(answer)) as server:
        ask_hunter_at(server.url)

        assert state_after_signup(api, "grace@example.com") == "PENDING"

    assert EmailCheck.objects.get().problem == problem


@pytest.mark.parametrize(
    "mistake", [{"username": "a"}, {"email": "nobody"}, {"password": "short"}, {"displayName": "x" * 51}]
)
def test_hunter_is_not_asked_when_there_is_a_mistake(
    api: Api, sandbox: Sandbox, mistake: dict[str, str]
) -> None:
    assert len(refusals(api, **mistake)) == 1

    assert sandbox.calls()["calls"] == {"hunter": {}, "hunter_enrichment": {}, "clearbit": {}}


def test_hunter_is_not_asked_about_a_taken_name(ann: Person, sandbox: Sandbox) -> None:
    assert refusals(Api(), username="ann") == [("TAKEN", "input.username")]

    assert sandbox.calls()["calls"]["hunter"] == {}


def test_hunter_is_asked_once_with_the_normalised_address_and_the_key_in_a_header(
    api: Api, sandbox: Sandbox
) -> None:
    sign_up(api, email="Grace+tag@BÜCHER.Example.com")

    assert sandbox.calls() == {
        "calls": {
            "hunter": {"grace+tag@bücher.example.com": 1},
            "hunter_enrichment": {},
            "clearbit": {},
        },
        "keys_in_urls": 0,
    }


def test_without_an_enricher_there_is_nothing_to_look_up(
    api: Api, sandbox: Sandbox, settings: Settings
) -> None:
    settings.ENRICHER = ""

    assert state_after_signup(api, "grace@example.com") == "VALID"

    assert Enrichment.objects.count() == 0
