"""One GET to a third party: bounded in seconds and in bytes, its key in a header, nothing told to logs."""

import http.client
import io
import logging
import re
import socket
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from services.answers import Answer, parse_retry_after
from services.errors import Dropped, ServiceError, TimedOut, TooLarge, Unreachable

MAX_ANSWER_BYTES = 1_000_000  # headers included

_CHUNK_BYTES = 65_536
_HEADER_VALUE = re.compile(r"[\x21-\x7e]+(?: [\x21-\x7e]+)?")
_URLLIB3_LOGGERS = ("connection", "connectionpool", "poolmanager", "response", "util.retry")


class Endpoint:
    """Where a third party is asked, and the header that carries its key. Safe to share between threads.

    Redirects are never followed (the key would travel along), and neither proxies nor credentials are taken
    from the environment.

    base_url: http or https, without query; paths are appended to it.
    header, key: sent with each call.
    Raises: ValueError, without naming the key, if no such URL or header can be sent.
    """

    def __init__(self, *, base_url: str, header: str, key: str) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.username:
            raise ValueError("a provider's URL is http(s)://host[:port][/path], and nothing else")
        if not _HEADER_VALUE.fullmatch(key):
            raise ValueError(f"a provider's key is empty, or has characters that {header} cannot carry")
        self._base_url = base_url.rstrip("/")
        self._headers = {header: key, "Accept": "application/json", "User-Agent": "social"}
        self._adapter = _BoundedAdapter()

    def get(self, path: str, query: Mapping[str, str], *, deadline_s: float) -> Answer:
        """Ask once.

        deadline_s: seconds for everything, from looking up the host's name to the last byte; a server that
        trickles bytes does not stretch it.
        Raises: NoAnswer, TooLarge.
        """
        url = f"{self._base_url}{path}?{urlencode(query, errors='replace')}"
        request = requests.Request("GET", url, headers=self._headers).prepare()
        exchange = _Exchange(self._adapter, request, deadline_s)
        exchange.start()
        exchange.join(deadline_s)
        if exchange.answer is not None:
            return exchange.answer
        raise exchange.error or TimedOut


class _Exchange(threading.Thread):
    """One request in a thread of its own: looking up a name cannot be interrupted, only left behind."""

    def __init__(self, adapter: HTTPAdapter, request: requests.PreparedRequest, deadline_s: float) -> None:
        super().__init__(name="provider-call", daemon=True)
        self.answer: Answer | None = None
        self.error: ServiceError | None = None
        self._adapter = adapter
        self._request = request
        self._deadline_s = deadline_s

    def run(self) -> None:
        try:
            self.answer = self._exchange()
        except ServiceError as error:
            self.error = error.with_traceback(None)
        except Exception as error:  # noqa: BLE001 - the thread's border; libraries' texts hold the address
            self.error = _without_details(error)

    def _exchange(self) -> Answer:
        # The adapter alone, not a Session: that would read a redirect's body whole, and the environment.
        response = self._adapter.send(self._request, stream=True, timeout=self._deadline_s)
        try:
            body = bytearray()
            while response.status_code == 200 and (
                chunk := response.raw.read(_CHUNK_BYTES, decode_content=False)
            ):
                body += chunk
        finally:
            response.close()
        retry_after_s = parse_retry_after(response.headers.get("Retry-After"), now=datetime.now(UTC))
        return Answer(response.status_code, retry_after_s, bytes(body))


def _without_details(error: Exception) -> ServiceError:
    if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError | TimeoutError):
        return TimedOut()
    cause = error.args[0] if error.args else None
    if isinstance(error, requests.ConnectionError) and isinstance(cause, urllib3.exceptions.MaxRetryError):
        return Unreachable()
    return Dropped()


class _BoundedReader(io.RawIOBase):
    """Begins no read after so many seconds or bytes."""

    def __init__(self, raw: io.RawIOBase, seconds: float) -> None:
        super().__init__()
        self._raw = raw
        self._ends_at = time.monotonic() + seconds
        self._bytes_left = MAX_ANSWER_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if time.monotonic() >= self._ends_at:
            raise TimedOut
        if self._bytes_left <= 0:
            raise TooLarge
        count: int = self._raw.readinto(memoryview(buffer)[: self._bytes_left])
        self._bytes_left -= count
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _BoundedResponse(http.client.HTTPResponse):
    """The standard library allows the socket's time-out anew for each piece that arrives, without end."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_BoundedReader(self.fp.detach(), sock.gettimeout() or 0))


class _Http(urllib3.connection.HTTPConnection):
    response_class = _BoundedResponse


class _Https(urllib3.connection.HTTPSConnection):
    response_class = _BoundedResponse


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Https


class _BoundedAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}


class _OthersOnly(logging.Filter):
    """Drops what urllib3 logs while it works for us: its lines hold the URL, and so the address."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not isinstance(threading.current_thread(), _Exchange)


for _name in _URLLIB3_LOGGERS:
    logging.getLogger(f"urllib3.{_name}").addFilter(_OthersOnly())
