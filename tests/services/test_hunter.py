import json
from collections.abc import Callable

import pytest

from services.hunter import Hunter, Outcome, Verdict
from services.sandbox import SANDBOX_KEY, Sandbox
from tests.services.wire import WireServer, closed_port, http, says

PENDING = Outcome.PENDING
VALID = Verdict(Outcome.VALID)


def hunter_at(url: str) -> Hunter:
    return Hunter(api_key=SANDBOX_KEY, base_url=url)


def verdict_on(wire_answer: bytes) -> Verdict:
    with WireServer(says(wire_answer)) as server:
        return hunter_at(server.url).verify("ada@example.com", deadline_s=3)


@pytest.mark.parametrize(
    ("case", "verdicts"),
    [
        ("", [VALID]),
        ("stranger", [VALID]),
        ("nobody", [VALID]),
        ("no-company", [VALID]),
        ("sparse", [VALID]),
        ("webmail", [Verdict(Outcome.UNCONFIRMED)]),
        ("accept-all", [Verdict(Outcome.UNCONFIRMED)]),
        ("unknown", [Verdict(Outcome.UNCONFIRMED)]),
        ("invalid", [Verdict(Outcome.UNDELIVERABLE)]),
        ("disposable", [Verdict(Outcome.DISPOSABLE)]),
        ("pending", [Verdict(PENDING, "http_202")] * 2 + [VALID] * 2),
        ("later-invalid", [Verdict(PENDING, "http_202")] * 2 + [Verdict(Outcome.UNDELIVERABLE)] * 2),
        ("strange", [Verdict(PENDING, "http_222")] * 2 + [VALID] * 2),
        ("wrong", [Verdict(Outcome.MALFORMED, "http_400")]),
        ("unauthorized", [Verdict(PENDING, "http_401")] * 6),
        ("limited", [Verdict(PENDING, "http_403", 1.0)] * 2 + [VALID] * 2),
        ("broke", [Verdict(PENDING, "http_429")] * 6),
        ("claimed", [Verdict(Outcome.CLAIMED, "http_451")]),
        ("down", [Verdict(PENDING, "http_503")] * 3 + [VALID] * 2),
        ("dead", [Verdict(PENDING, "connection_dropped")] * 4),
        ("garbage", [Verdict(PENDING, "not_json")] * 2 + [VALID] * 2),
    ],
)
def test_each_row_of_the_contract(
    case: str, verdicts: list[Verdict], sandbox: Sandbox, address: Callable[[str], str]
) -> None:
    hunter, email = hunter_at(sandbox.url), address(case)

    assert [hunter.verify(email, deadline_s=3) for _ in verdicts] == verdicts


def test_a_slow_answer_is_pending(sandbox: Sandbox, address: Callable[[str], str]) -> None:
    verdict = hunter_at(sandbox.url).verify(address("slow"), deadline_s=0.2)

    assert verdict == Verdict(PENDING, "timeout")


def test_a_slow_answer_within_the_deadline_counts(
    own_sandbox: Sandbox, address: Callable[[str], str]
) -> None:
    assert hunter_at(own_sandbox.url).verify(address("slow"), deadline_s=5) == VALID


def test_a_refused_connection_is_pending() -> None:
    hunter = hunter_at(f"http://127.0.0.1:{closed_port()}")

    assert hunter.verify("ada@example.com", deadline_s=3) == Verdict(PENDING, "unreachable")


def test_an_address_that_cannot_be_encoded_is_asked_about_all_the_same(sandbox: Sandbox) -> None:
    assert hunter_at(sandbox.url).verify("\ud800", deadline_s=3).outcome is Outcome.MALFORMED


def test_a_deadline_that_is_over_asks_nobody(own_sandbox: Sandbox) -> None:
    verdict = hunter_at(own_sandbox.url).verify("ada@example.com", deadline_s=0)

    assert verdict == Verdict(PENDING, "timeout")
    assert own_sandbox.calls()["calls"]["hunter"] == {}


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "404 Not Found", "402 Pay", "418 Teapot", "204 No"]
)
def test_a_status_that_the_contract_does_not_know_is_pending(status: str) -> None:
    assert verdict_on(http(status)) == Verdict(PENDING, f"http_{status[:3]}")


def test_a_busy_server_may_say_when_to_come_back() -> None:
    answer = http("503 Busy", headers="Retry-After: 120\r\n")

    assert verdict_on(answer) == Verdict(PENDING, "http_503", 120.0)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({}, "unknown_shape"),
        ({"data": None}, "unknown_shape"),
        ({"data": []}, "unknown_shape"),
        ({"data": {}}, "unknown_shape"),
        ({"data": {"status": None}}, "unknown_shape"),
        ({"data": {"status": ["valid"]}}, "unknown_shape"),
        ({"data": {"result": "deliverable"}}, "unknown_shape"),
        ({"data": {"status": "role_account"}}, "unknown_status:role_account"),
        ({"data": {"status": "VALID"}}, "unknown_status"),
        ({"data": {"status": "ada@example.com"}}, "unknown_status"),
        ([{"data": {"status": "valid"}}], "not_json"),
        ("valid", "not_json"),
    ],
)
def test_a_shape_that_the_contract_does_not_know_is_pending(data: object, problem: str) -> None:
    assert verdict_on(http("200 OK", body=json.dumps(data).encode())) == Verdict(PENDING, problem)


def test_the_deprecated_result_is_not_used() -> None:
    body = b'{"data": {"status": "valid", "result": "undeliverable"}}'

    assert verdict_on(http("200 OK", body=body)) == VALID


def test_a_connection_that_breaks_is_tried_once_more(
    own_sandbox: Sandbox, address: Callable[[str], str]
) -> None:
    email = address("dead")

    hunter_at(own_sandbox.url).verify(email, deadline_s=3)

    assert own_sandbox.calls()["calls"]["hunter"] == {email: 2}


def test_there_is_no_second_try_when_the_time_is_up(
    own_sandbox: Sandbox, address: Callable[[str], str]
) -> None:
    email = address("dead")

    hunter_at(own_sandbox.url).verify(email, deadline_s=0.09)

    assert own_sandbox.calls()["calls"]["hunter"] == {email: 1}


@pytest.mark.parametrize("key", ["", "two\nlines", "tab\t", "žluť", " padded "])
def test_a_key_that_no_header_can_carry_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(ValueError, match="a provider's key") as caught:
        Hunter(api_key=key)

    assert not key or key not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["", "api.hunter.io", "ftp://api.hunter.io", "https://", "https://a:b@c/", "http://a/?b"]
)
def test_a_base_url_that_cannot_be_asked_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="a provider's URL"):
        Hunter(api_key="key", base_url=url)
