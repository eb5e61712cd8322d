"""What the sandbox answers: a function of provider, address and how often that was asked, nothing else."""

import json
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from hashlib import sha256
from typing import Any, TypeVar

T = TypeVar("T")


class Provider(StrEnum):
    """Whom a call was meant for; Hunter's two services count apart, so that each has its own "twice"."""

    HUNTER = "hunter"
    HUNTER_ENRICHMENT = "hunter_enrichment"
    CLEARBIT = "clearbit"


class Content(Enum):
    """What stands in the body of a 200."""

    PLAUSIBLE = auto()
    NO_PERSON = auto()
    NO_COMPANY = auto()
    SPARSE = auto()
    GARBAGE = auto()


@dataclass(frozen=True)
class Reply:
    """One answer of a case.

    email_status: Hunter's word, in a 200 of its verifier. silent: the connection closes without an answer.
    """

    status: int = 200
    email_status: str = "valid"
    content: Content = Content.PLAUSIBLE
    retry_after_s: int | None = None
    slow: bool = False
    silent: bool = False


Script = tuple[Reply, ...]  # by turn; the last one answers for ever

FINE = Reply()
SLOW = Reply(slow=True)
SILENT = Reply(silent=True)
GARBAGE = Reply(content=Content.GARBAGE)


def _says(email_status: str) -> Reply:
    return Reply(email_status=email_status)


# Both tables by what stands before the first "+" of the local part; any other address is FINE.
HUNTER_SCRIPTS: dict[str, Script] = {
    "invalid": (_says("invalid"),),
    "disposable": (_says("disposable"),),
    "webmail": (_says("webmail"),),
    "accept-all": (_says("accept_all"),),
    "unknown": (_says("unknown"),),
    "pending": (Reply(202), Reply(202), FINE),
    "later-invalid": (Reply(202), Reply(202), _says("invalid")),
    "strange": (Reply(222), Reply(222), FINE),
    "wrong": (Reply(400),),
    "unauthorized": (Reply(401),),
    "limited": (Reply(403, retry_after_s=1), Reply(403, retry_after_s=1), FINE),
    "broke": (Reply(429),),
    "claimed": (Reply(451),),
    "slow": (SLOW,),
    "down": (Reply(503), Reply(503), Reply(503), FINE),
    "dead": (SILENT,),
    "garbage": (GARBAGE, GARBAGE, FINE),
}
ENRICHMENT_SCRIPTS: dict[str, Script] = {
    "pending": (Reply(202), Reply(202), FINE),
    "wrong": (Reply(422),),
    "unauthorized": (Reply(401),),
    "limited": (Reply(429, retry_after_s=1), Reply(429, retry_after_s=1), FINE),
    "broke": (Reply(402),),
    "claimed": (Reply(451),),
    "slow": (SLOW,),
    "down": (Reply(503), Reply(503), Reply(503), FINE),
    "dead": (SILENT,),
    "garbage": (GARBAGE, GARBAGE, FINE),
    "stranger": (Reply(404),),
    "nobody": (Reply(content=Content.NO_PERSON),),
    "no-company": (Reply(content=Content.NO_COMPANY),),
    "sparse": (Reply(content=Content.SPARSE),),
}
ERROR_IDS = {
    400: "wrong_params",
    401: "authentication_failed",
    402: "payment_required",
    403: "too_many_requests",
    404: "not_found",
    422: "email_invalid",
    429: "usage_exceeded",
    451: "claimed_email",
    503: "unavailable",
}

FIRST_NAMES = (
    "Ada",
    "Blaise",
    "Chiara",
    "Dmitri",
    "Edith",
    "Farid",
    "Grace",
    "Hedy",
    "Ivo",
    "Jarmila",
    "Kofi",
)
LAST_NAMES = (
    "Almeida",
    "Berg",
    "Castellanos",
    "Dvořák",
    "Eriksen",
    "Farah",
    "Gupta",
    "Horvat",
    "Ito",
    "Jansen",
)
PLACES = (
    ("Zagreb, Croatia", "Europe/Zagreb"),
    ("Lisbon, Portugal", "Europe/Lisbon"),
    ("Nairobi, Kenya", "Africa/Nairobi"),
    ("Osaka, Japan", "Asia/Tokyo"),
    ("Portland, OR, US", "America/Los_Angeles"),
    ("Montevideo, Uruguay", "America/Montevideo"),
)
COMPANIES = ("Northwind", "Bluefin", "Copperleaf", "Driftwood", "Evenkeel", "Fieldstone", "Greyhaven")
TRADES = ("Maps", "Instruments", "Books", "Robotics", "Textiles", "Energy", "Foods")
TITLES = ("Engineer", "Designer", "Editor", "Product Manager", "Analyst", "Founder")


def reply_to(provider: Provider, address: str, turn: int) -> Reply:
    """The answer to the `turn`-th question (from 0) about an address."""
    case, plus, _ = address.partition("@")[0].partition("+")
    scripts = HUNTER_SCRIPTS if provider is Provider.HUNTER else ENRICHMENT_SCRIPTS
    script = scripts.get(case.lower(), (FINE,)) if plus else (FINE,)
    return script[min(turn, len(script) - 1)]


def body_of(reply: Reply, provider: Provider, address: str) -> bytes:
    """The bytes that follow a reply's headers."""
    if reply.content is Content.GARBAGE:
        return b"<html>We'll be back soon!</html>"
    if reply.status in ERROR_IDS:
        document = _error(reply.status)
    elif reply.status != 200:
        document = {"meta": {"params": {"email": address}}}
    elif provider is Provider.HUNTER:
        document = _verification(reply.email_status, address)
    else:
        document = _combined(reply.content, address)
    return json.dumps(document, ensure_ascii=False).encode()


def _error(status: int) -> dict[str, Any]:
    error_id = ERROR_IDS[status]
    return {"errors": [{"id": error_id, "code": status, "details": f"The sandbox answers: {error_id}."}]}


def _verification(email_status: str, address: str) -> dict[str, Any]:
    delivers = email_status not in ("invalid", "disposable")
    data: dict[str, Any] = {
        "status": email_status,
        "result": "deliverable" if email_status == "valid" else "risky" if delivers else "undeliverable",
        "score": 97 if email_status == "valid" else 50 if delivers else 3,
        "email": address,
        "regexp": True,
        "gibberish": False,
        "disposable": email_status == "disposable",
        "webmail": email_status == "webmail",
        "mx_records": email_status != "invalid",
        "smtp_server": email_status != "invalid",
        "smtp_check": delivers,
        "accept_all": email_status == "accept_all",
        "block": False,
        "sources": [],
    }
    return {"data": data, "meta": {"params": {"email": address}}}


def _combined(content: Content, address: str) -> dict[str, Any]:
    facts = _Facts(address)
    if content is Content.SPARSE:
        return {
            "person": {"name": {"fullName": facts.full_name}, "bio": None},
            "company": {"name": facts.company},
        }
    return {
        "person": None if content is Content.NO_PERSON else facts.person(),
        "company": None if content is Content.NO_COMPANY else facts.company_record(),
    }


class _Facts:
    """Somebody who could have an address, the same every time."""

    def __init__(self, address: str) -> None:
        digest = sha256(address.lower().encode(errors="replace")).digest()
        self.address = address
        self.first_name, self.last_name = _pick(FIRST_NAMES, digest[0]), _pick(LAST_NAMES, digest[1])
        self.full_name = f"{self.first_name} {self.last_name}"
        self.location, self.time_zone = _pick(PLACES, digest[2])
        self.company = f"{_pick(COMPANIES, digest[3])} {_pick(TRADES, digest[4])}"
        self.title = _pick(TITLES, digest[5])
        self.handle = f"{self.first_name.lower()}-{digest[6:9].hex()}"
        self.domain = f"{self.company.lower().replace(' ', '-')}.example"

    def person(self) -> dict[str, Any]:
        """As Clearbit describes a person."""
        return {
            "name": {"fullName": self.full_name, "givenName": self.first_name, "familyName": self.last_name},
            "email": self.address,
            "location": self.location,
            "timeZone": self.time_zone,
            "bio": f"{self.title} at {self.company}. Lives in {self.location}.",
            "site": f"https://{self.handle}.example/",
            "avatar": f"https://avatars.example/{self.handle}.png",
            "employment": {"domain": self.domain, "name": self.company, "title": self.title},
            "github": {"handle": self.handle},
            "twitter": {"handle": self.handle.replace("-", "_")},
            "linkedin": {"handle": f"in/{self.handle}"},
        }

    def company_record(self) -> dict[str, Any]:
        """As Clearbit describes a company."""
        return {
            "name": self.company,
            "domain": self.domain,
            "logo": f"https://logos.example/{self.domain}.png",
            "description": f"{self.company} makes things that people in {self.location} talk about.",
        }


def _pick(choices: tuple[T, ...], number: int) -> T:
    return choices[number % len(choices)]
