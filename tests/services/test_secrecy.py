"""Neither a key nor an address in clear reaches a URL's log, an exception, a repr or a log line."""

import logging
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import urllib3

from services.answers import Answer
from services.clearbit import Clearbit, HunterEnrichment
from services.errors import Dropped, NoAnswer, ServiceError, TimedOut, Unreachable
from services.http import Endpoint
from services.hunter import Hunter
from services.provider import fingerprint
from services.sandbox import SANDBOX_KEY, Sandbox
from services.sandbox_answers import ENRICHMENT_SCRIPTS, HUNTER_SCRIPTS
from tests.services.wire import Script, WireServer, closed_port, hangs, http, says

ADDRESS = "lovelace.secret@example.com"
BROKEN_HEADERS = b"HTTP/1.1 200 OK\r\nA: b\r\nno colon here\r\nC: d\r\n\r\n{}"


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


def assert_no_secret(log: pytest.LogCaptureFixture) -> None:
    told = log.text + "".join(repr(vars(record)) for record in log.records)
    for secret in ("lovelace", quote(ADDRESS), SANDBOX_KEY):
        assert secret not in told


def levels(log: pytest.LogCaptureFixture) -> list[int]:
    return [record.levelno for record in log.records if record.name.startswith("services.")]


@pytest.mark.parametrize("case", ["", *sorted({*HUNTER_SCRIPTS, *ENRICHMENT_SCRIPTS})])
def test_no_row_of_the_contract_tells_a_secret_to_the_log(
    case: str, sandbox: Sandbox, log: pytest.LogCaptureFixture
) -> None:
    email = f"{case}+{ADDRESS}"

    Hunter(api_key=SANDBOX_KEY, base_url=sandbox.url).verify(email, deadline_s=0.3)
    for enricher in (Clearbit, HunterEnrichment):
        enricher(api_key=SANDBOX_KEY, base_url=sandbox.url).find(email, deadline_s=0.3)

    assert len(levels(log)) == 3
    assert_no_secret(log)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(says(BROKEN_HEADERS), id="broken headers"),
        pytest.param(says(b"\x00"), id="no HTTP"),
        pytest.param(says(http("302 Found", headers="Location: http://[\r\n")), id="broken redirect"),
        pytest.param(hangs, id="silence"),
    ],
)
def test_no_broken_answer_tells_a_secret_to_the_log(script: Script, log: pytest.LogCaptureFixture) -> None:
    with WireServer(script) as server:
        Hunter(api_key=SANDBOX_KEY, base_url=server.url).verify(ADDRESS, deadline_s=0.3)

    assert len(levels(log)) == 1
    assert_no_secret(log)


def test_no_refused_connection_tells_a_secret_to_the_log(log: pytest.LogCaptureFixture) -> None:
    Hunter(api_key=SANDBOX_KEY, base_url=f"http://127.0.0.1:{closed_port()}").verify(ADDRESS, deadline_s=0.3)

    assert levels(log) == [logging.WARNING]
    assert_no_secret(log)


def test_others_may_still_read_what_urllib3_does_for_them(
    sandbox: Sandbox, log: pytest.LogCaptureFixture
) -> None:
    with urllib3.PoolManager() as pool:
        pool.request("GET", f"{sandbox.url}/calls")

    assert "GET /calls" in log.text


@pytest.mark.parametrize(
    ("script", "expected"),
    [(says(b""), Dropped), (says(b"\x00"), Dropped), (hangs, TimedOut), (None, Unreachable)],
)
def test_an_error_carries_neither_secret_nor_library_error(
    script: Script | None, expected: type[ServiceError]
) -> None:
    with WireServer(script or hangs) as server:
        url = server.url if script else f"http://127.0.0.1:{closed_port()}"
        endpoint = Endpoint(base_url=url, header="X-API-KEY", key=SANDBOX_KEY)
        with pytest.raises(NoAnswer) as caught:
            endpoint.get("/v2", {"email": ADDRESS}, deadline_s=0.3)

    assert (type(caught.value), str(caught.value)) == (expected, expected.problem)
    assert (caught.value.args, caught.value.__cause__, caught.value.__context__) == ((), None, None)


def test_the_key_travels_in_a_header_and_never_in_a_url(own_sandbox: Sandbox) -> None:
    Hunter(api_key=SANDBOX_KEY, base_url=own_sandbox.url).verify(ADDRESS, deadline_s=3)
    for enricher in (Clearbit, HunterEnrichment):
        enricher(api_key=SANDBOX_KEY, base_url=own_sandbox.url).find(ADDRESS, deadline_s=3)

    assert own_sandbox.calls() == {
        "calls": {provider: {ADDRESS: 1} for provider in ("hunter", "hunter_enrichment", "clearbit")},
        "keys_in_urls": 0,
    }


@pytest.mark.parametrize(
    ("client", "header"),
    [
        (Hunter, "X-API-KEY: the-key"),
        (HunterEnrichment, "X-API-KEY: the-key"),
        (Clearbit, "Authorization: Bearer the-key"),
    ],
)
def test_each_provider_gets_its_key_in_its_own_header(
    client: type[Hunter | HunterEnrichment | Clearbit], header: str
) -> None:
    with WireServer(says(http("404 Nobody"))) as server:
        asker = client(api_key="the-key", base_url=server.url)
        (asker.verify if isinstance(asker, Hunter) else asker.find)(ADDRESS, deadline_s=3)

    assert header in server.requests[0].splitlines()
    assert server.requests[0].count("the-key") == 1


def test_a_client_does_not_show_its_key() -> None:
    client = Hunter(api_key=SANDBOX_KEY)

    assert SANDBOX_KEY not in repr(client) + str(client)


def test_a_finding_does_not_show_the_address_it_was_found_by(sandbox: Sandbox) -> None:
    found = Clearbit(api_key=SANDBOX_KEY, base_url=sandbox.url).find(ADDRESS, deadline_s=3)

    assert ADDRESS in str(found.raw)
    assert ADDRESS not in repr(found)


@pytest.mark.parametrize(
    ("case", "level"),
    [
        ("unauthorized", logging.ERROR),
        ("broke", logging.ERROR),
        ("down", logging.WARNING),
        ("garbage", logging.WARNING),
        ("pending", logging.INFO),
        ("limited", logging.INFO),
        ("invalid", logging.INFO),
    ],
)
def test_what_we_must_mend_is_an_error_and_what_is_strange_a_warning(
    case: str, level: int, sandbox: Sandbox, log: pytest.LogCaptureFixture
) -> None:
    email = f"{case}+level.{ADDRESS}"

    Hunter(api_key=SANDBOX_KEY, base_url=sandbox.url).verify(email, deadline_s=3)
    Clearbit(api_key=SANDBOX_KEY, base_url=sandbox.url).find(email, deadline_s=3)

    assert levels(log) == [level, level]


@pytest.mark.parametrize("answer", [http("302 Found"), http("200 OK", body=b'{"data": {"status": "new"}}')])
def test_what_the_contract_does_not_know_is_a_warning(answer: bytes, log: pytest.LogCaptureFixture) -> None:
    with WireServer(says(answer)) as server:
        Hunter(api_key=SANDBOX_KEY, base_url=server.url).verify(ADDRESS, deadline_s=3)

    assert levels(log) == [logging.WARNING]


def test_the_lines_about_one_address_can_be_followed(sandbox: Sandbox, log: pytest.LogCaptureFixture) -> None:
    hunter = Hunter(api_key=SANDBOX_KEY, base_url=sandbox.url)

    hunter.verify(f"webmail+{ADDRESS}", deadline_s=3)

    assert log.messages == [f"address {fingerprint('WEBMAIL+' + ADDRESS)}: UNCONFIRMED, problem: None"]
    assert len(fingerprint(ADDRESS)) == 12


def test_only_a_200_is_asked_for_its_body() -> None:
    assert Answer(503).body == b""
