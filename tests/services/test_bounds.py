"""Whatever a third party sends, and however slowly: an answer in time, in bounded memory."""

import socket
import ssl
import threading
import time
from pathlib import Path

import pytest

from services.clearbit import Clearbit
from services.http import MAX_ANSWER_BYTES
from services.hunter import Hunter, Outcome, Verdict
from services.sandbox import Sandbox
from tests.services.wire import Script, WireServer, floods, hangs, http, says, self_signed, trickles

DEADLINE_S = 0.4
VALID_BODY = b'{"data": {"status": "valid"}}'
VALID = Verdict(Outcome.VALID)


def verify(url: str, deadline_s: float = DEADLINE_S) -> Verdict:
    return Hunter(api_key="the-key", base_url=url).verify("ada@example.com", deadline_s=deadline_s)


def calls_under_way() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "provider-call"]


@pytest.fixture
def trusted_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    context, certificate = self_signed(tmp_path)
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(certificate))
    return context


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(hangs, id="silence"),
        pytest.param(trickles(b"", b"H"), id="status line"),
        pytest.param(trickles(b"HTTP/1.1 200 OK\r\n", b"X: y\r\nX"), id="headers"),
        pytest.param(trickles(b"HTTP/1.1 200 OK\r\n\r\n", b" "), id="body"),
        pytest.param(trickles(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", b" "), id="sized body"),
        pytest.param(
            trickles(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"), id="chunks"
        ),
        pytest.param(trickles(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), id="interim answers"),
    ],
)
def test_the_deadline_holds_for_all_reads_together(script: Script) -> None:
    with WireServer(script) as server:
        began = time.monotonic()

        verdict = verify(server.url)

        assert time.monotonic() - began < DEADLINE_S + 0.3
        assert verdict == Verdict(Outcome.PENDING, "timeout")


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_nothing_goes_on_behind_a_call_that_timed_out(start: bytes) -> None:
    with WireServer(trickles(start, b"H")) as server:
        verify(server.url)

        for thread in calls_under_way():
            thread.join(2)
        assert calls_under_way() == []


def test_the_deadline_holds_while_a_host_name_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up = threading.Event()

    def slow_lookup(*args: object, **kwargs: object) -> None:
        looked_up.wait()
        raise socket.gaierror

    monkeypatch.setattr("socket.getaddrinfo", slow_lookup)
    began = time.monotonic()

    verdict = verify("http://localhost:1")

    assert time.monotonic() - began < DEADLINE_S + 0.3
    assert verdict == Verdict(Outcome.PENDING, "timeout")
    looked_up.set()


def test_a_second_try_does_not_stretch_the_deadline() -> None:
    def drops_then_hangs(connection: socket.socket, stopping: threading.Event) -> None:
        if len(server.requests) > 1:
            stopping.wait()

    with WireServer(drops_then_hangs) as server:
        began = time.monotonic()

        verdict = verify(server.url)

        assert time.monotonic() - began < DEADLINE_S + 0.3
        assert (verdict.problem, len(server.requests)) == ("timeout", 2)


@pytest.mark.parametrize(
    "start",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n", id="body without a length"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n", id="body of a huge length"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n", id="huge chunk"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", id="chunk of length -1"),
    ],
)
def test_a_huge_answer_is_not_read_to_its_end(start: bytes) -> None:
    with WireServer(floods(start, b" " * 65536)) as server:
        assert verify(server.url, deadline_s=5) == Verdict(Outcome.PENDING, "too_large")


def test_an_answer_just_below_the_limit_is_read() -> None:
    padding = b" " * (MAX_ANSWER_BYTES - 200)

    with WireServer(says(http("200 OK", body=VALID_BODY + padding))) as server:
        assert verify(server.url, deadline_s=5) == VALID


@pytest.mark.parametrize("status", ["302 Found", "503 Busy", "451 No"])
def test_the_body_of_any_other_status_is_not_read(status: str) -> None:
    start = f"HTTP/1.1 {status}\r\nLocation: /elsewhere\r\n\r\n".encode()

    with WireServer(trickles(start, b"<")) as server:
        assert verify(server.url, deadline_s=5).problem == f"http_{status[:3]}"


@pytest.mark.parametrize("client", [Hunter, Clearbit])
@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_not_followed_so_the_key_stays(client: type[Hunter | Clearbit], status: str) -> None:
    with WireServer(says(http("200 OK", body=VALID_BODY))) as thief:
        redirect = http(status, headers=f"Location: {thief.url}/v2/email-verifier\r\n")
        with WireServer(says(redirect)) as server:
            asker = client(api_key="the-key", base_url=server.url)
            (asker.verify if isinstance(asker, Hunter) else asker.find)("ada@example.com", deadline_s=3)

        assert len(server.requests) == 1
        assert thief.requests == []


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x00\xff" * 50, id="no HTTP"),
        pytest.param(b"HTTP/1.1 999999 What\r\n\r\n", id="status of six digits"),
        pytest.param(b"HTTP/1.1 -1 What\r\n\r\n", id="negative status"),
        pytest.param(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5000 + b"\r\n", id="too many headers"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000 + b"\r\n\r\n", id="long header"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nhello", id="two lengths"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{}", id="cut short"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", id="no chunk length"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-9\r\n{}", id="negative chunk"),
    ],
)
def test_broken_http_is_a_dropped_connection_or_no_json(answer: bytes) -> None:
    with WireServer(says(answer)) as server:
        verdict = verify(server.url, deadline_s=3)

    assert verdict.outcome is Outcome.PENDING
    assert verdict.problem in ("connection_dropped", "not_json")


def test_a_compressed_answer_was_not_asked_for_and_is_not_unpacked() -> None:
    gzipped = b"\x1f\x8b\x08\x00" + b"\x00" * 20

    with WireServer(says(http("200 OK", body=gzipped, headers="Content-Encoding: gzip\r\n"))) as server:
        assert verify(server.url).problem == "not_json"
        assert "Accept-Encoding: identity" in server.requests[0]


def test_proxies_of_the_environment_are_not_used(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    with WireServer(says(http("200 OK", body=VALID_BODY))) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)

        verify(sandbox.url)

        assert proxy.requests == []


def test_https_with_a_certificate_that_is_trusted(trusted_tls: ssl.SSLContext) -> None:
    with WireServer(says(http("200 OK", body=VALID_BODY)), tls=trusted_tls) as server:
        assert verify(server.url, deadline_s=3) == VALID


def test_the_deadline_holds_over_https(trusted_tls: ssl.SSLContext) -> None:
    with WireServer(trickles(b"HTTP/1.1 200 OK\r\n\r\n", b" "), tls=trusted_tls) as server:
        assert verify(server.url) == Verdict(Outcome.PENDING, "timeout")

        for thread in calls_under_way():
            thread.join(2)
        assert calls_under_way() == []


def test_a_certificate_that_is_not_trusted_sees_no_request(tmp_path: Path) -> None:
    context, _ = self_signed(tmp_path)

    with WireServer(says(http("200 OK", body=VALID_BODY)), tls=context) as server:
        assert verify(server.url, deadline_s=3) == Verdict(Outcome.PENDING, "unreachable")
        assert server.requests == []


def test_connections_are_kept_and_used_again() -> None:
    def answers_twice(connection: socket.socket, stopping: threading.Event) -> None:
        connection.sendall(http("200 OK", body=VALID_BODY))
        connection.recv(65536)
        connection.sendall(http("200 OK", body=VALID_BODY))

    with WireServer(answers_twice) as server:
        hunter = Hunter(api_key="the-key", base_url=server.url)

        assert [hunter.verify("ada@example.com", deadline_s=3) for _ in range(2)] == [VALID, VALID]
        assert len(server.requests) == 1


def test_people_do_not_wait_for_each_other(own_sandbox: Sandbox) -> None:
    hunter = Hunter(api_key=own_sandbox.key, base_url=own_sandbox.url)
    asked = [
        threading.Thread(target=hunter.verify, args=(f"slow+{i}@example.com",), kwargs={"deadline_s": 5})
        for i in range(8)
    ]
    began = time.monotonic()

    for thread in asked:
        thread.start()
    for thread in asked:
        thread.join()

    assert time.monotonic() - began < 8 * own_sandbox.slow_s / 2
