"""Signing up never waits long for a third party, and never tells anybody what it should not."""

import logging
import time
from collections.abc import Callable
from functools import partial
from urllib.parse import quote

import pytest
from pytest_django import Settings

from accounts.models import EmailCheck, User
from services.sandbox import Sandbox
from tests.accounts.steps import email_verification, sign_up, work
from tests.client import Api
from tests.content.races import at_once
from tests.people import PASSWORD
from tests.services.wire import Script, WireServer, closed_port, hangs, http, says, trickles

pytestmark = pytest.mark.any_database

SLACK_S = 1.0


def seconds_to_sign_up(number: int = 0) -> float:
    """How long a signup takes that ends with an address not judged."""
    started = time.monotonic()
    payload = sign_up(Api(), username=f"grace{number}", email=f"grace{number}@example.com")
    taken_s = time.monotonic() - started
    assert email_verification(Api(payload["token"])) == "PENDING"
    return taken_s


@pytest.mark.parametrize(
    "script",
    [hangs, trickles(b"HTTP/1.1 200 OK\r\n", b"X-More: 1\r\n"), trickles(b"", b"H")],
    ids=["hangs", "trickles headers", "trickles a status"],
)
@pytest.mark.django_db
def test_signup_stays_within_its_time_when_hunter_is_slow(
    ask_hunter_at: Callable[[str], None], settings: Settings, script: Script
) -> None:
    settings.SIGNUP_VERIFY_DEADLINE_S = 0.3
    with WireServer(script) as server:
        ask_hunter_at(server.url)

        taken_s = seconds_to_sign_up()

    assert 0.3 <= taken_s < 0.3 + SLACK_S


@pytest.mark.django_db(transaction=True)
def test_at_most_eight_signups_wait_for_hunter_at_a_time(
    ask_hunter_at: Callable[[str], None], settings: Settings
) -> None:
    settings.SIGNUP_VERIFY_DEADLINE_S = 3.0
    with WireServer(hangs) as server:
        ask_hunter_at(server.url)
        at_once([partial(seconds_to_sign_up, number) for number in range(16)])

    assert EmailCheck.objects.filter(problem="busy").count() == 8


@pytest.mark.django_db
def test_signup_does_not_wait_for_a_hunter_that_refuses_connections(
    ask_hunter_at: Callable[[str], None],
) -> None:
    ask_hunter_at(f"http://127.0.0.1:{closed_port()}")

    assert seconds_to_sign_up() < SLACK_S


@pytest.mark.django_db
def test_after_some_failures_in_a_row_signup_does_not_ask_any_more(
    ask_hunter_at: Callable[[str], None], settings: Settings
) -> None:
    settings.SIGNUP_VERIFY_DEADLINE_S = 2.0
    settings.BREAKER_FAILURES = 2
    with WireServer(says(http("503 Service Unavailable"))) as server:
        ask_hunter_at(server.url)
        taken_s = [seconds_to_sign_up(number) for number in range(4)]

        assert len(server.requests) == 2

    assert max(taken_s[2:]) < SLACK_S
    assert list(EmailCheck.objects.order_by("pk").values_list("problem", flat=True)) == [
        "http_503",
        "http_503",
        "circuit_open",
        "circuit_open",
    ]


@pytest.mark.django_db
def test_hunter_is_asked_again_when_it_is_back(sandbox: Sandbox, settings: Settings) -> None:
    settings.BREAKER_FAILURES = 1
    settings.BREAKER_RESET_S = 0.0
    sandbox.down()
    seconds_to_sign_up()
    sandbox.up()

    payload = sign_up(Api())

    assert email_verification(Api(payload["token"])) == "VALID"


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_while_hunter_is_asked_about_somebody_else(sandbox: Sandbox) -> None:
    def timed(email: str) -> float:
        assert sign_up(Api(), username=email[:4], email=email)["errors"] == []
        return time.monotonic()

    slow, quick = at_once([lambda: timed("slow+1@example.com"), lambda: timed("quick@example.com")])

    assert slow - quick > 1


@pytest.mark.django_db
def test_no_third_party_is_told_a_password(ask_hunter_at: Callable[[str], None]) -> None:
    with WireServer(says(http("200 OK", body=b'{"data": {"status": "valid"}}'))) as server:
        ask_hunter_at(server.url)
        sign_up(Api(), displayName="Admiral Hopper")

        (request,) = server.requests

    assert "grace%40example.com" in request
    for secret in (PASSWORD, quote(PASSWORD), PASSWORD.replace(" ", "+"), "Admiral"):
        assert secret not in request


@pytest.mark.parametrize("case", ["", "pending", "claimed", "broke", "dead", "garbage", "wrong", "slow"])
@pytest.mark.django_db
def test_neither_address_nor_password_comes_into_a_log(
    sandbox: Sandbox, settings: Settings, caplog: pytest.LogCaptureFixture, case: str
) -> None:
    settings.SIGNUP_VERIFY_DEADLINE_S = settings.PROVIDER_DEADLINE_S = 0.3
    with caplog.at_level(logging.DEBUG):
        sign_up(Api(), username="somebody", email=f"{case}+hopper@example.com")
        work(3)

    lines = [record.getMessage() + str(vars(record)) for record in caplog.records]
    assert [line for line in lines if "address " in line] != []
    for secret in ("hopper@example", "hopper%40example", PASSWORD):
        assert [line for line in lines if secret in line] == []


@pytest.mark.django_db
def test_a_password_is_stored_only_as_a_hash(sandbox: Sandbox) -> None:
    sign_up(Api())

    row = User.objects.values().get()
    assert PASSWORD not in str(row)
