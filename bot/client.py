"""GraphQL over HTTP, by gql: one document sent once, and what its answer means. `server.py` tries again."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from gql import Client, GraphQLRequest, gql
from gql.client import SyncClientSession
from gql.transport.exceptions import (
    TransportConnectionFailed,
    TransportError,
    TransportQueryError,
    TransportServerError,
)
from gql.transport.requests import RequestsHTTPTransport

# Whatever else a single field fails with may pass: it is asked again.
_FINAL_FIELD_CODES = frozenset({"FORBIDDEN", "BAD_USER_INPUT"})
_PASSING_CODES = frozenset({"INTERNAL_SERVER_ERROR", "TIMEOUT", "RATE_LIMITED"})


class ServerAway(Exception):
    """The server cannot be used: not there, failing for too long, or no GraphQL endpoint. Ready to show."""


class Transient(Exception):
    """This attempt failed; a later one may not. `after_s` is how long the server asked to wait."""

    def __init__(self, why: str, after_s: float = 0) -> None:
        super().__init__(why)
        self.after_s = after_s


class NotGraphQL(Transient):
    """Something else than GraphQL answered: a wrong URL, or a proxy whose server is away."""


class TokenRefused(Exception):
    """The server did nothing, because it does not accept the token."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """A root field that the server refused as a whole, instead of answering with a payload."""

    code: str


@dataclass(frozen=True, slots=True)
class _Error:
    """One of an answer's top-level errors. `field` is the root field's alias; without one it is about all."""

    code: str
    message: str
    field: str | None
    retry_after_s: float


@dataclass(slots=True)
class _Head:
    """Status and headers of the last answer, by a hook of `requests`: gql does not tell them."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)

    def note(self, response: Any, *_: Any, **__: Any) -> None:
        self.status, self.headers = response.status_code, response.headers


@dataclass(frozen=True, slots=True)
class _Connection:
    session: SyncClientSession
    head: _Head


class GraphQLClient:
    """The GraphQL endpoint at `url`. Threads may share it: each gets a connection of its own, kept alive."""

    def __init__(self, url: str, *, connect_timeout_s: float, answer_timeout_s: float) -> None:
        self.url = url
        self._timeouts = (connect_timeout_s, answer_timeout_s)
        self._local = threading.local()
        self._sessions: list[SyncClientSession] = []

    def send(self, document: str, variables: Mapping[str, Any], token: str | None) -> dict[str, Any]:
        """The root fields of the answer, by alias: a field's value, or a `FieldError`.

        A field that failed for the time being is left out, unless it is the first: then all is `Transient`.
        Raises `Transient`, `TokenRefused`, and `ServerAway` when the server does not know what we ask.
        """
        connection = self._connection()
        request = GraphQLRequest(_parsed(document), variable_values=dict(variables))
        try:
            data = connection.session.execute(request, extra_args={"auth": _bearer(token)})
        except TransportQueryError as error:
            return self._sort(
                error.data or {}, [_parse_error(item) for item in error.errors or ()], connection.head
            )
        except TransportConnectionFailed as error:
            raise Transient(_root_cause(error)) from error
        except (TransportError, AssertionError, AttributeError, TypeError) as error:
            # The last three are what gql makes of JSON that is no object, or of an object without data.
            raise _not_graphql(error, connection.head) from error
        return dict(data)

    def close(self) -> None:
        """Closes every thread's connection."""
        for session in self._sessions:
            session.transport.close()

    def _sort(self, data: Mapping[str, Any], errors: Sequence[_Error], head: _Head) -> dict[str, Any]:
        """Tells the answered fields from the failed."""
        unauthenticated = any(error.code == "UNAUTHENTICATED" for error in errors)
        if unauthenticated or head.status == HTTPStatus.UNAUTHORIZED:
            raise TokenRefused
        wait_s = max([_retry_after_s(head), *(error.retry_after_s for error in errors)])
        general = [error for error in errors if error.field is None]
        for error in general:
            if not _may_pass(head.status) and error.code not in _PASSING_CODES:
                raise ServerAway(f"{self.url} does not take what the bot asks: {error.message}")
        if general:
            raise Transient(general[0].message, wait_s)
        failed = {error.field: error for error in errors}
        answered = {
            alias: FieldError(failed[alias].code) if alias in failed else value
            for alias, value in data.items()
            if alias not in failed or failed[alias].code in _FINAL_FIELD_CODES
        }
        if not answered or next(iter(data)) not in answered:
            raise Transient(errors[0].message, wait_s)
        return answered

    def _connection(self) -> _Connection:
        if not hasattr(self._local, "connection"):
            head = _Head()
            transport = RequestsHTTPTransport(
                self.url,
                retries=0,  # gql would repeat by rules of its own, and hide the status
                timeout=self._timeouts,  # type: ignore[arg-type]  # declared int, handed on to requests as it is
                hooks={"response": head.note},
                allow_redirects=False,  # a redirected POST would arrive as a GET
            )
            session = Client(transport=transport).connect_sync()  # type: ignore[no-untyped-call]  # gql's gap
            self._sessions.append(session)
            self._local.connection = _Connection(session, head)
        connection: _Connection = self._local.connection
        return connection


@lru_cache
def _parsed(document: str) -> GraphQLRequest:
    return gql(document)


def _bearer(token: str | None) -> Callable[[Any], Any]:
    """Given as `auth`, even without a token: else `requests` would send what a ~/.netrc says."""

    def authorize(request: Any) -> Any:
        if token:
            request.headers["Authorization"] = f"Bearer {token}"
        return request

    return authorize


def _parse_error(item: Any) -> _Error:
    error = item if isinstance(item, dict) else {}
    extensions = error.get("extensions")
    if not isinstance(extensions, dict):
        extensions = {}
    path = error.get("path")
    retry_after = extensions.get("retryAfter")
    return _Error(
        code=str(extensions.get("code")),
        message=str(error.get("message")),
        field=str(path[0]) if isinstance(path, list) and path else None,
        retry_after_s=float(retry_after) if isinstance(retry_after, int | float) else 0,
    )


def _may_pass(status: int) -> bool:
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS


def _retry_after_s(head: _Head) -> float:
    """What `Retry-After` says, in seconds; 0 without one that can be read."""
    text = head.headers.get("Retry-After", "")
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):  # no date; a date without a zone
        return 0


def _not_graphql(error: Exception, head: _Head) -> Transient:
    what = f"answers HTTP {head.status}, and not in GraphQL"
    if isinstance(error, TransportServerError) and _may_pass(head.status):
        return Transient(what, _retry_after_s(head))
    return NotGraphQL(what)


def _root_cause(error: BaseException) -> str:
    """The operating system's words ("Connection refused") from below the libraries' layers."""
    while cause := error.__cause__ or error.__context__:
        error = cause
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
