"""The server as the bot relies on it: what fails and may pass is sent again, and tokens are renewed.

Everything the bot sends may be sent again (likes state a wish, posts carry an idempotency key, a signup that
is TAKEN by our password has taken effect), so there is this one place where it is done.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    sleep_using_event,
    stop_any,
    stop_before_delay,
    stop_when_event_set,
    wait_random_exponential,
)

from bot.client import FieldError, GraphQLClient, NotGraphQL, ServerAway, TokenRefused, Transient

_TOKENS = "token refreshToken errors { code }"
_SIGN_IN = f"mutation($input: TokenAuthInput!) {{ auth: tokenAuth(input: $input) {{ {_TOKENS} }} }}"
_REFRESH = f"mutation($input: RefreshTokenInput!) {{ auth: refreshToken(input: $input) {{ {_TOKENS} }} }}"
_ANYTHING = "{ __typename }"

_backoff_s = wait_random_exponential(multiplier=0.1, max=5)


class AccountLost(Exception):
    """The server lets us sign in to this account no more. `code` is its reason."""

    def __init__(self, username: str, code: str) -> None:
        super().__init__(f"{username} cannot sign in: {code}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds: for a connection, for an answer, for a server that is away."""

    connect_s: float = 5
    answer_s: float = 20  # the server itself gives up on a request after 10
    first_contact_s: float = 5  # a wrong URL is told soon
    away_s: float = 60


@dataclass(slots=True)
class Account:
    """A user's credentials and tokens. Several threads may use one; the lock lets only one of them renew."""

    username: str
    password: str
    token: str | None = None
    refresh_token: str | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class Server:
    """The server at one URL; threads may share it.

    `stop`, once set, ends all waiting. `notice` gets a sentence when the server keeps us waiting.
    """

    def __init__(
        self, url: str, *, patience: Patience, stop: threading.Event, notice: Callable[[str], None]
    ) -> None:
        self.url = url
        self._patience = patience
        self._stop = stop
        self._notice = notice
        self._is_proven = False
        self._client = GraphQLClient(
            url, connect_timeout_s=patience.connect_s, answer_timeout_s=patience.answer_s
        )

    def prove_endpoint(self) -> None:
        """Raises `ServerAway` unless a GraphQL server answers soon."""
        answer = self._retry(self._patience.first_contact_s, _ANYTHING, {}, None)
        if not isinstance(answer.get("__typename"), str):
            raise ServerAway(f"{self.url} answers, but is no GraphQL endpoint.")
        self._is_proven = True

    def ask(
        self, document: str, variables: Mapping[str, Any], account: Account | None = None
    ) -> dict[str, Any]:
        """The root fields of the answer by alias, asked as `account`, or anonymously.

        Fields that failed for the time being may be missing, but never the first; one that was refused as a
        whole is a `FieldError`. Raises `ServerAway` when patience has run out, and `AccountLost`.
        """
        return self._retry(self._patience.away_s, document, variables, account)

    def sign_in(self, account: Account) -> None:
        """Makes sure that the account can be signed in to. Raises `AccountLost` and `ServerAway`."""
        self.ask(_ANYTHING, {}, account)

    def close(self) -> None:
        """Closes all connections."""
        self._client.close()

    def _retry(
        self, patience_s: float, document: str, variables: Mapping[str, Any], account: Account | None
    ) -> dict[str, Any]:
        retrying = Retrying(
            retry=retry_if_exception_type(Transient),
            wait=_wait_s,
            stop=stop_any(stop_before_delay(patience_s), stop_when_event_set(self._stop)),
            sleep=sleep_using_event(self._stop),
            before_sleep=self._tell,
            reraise=True,
        )
        try:
            return retrying(self._ask_as, account, document, variables)
        except Transient as error:
            what = "The server stays away" if self._is_proven else "There is no server that answers"
            asked = f"; it asks to wait {error.after_s:g} s" if error.after_s else ""
            raise ServerAway(
                f"{what} at {self.url}: {error}{asked}. The bot's patience is {patience_s:g} s."
            ) from error

    def _tell(self, state: RetryCallState) -> None:
        """One lost answer is nothing to tell; a server that stays away is."""
        if state.attempt_number == 4 and state.outcome:
            self._notice(f"waiting for the server: {state.outcome.exception()}")

    def _ask_as(self, account: Account | None, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        if account is None:
            return self._send(document, variables, None)
        for _ in range(3):  # a fresh token may be revoked again before we come to use it
            token = self._token(account)
            try:
                return self._send(document, variables, token)
            except TokenRefused:
                _forget(account, token)
        raise AccountLost(account.username, "UNAUTHENTICATED")

    def _token(self, account: Account) -> str:
        """The account's token. When there is none, whichever thread comes first gets one for all."""
        with account.lock:
            if account.token is None:
                with schema_kept(self.url):
                    self._renew(account)
            return str(account.token)

    def _renew(self, account: Account) -> None:
        tokens: Mapping[str, Any] = {}
        if account.refresh_token:
            tokens = self._tokens(_REFRESH, {"refreshToken": account.refresh_token})
            account.refresh_token = None  # it works once; if it did not, the password does
        if not tokens.get("token"):
            tokens = self._tokens(_SIGN_IN, {"username": account.username, "password": account.password})
        if not tokens.get("token"):
            raise AccountLost(account.username, tokens["errors"][0]["code"])
        account.token, account.refresh_token = tokens["token"], tokens["refreshToken"]

    def _tokens(self, document: str, credentials: Mapping[str, str]) -> Mapping[str, Any]:
        answer = self._send(document, {"input": credentials}, None)["auth"]
        return {"errors": [{"code": answer.code}]} if isinstance(answer, FieldError) else answer

    def _send(self, document: str, variables: Mapping[str, Any], token: str | None) -> dict[str, Any]:
        if self._stop.is_set():
            raise Transient("the bot is stopping")
        try:
            return self._client.send(document, variables, token)
        except NotGraphQL as error:
            if self._is_proven:  # a proxy, most likely, that says its server is away
                raise
            raise ServerAway(f"{self.url} {error}: it is no GraphQL endpoint.") from error
        except TokenRefused:
            if token is None:
                raise ServerAway(f"{self.url} answers only who has signed in.") from None
            raise


@contextmanager
def schema_kept(url: str) -> Iterator[None]:
    """Taking an answer apart: what does not fit is the server's fault, and told as such."""
    try:
        yield
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        raise ServerAway(f"{url} answers something else than its schema promises.") from error


def _forget(account: Account, token: str) -> None:
    """Drops a refused token, unless another thread has put a new one in its place."""
    with account.lock:
        if account.token == token:
            account.token = None


def _wait_s(state: RetryCallState) -> float:
    """Backoff with jitter; on top of what the server asked for, so that not all threads return at once."""
    error = state.outcome.exception() if state.outcome else None
    asked_s = error.after_s if isinstance(error, Transient) else 0
    return asked_s + min(_backoff_s(state), 1) if asked_s else _backoff_s(state)
