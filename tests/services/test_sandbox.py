"""The sandbox by itself, over plain HTTP, as somebody without our clients would use it."""

import http.client
import json
import signal
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

import pytest

from services.sandbox import Sandbox
from services.sandbox_answers import Provider

KEY = "sandbox-key"
HUNTER = {"X-API-KEY": KEY}
CLEARBIT = {"Authorization": f"Bearer {KEY}"}
VERIFIER = "/v2/email-verifier"
COMBINED = "/v2/combined/find"

Ask = Callable[..., tuple[int, Any]]


@pytest.fixture
def ask(own_sandbox: Sandbox) -> Ask:
    def ask(
        path: str, headers: dict[str, str] | None = None, method: str = "GET", **query: str
    ) -> tuple[int, Any]:
        url = f"{own_sandbox.url}{path}?{urlencode(query)}"
        request = Request(url, headers=headers or {}, method=method, data=b"" if method == "POST" else None)
        try:
            with urlopen(request, timeout=5) as response:
                return response.status, json.load(response)
        except HTTPError as error:
            with error:
                return error.code, json.load(error)

    return ask


def test_hunters_answer_has_all_fields_of_the_real_one(ask: Ask) -> None:
    status, answer = ask(VERIFIER, HUNTER, email="ada@example.com")

    assert status == 200
    assert answer["meta"] == {"params": {"email": "ada@example.com"}}
    assert answer["data"] == {
        "status": "valid",
        "result": "deliverable",
        "score": 97,
        "email": "ada@example.com",
        "regexp": True,
        "gibberish": False,
        "disposable": False,
        "webmail": False,
        "mx_records": True,
        "smtp_server": True,
        "smtp_check": True,
        "accept_all": False,
        "block": False,
        "sources": [],
    }


def test_an_error_has_the_form_of_the_real_one(ask: Ask) -> None:
    status, answer = ask(VERIFIER, HUNTER, email="wrong+ada@example.com")

    assert status == 400
    assert [(error["id"], error["code"]) for error in answer["errors"]] == [("wrong_params", 400)]


@pytest.mark.parametrize(
    "headers", [{}, {"X-API-KEY": "other"}, {"Authorization": "Bearer other"}, {"Authorization": KEY}]
)
@pytest.mark.parametrize("path", [VERIFIER, COMBINED])
def test_a_missing_or_wrong_key_is_refused(ask: Ask, path: str, headers: dict[str, str]) -> None:
    status, answer = ask(path, headers, email="ada@example.com")

    assert (status, answer["errors"][0]["code"]) == (401, 401)


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (VERIFIER, HUNTER),
        (VERIFIER, CLEARBIT),
        (COMBINED, HUNTER),
        (COMBINED, CLEARBIT),
        (COMBINED, {"Authorization": "Basic " + b64encode(f"{KEY}:".encode()).decode()}),
    ],
)
def test_each_provider_takes_the_key_in_the_headers_that_the_real_one_takes(
    ask: Ask, path: str, headers: dict[str, str]
) -> None:
    assert ask(path, headers, email="ada@example.com")[0] == 200


def test_a_question_without_address_is_refused(ask: Ask) -> None:
    assert (ask(VERIFIER, HUNTER)[0], ask(COMBINED, CLEARBIT)[0]) == (400, 422)


def test_a_key_in_a_url_works_for_hunter_and_is_told(ask: Ask) -> None:
    status, _ = ask(VERIFIER, email="ada@example.com", api_key=KEY)

    assert status == 200
    assert ask("/calls")[1]["keys_in_urls"] == 1


def test_a_key_hidden_in_a_url_is_told_too(ask: Ask) -> None:
    ask(COMBINED, CLEARBIT, email="ada@example.com", token=KEY)

    assert ask("/calls")[1]["keys_in_urls"] == 1


def test_calls_are_counted_by_provider_and_address(ask: Ask) -> None:
    for _ in range(2):
        ask(VERIFIER, HUNTER, email="ada@example.com")
    ask(COMBINED, CLEARBIT, email="ada@example.com")
    ask(COMBINED, CLEARBIT, email="Claimed+Bob@example.com")
    ask(COMBINED, CLEARBIT, email="ada@example.com", clearbit_format="true")

    assert ask("/calls") == (
        200,
        {
            "calls": {
                "hunter": {"ada@example.com": 2},
                "hunter_enrichment": {"ada@example.com": 1},
                "clearbit": {"ada@example.com": 1, "claimed+bob@example.com": 1},
            },
            "keys_in_urls": 0,
        },
    )


def test_twice_is_counted_for_each_provider_and_address(ask: Ask) -> None:
    def statuses(path: str, headers: dict[str, str], name: str) -> list[int]:
        return [ask(path, headers, email=f"pending+{name}@example.com")[0] for _ in range(3)]

    assert statuses(VERIFIER, HUNTER, "ada") == [202, 202, 200]
    assert statuses(VERIFIER, HUNTER, "bob") == [202, 202, 200]
    assert statuses(COMBINED, CLEARBIT, "ada") == [202, 202, 200]
    assert statuses(COMBINED, HUNTER, "ada") == [202, 202, 200]


def test_calls_in_vain_do_not_use_up_a_case(own_sandbox: Sandbox, ask: Ask) -> None:
    email = "pending+ada@example.com"

    ask(VERIFIER, {"X-API-KEY": "other"}, email=email)
    ask("/down", method="POST")
    ask(VERIFIER, HUNTER, email=email)
    ask("/up", method="POST")

    assert [ask(VERIFIER, HUNTER, email=email)[0] for _ in range(3)] == [202, 202, 200]
    assert own_sandbox.count(Provider.HUNTER, email) == 5


def test_only_what_stands_before_a_plus_names_a_case(ask: Ask) -> None:
    emails = ["wrong@example.com", "ada+wrong@example.com", "ada@wrong+example.com"]

    assert [ask(VERIFIER, HUNTER, email=email)[0] for email in emails] == [200, 200, 200]


def test_it_can_be_taken_down_and_up_altogether(ask: Ask) -> None:
    def both() -> list[int]:
        questions = ((VERIFIER, HUNTER), (COMBINED, CLEARBIT))
        return [ask(path, headers, email="a@example.com")[0] for path, headers in questions]

    assert ask("/down", method="POST")[0] == 200
    assert both() == [503, 503]
    assert ask("/calls")[0] == 200
    assert ask("/up", method="POST")[0] == 200
    assert both() == [200, 200]


def test_other_paths_are_not_found(ask: Ask) -> None:
    assert (ask("/")[0], ask("/calls", method="POST")[0]) == (404, 404)


def test_a_person_is_the_same_every_time_and_in_every_sandbox(ask: Ask) -> None:
    _, first = ask(COMBINED, CLEARBIT, email="ada@example.com")

    with Sandbox() as other:
        request = Request(f"{other.url}{COMBINED}?email=ada@example.com", headers=CLEARBIT)
        with urlopen(request, timeout=5) as response:
            assert json.load(response) == first


def test_different_addresses_are_different_people(ask: Ask) -> None:
    people = [ask(COMBINED, CLEARBIT, email=f"{i}@example.com")[1]["person"] for i in range(20)]

    assert len({person["github"]["handle"] for person in people}) == 20
    assert len({person["name"]["fullName"] for person in people}) > 10


def test_a_connection_is_kept_open(own_sandbox: Sandbox) -> None:
    connection = http.client.HTTPConnection(urlsplit(own_sandbox.url).netloc, timeout=5)
    ports = []
    for _ in range(3):
        connection.request("GET", "/calls")
        ports.append(connection.sock.getsockname()[1])
        connection.getresponse().read()
    connection.close()

    assert len(set(ports)) == 1


def test_many_may_ask_at_once_and_all_are_counted(own_sandbox: Sandbox, ask: Ask) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: ask(VERIFIER, HUNTER, email="ada@example.com")[0], range(100)))

    assert answers == [200] * 100
    assert own_sandbox.count(Provider.HUNTER, "ADA@example.com") == 100


def test_it_stops_at_once_whoever_is_still_waiting() -> None:
    def wait_for_an_answer(url: str) -> None:
        with (
            suppress(OSError, http.client.HTTPException),
            urlopen(Request(url, headers=HUNTER), timeout=30) as response,
        ):
            response.read()

    with ThreadPoolExecutor() as pool, Sandbox(slow_s=60) as sandbox:
        pool.submit(wait_for_an_answer, f"{sandbox.url}{VERIFIER}?email=slow%2Bada@example.com")
        while not sandbox.count(Provider.HUNTER, "slow+ada@example.com"):
            time.sleep(0.01)
        began = time.monotonic()
    assert time.monotonic() - began < 2


def test_it_stops_at_once_whoever_keeps_a_connection() -> None:
    with Sandbox() as sandbox:
        connection = http.client.HTTPConnection(urlsplit(sandbox.url).netloc, timeout=5)
        connection.request("GET", "/calls")
        connection.getresponse().read()
        leaving = threading.Timer(5, connection.close)
        leaving.start()
        began = time.monotonic()
    leaving.cancel()
    connection.close()

    assert time.monotonic() - began < 2


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_prints_its_address_when_ready_and_stops_cleanly(signal_number: signal.Signals) -> None:
    command = [sys.executable, "-m", "services.sandbox", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = process.stdout.readline().strip()
        with urlopen(f"{url}/calls", timeout=5) as response:
            assert response.status == 200

        process.send_signal(signal_number)

        rest, errors = process.communicate(timeout=10)
        assert (process.returncode, rest, errors) == (0, "", "")


def test_a_port_that_is_taken_is_said_in_one_line(own_sandbox: Sandbox) -> None:
    port = str(urlsplit(own_sandbox.url).port)

    run = subprocess.run(
        [sys.executable, "-m", "services.sandbox", "--port", port], capture_output=True, text=True, timeout=10
    )

    assert run.returncode == 1
    assert run.stderr.startswith(f"the sandbox cannot listen on port {port}: ")
    assert run.stderr.count("\n") == 1
