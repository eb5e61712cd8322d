"""Persons and companies as enrichment tells them: each field is a clean, bounded text, or None."""

import re
from dataclasses import dataclass
from unicodedata import normalize
from urllib.parse import urlsplit

# In characters. Longer texts are cut; longer addresses and handles are ignored, for cut they would mislead.
MAX_NAME = 100
MAX_LOCATION = 100
MAX_BIO = 500
MAX_URL = 300
MAX_HANDLE = 100
MAX_DOMAIN = 253
MAX_TIME_ZONE = 64

_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_IN_URL = re.compile(r"[^\s<>\"'`\\^{|}]+")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_HANDLE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_TIME_ZONE = re.compile(r"[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*")


@dataclass(frozen=True)
class Person:
    """Who has an address. Handles are what follows the network's host name, LinkedIn's like "in/name"."""

    full_name: str | None = None
    location: str | None = None
    time_zone: str | None = None
    bio: str | None = None
    site: str | None = None
    avatar: str | None = None
    employment_name: str | None = None
    employment_title: str | None = None
    employment_domain: str | None = None
    github_handle: str | None = None
    twitter_handle: str | None = None
    linkedin_handle: str | None = None


@dataclass(frozen=True)
class Company:
    """Whom an address belongs to."""

    name: str | None = None
    domain: str | None = None
    logo: str | None = None
    description: str | None = None


def read_person(value: object) -> Person | None:
    """The `person` of an answer; None if there is none, or if it is no object."""
    if not isinstance(value, dict):
        return None
    return Person(
        full_name=_line(_at(value, "name", "fullName"), MAX_NAME),
        location=_line(_at(value, "location"), MAX_LOCATION),
        time_zone=_shaped(_at(value, "timeZone"), _TIME_ZONE, MAX_TIME_ZONE),
        bio=_text(_at(value, "bio"), MAX_BIO),
        site=_url(_at(value, "site")),
        avatar=_url(_at(value, "avatar")),
        employment_name=_line(_at(value, "employment", "name"), MAX_NAME),
        employment_title=_line(_at(value, "employment", "title"), MAX_NAME),
        employment_domain=_domain(_at(value, "employment", "domain")),
        github_handle=_handle(_at(value, "github", "handle")),
        twitter_handle=_handle(_at(value, "twitter", "handle")),
        linkedin_handle=_handle(_at(value, "linkedin", "handle")),
    )


def read_company(value: object) -> Company | None:
    """The `company` of an answer; None if there is none, or if it is no object."""
    if not isinstance(value, dict):
        return None
    return Company(
        name=_line(_at(value, "name"), MAX_NAME),
        domain=_domain(_at(value, "domain")),
        logo=_url(_at(value, "logo")),
        description=_text(_at(value, "description"), MAX_BIO),
    )


def _at(value: object, *path: str) -> str:
    """The text at a path of names; "" for anything else."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def _text(value: str, limit: int) -> str | None:
    """A text of several lines, in NFC. Cut before it is normalised too, which is slow on hostile lengths."""
    clean = _NOT_TEXT.sub("", _LINE_END.sub("\n", value)).strip()[:limit]
    return normalize("NFC", clean)[:limit].strip() or None


def _line(value: str, limit: int) -> str | None:
    return _text(" ".join(_NOT_TEXT.sub("", value).split()), limit)


def _shaped(value: str, shape: re.Pattern[str], limit: int) -> str | None:
    text = value.strip()
    return text if len(text) <= limit and shape.fullmatch(text) else None


def _domain(value: str) -> str | None:
    return _shaped(value.lower(), _DOMAIN, MAX_DOMAIN)


def _handle(value: str) -> str | None:
    return _shaped(value.strip().removeprefix("@"), _HANDLE, MAX_HANDLE)


def _url(value: str) -> str | None:
    """An http(s) URL without credentials, as it came."""
    text = _shaped(value, _IN_URL, MAX_URL)
    if text is None or _NOT_TEXT.search(text):
        return None
    try:
        parts = urlsplit(text)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
        _ = parts.port
    except ValueError:
        return None
    return text if is_web else None
