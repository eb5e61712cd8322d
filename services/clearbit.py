"""Who is behind an e-mail address? Asked of Clearbit, or of Hunter, which answers in Clearbit's format.

By https://dashboard.clearbit.com/docs#enrichment-api-combined-api and https://hunter.io/api-documentation/v2.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Protocol

from services.answers import Answer
from services.breaker import Breaker
from services.errors import BadStatus, ServiceError, UnknownShape
from services.http import Endpoint
from services.hunter import HUNTER_URL
from services.people import Company, Person, read_company, read_person
from services.provider import Provider, fingerprint, log_level

CLEARBIT_URL = "https://person.clearbit.com"

log = logging.getLogger(__name__)


class Outcome(StrEnum):
    """How a search for a person ended."""

    FOUND = "FOUND"
    NOT_FOUND = "NOT_FOUND"  # nobody known: never ask again
    LATER = "LATER"
    CLAIMED = "CLAIMED"  # the address's owner forbids processing: never ask any provider about it again


@dataclass(frozen=True)
class Enrichment:
    """An outcome and what was found; `raw` is the whole answer, to be kept once.

    problem: why there is not more, as a word for programs. retry_after_s: seconds we are asked to wait.
    """

    outcome: Outcome
    person: Person | None = None
    company: Company | None = None
    raw: dict[str, Any] | None = field(default=None, repr=False)  # it holds the address
    problem: str | None = None
    retry_after_s: float | None = None


class Enricher(Protocol):
    """Somebody who knows people by their address."""

    def find(self, email: str, *, deadline_s: float) -> Enrichment:
        """Whoever is known by an address. "Could not tell" is LATER with a problem, never an exception.

        deadline_s: seconds in all, a second try included.
        """


BY_HTTP_STATUS = {
    202: Outcome.LATER,  # still looking
    401: Outcome.LATER,  # our key is wrong
    402: Outcome.LATER,  # credits used up
    403: Outcome.LATER,  # our key is not for this
    404: Outcome.NOT_FOUND,
    422: Outcome.NOT_FOUND,  # not an address that it takes
    429: Outcome.LATER,  # too many requests
    451: Outcome.CLAIMED,
}
# 451: Hunter's verdict should have kept us from asking.
OUR_FAULT = frozenset({"http_401", "http_402", "http_403", "http_451"})
EXPECTED = frozenset({"http_202", "http_404", "http_422", "http_429", "circuit_open"})


class _Combined:
    """The call that both enrichers answer alike. Safe to share between threads.

    breaker_failures, breaker_reset_s: see `Breaker`.
    Raises: ValueError for a key or URL that cannot be used.
    """

    default_url: ClassVar[str]
    header: ClassVar[str]
    key_prefix: ClassVar[str] = ""
    options: ClassVar[Mapping[str, str]] = {}

    def __init__(
        self,
        *,
        api_key: str,
        base_url: str | None = None,
        breaker_failures: int = 5,
        breaker_reset_s: float = 30.0,
    ) -> None:
        url, key = base_url or self.default_url, f"{self.key_prefix}{api_key}"
        self._provider = Provider(
            Endpoint(base_url=url, header=self.header, key=key),
            Breaker(failures=breaker_failures, reset_s=breaker_reset_s),
        )

    def find(self, email: str, *, deadline_s: float) -> Enrichment:
        """See `Enricher`."""
        query = {"email": email, **self.options}
        try:
            found = self._provider.ask("/v2/combined/find", query, deadline_s=deadline_s, judge=judge)
        except ServiceError as error:
            found = Enrichment(Outcome.LATER, problem=error.problem, retry_after_s=error.retry_after_s)
        level = log_level(found.problem, our_fault=OUR_FAULT, expected=EXPECTED)
        log.log(level, "address %s: %s, problem: %s", fingerprint(email), found.outcome, found.problem)
        return found


class Clearbit(_Combined):
    """Asks Clearbit."""

    default_url = CLEARBIT_URL
    header = "Authorization"
    key_prefix = "Bearer "


class HunterEnrichment(_Combined):
    """Asks Hunter, for those who have no key of Clearbit's."""

    default_url = HUNTER_URL
    header = "X-API-KEY"
    options: ClassVar = {"clearbit_format": "true"}


def judge(answer: Answer) -> Enrichment:
    """What an answer stands for. Raises: BadAnswer for what only a provider in trouble says."""
    if answer.status == 200:
        return _read(answer.json_object())
    if answer.status not in BY_HTTP_STATUS:
        raise BadStatus(answer.problem, answer.retry_after_s)
    outcome = BY_HTTP_STATUS[answer.status]
    return Enrichment(outcome, problem=answer.problem, retry_after_s=answer.retry_after_s)


def _read(raw: dict[str, Any]) -> Enrichment:
    if "person" not in raw and "company" not in raw:
        raise UnknownShape
    person, company = read_person(raw.get("person")), read_company(raw.get("company"))
    return Enrichment(Outcome.FOUND, person, company, raw)
