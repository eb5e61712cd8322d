"""Hunter and Clearbit on loopback, for people without accounts, and for tests: `python -m services.sandbox`.

Each answer follows from the address: what stands before the first "+" of its local part names the case
(`sandbox_answers.py`). Besides, `GET /calls` tells who was asked about whom, and how often, and how many
calls carried a key in their URL; `POST /down` and `POST /up` break and mend both providers.
"""

import argparse
import base64
import binascii
import contextlib
import json
import logging
import signal
import socket
import sys
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from services.sandbox_answers import Provider, Reply, body_of, reply_to

SANDBOX_KEY = "sandbox-key"
SLOW_S = 8.0
DEFAULT_PORT = 8099

log = logging.getLogger(__name__)


class Sandbox:
    """The sandbox in threads of this process, as a context manager.

    port: 0 picks a free one. key: the one that it takes, for both providers. slow_s: seconds until it answers
    about a `slow+` address. Raises: OSError if the port is taken.
    """

    def __init__(self, *, port: int = 0, key: str = SANDBOX_KEY, slow_s: float = SLOW_S) -> None:
        self.key = key
        self.slow_s = slow_s
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._calls: Counter[tuple[Provider, str]] = Counter()
        self._turns: Counter[tuple[Provider, str]] = Counter()
        self._keys_in_urls = 0
        self._is_down = False
        self._server = _Server(("127.0.0.1", port), self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="sandbox")
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()

    def count(self, provider: Provider, address: str) -> int:
        """How often a provider was asked about an address, whatever it answered."""
        with self._lock:
            return self._calls[provider, address.lower()]

    def calls(self) -> dict[str, Any]:
        """What `GET /calls` answers."""
        with self._lock:
            by_provider: dict[str, dict[str, int]] = {provider.value: {} for provider in Provider}
            for (provider, address), count in self._calls.items():
                by_provider[provider.value][address] = count
            return {"calls": by_provider, "keys_in_urls": self._keys_in_urls}

    def down(self) -> None:
        """Answer every question with 503 until `up`."""
        self._is_down = True

    def up(self) -> None:
        """Answer as the tables say."""
        self._is_down = False

    def answer(self, provider: Provider, address: str, keys: "_Keys") -> Reply:
        """Count one call, and say what it gets. Calls in vain do not use up a case's turns."""
        with self._lock:
            self._calls[provider, address.lower()] += 1
            self._keys_in_urls += keys.in_url
            if self._is_down:
                return Reply(503)
            if keys.shown != self.key:
                return Reply(401)
            if "@" not in address:
                return Reply(400 if provider is Provider.HUNTER else 422)
            turn = self._turns[provider, address.lower()]
            self._turns[provider, address.lower()] += 1
        return reply_to(provider, address, turn)


class _Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = False  # server_close() waits for them

    def __init__(self, address: tuple[str, int], sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._connections: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, client = super().get_request()
        self._connections.add(connection)
        return connection, client

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End the connections that clients keep open."""
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):  # clients may leave when they like
            log.exception("the sandbox failed")


class _Keys:
    """The key that a request shows, and whether its URL holds one. Hunter takes it there too: we must not."""

    def __init__(self, url: SplitResult, headers: Any, provider: Provider, expected: str) -> None:
        in_query = parse_qs(url.query).get("api_key", [])
        self.in_url = bool(in_query) or expected in unquote(url.geturl())
        scheme, _, credential = headers.get("Authorization", "").partition(" ")
        self.shown = credential if scheme.lower() == "bearer" else None
        if provider is Provider.CLEARBIT and scheme.lower() == "basic":
            self.shown = _basic_user(credential)
        if provider is not Provider.CLEARBIT:
            self.shown = headers.get("X-API-KEY") or self.shown or "".join(in_query[:1])


def _basic_user(credential: str) -> str | None:
    try:
        return base64.b64decode(credential).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return None


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "Sandbox"
    wbufsize = -1  # one packet an answer
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = parse_qs(url.query)
        if url.path == "/calls":
            self._send(200, json.dumps(self.server.sandbox.calls(), indent=2).encode())
        elif url.path == "/v2/email-verifier":
            self._serve(Provider.HUNTER, url, query)
        elif url.path == "/v2/combined/find":
            is_hunter = "clearbit_format" in query or "X-API-KEY" in self.headers
            self._serve(Provider.HUNTER_ENRICHMENT if is_hunter else Provider.CLEARBIT, url, query)
        else:
            self._send(404, b'{"errors": []}')

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path
        if path == "/down":
            self.server.sandbox.down()
        elif path == "/up":
            self.server.sandbox.up()
        else:
            self._send(404, b'{"errors": []}')
            return
        self._send(200, b"{}")

    def _serve(self, provider: Provider, url: SplitResult, query: dict[str, list[str]]) -> None:
        sandbox = self.server.sandbox
        address = query.get("email", [""])[0]
        reply = sandbox.answer(provider, address, _Keys(url, self.headers, provider, sandbox.key))
        if reply.slow:
            sandbox.stopping.wait(sandbox.slow_s)
        if reply.silent:
            self.close_connection = True
            return
        self._send(reply.status, body_of(reply, provider, address), retry_after_s=reply.retry_after_s)

    def _send(self, status: int, body: bytes, *, retry_after_s: int | None = None) -> None:
        self.send_response(status, None if status in self.responses else "Strange")
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if retry_after_s is not None:
            self.send_header("Retry-After", str(retry_after_s))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """The standard one writes the URL to stderr, and the address with it."""


def main() -> None:
    """Serve until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(
        prog="python -m services.sandbox", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help="0 picks a free one (default: %(default)s)"
    )
    stop = threading.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: stop.set())
    port = parser.parse_args().port
    try:
        sandbox = Sandbox(port=port)
    except (OSError, OverflowError) as error:
        sys.exit(f"the sandbox cannot listen on port {port}: {error}")
    with sandbox:
        sys.stdout.write(f"{sandbox.url}\n")
        sys.stdout.flush()
        stop.wait()


if __name__ == "__main__":
    main()
