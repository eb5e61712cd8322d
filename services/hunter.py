"""Hunter: is an e-mail address real? By https://hunter.io/api-documentation/v2#email-verifier."""

import logging
import re
from dataclasses import dataclass
from enum import StrEnum

from services.answers import Answer
from services.breaker import Breaker
from services.errors import BadStatus, ServiceError, UnknownShape
from services.http import Endpoint
from services.provider import Provider, fingerprint, log_level

HUNTER_URL = "https://api.hunter.io"

log = logging.getLogger(__name__)


class Outcome(StrEnum):
    """What Hunter says about an address."""

    VALID = "VALID"
    UNCONFIRMED = "UNCONFIRMED"  # perhaps it receives mail: Hunter could not look closer
    UNDELIVERABLE = "UNDELIVERABLE"
    DISPOSABLE = "DISPOSABLE"
    MALFORMED = "MALFORMED"
    PENDING = "PENDING"  # no verdict yet: ask again later
    CLAIMED = "CLAIMED"  # its owner forbids processing: never ask any provider about it again


@dataclass(frozen=True)
class Verdict:
    """An outcome; why it is not more, as a word for programs; seconds that Hunter asks us to wait."""

    outcome: Outcome
    problem: str | None = None
    retry_after_s: float | None = None


BY_EMAIL_STATUS = {
    "valid": Outcome.VALID,
    "webmail": Outcome.UNCONFIRMED,
    "accept_all": Outcome.UNCONFIRMED,
    "unknown": Outcome.UNCONFIRMED,
    "invalid": Outcome.UNDELIVERABLE,
    "disposable": Outcome.DISPOSABLE,
}
BY_HTTP_STATUS = {
    202: Outcome.PENDING,  # still verifying
    222: Outcome.PENDING,  # the far mail server answered strangely
    400: Outcome.MALFORMED,
    401: Outcome.PENDING,  # our key is wrong
    403: Outcome.PENDING,  # too many requests
    429: Outcome.PENDING,  # credits used up
    451: Outcome.CLAIMED,
}
OUR_FAULT = frozenset({"http_401", "http_429"})
EXPECTED = frozenset({"http_202", "http_222", "http_400", "http_403", "http_451", "circuit_open"})

_NAMEABLE = re.compile(r"[a-z_]{1,30}")


class Hunter:
    """Asks Hunter. Safe to share between threads.

    breaker_failures, breaker_reset_s: see `Breaker`.
    Raises: ValueError for a key or URL that cannot be used.
    """

    def __init__(
        self,
        *,
        api_key: str,
        base_url: str = HUNTER_URL,
        breaker_failures: int = 5,
        breaker_reset_s: float = 30.0,
    ) -> None:
        self._provider = Provider(
            Endpoint(base_url=base_url, header="X-API-KEY", key=api_key),
            Breaker(failures=breaker_failures, reset_s=breaker_reset_s),
        )

    def verify(self, email: str, *, deadline_s: float) -> Verdict:
        """What Hunter says about an address. "Could not tell" is PENDING with a problem, never an exception.

        deadline_s: seconds in all, a second try included.
        """
        try:
            verdict = self._provider.ask(
                "/v2/email-verifier", {"email": email}, deadline_s=deadline_s, judge=judge
            )
        except ServiceError as error:
            verdict = Verdict(Outcome.PENDING, error.problem, error.retry_after_s)
        level = log_level(verdict.problem, our_fault=OUR_FAULT, expected=EXPECTED)
        log.log(level, "address %s: %s, problem: %s", fingerprint(email), verdict.outcome, verdict.problem)
        return verdict


def judge(answer: Answer) -> Verdict:
    """The verdict that an answer stands for. Raises: BadAnswer for what only a Hunter in trouble says."""
    if answer.status == 200:
        return _judge_data(answer.json_object().get("data"))
    if answer.status not in BY_HTTP_STATUS:
        raise BadStatus(answer.problem, answer.retry_after_s)
    return Verdict(BY_HTTP_STATUS[answer.status], answer.problem, answer.retry_after_s)


def _judge_data(data: object) -> Verdict:
    status = data.get("status") if isinstance(data, dict) else None
    if not isinstance(status, str):
        raise UnknownShape
    if status in BY_EMAIL_STATUS:
        return Verdict(BY_EMAIL_STATUS[status])
    named = f":{status}" if _NAMEABLE.fullmatch(status) else ""
    return Verdict(Outcome.PENDING, f"unknown_status{named}")
