"""How text from people is checked and stored: NFC, `\\n` line ends, trimmed, no control characters."""

import re
import unicodedata
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

from accounts.failures import Code, Problems

# Controls but tab and newline, and lone surrogates: neither can be shown, PostgreSQL stores neither.
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
USERNAME = re.compile(r"[A-Za-z0-9_]{3,30}")
DOMAIN = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
MAX_EMAIL = 254
MAX_URL = 300
RESERVED_USERNAMES = frozenset(
    [
        "about",
        "abuse",
        "account",
        "accounts",
        "admin",
        "administrator",
        "anonymous",
        "api",
        "app",
        "auth",
        "blog",
        "bot",
        "contact",
        "deleted",
        "everyone",
        "feed",
        "graphiql",
        "graphql",
        "help",
        "home",
        "info",
        "login",
        "logout",
        "mail",
        "me",
        "mod",
        "moderator",
        "news",
        "nobody",
        "null",
        "official",
        "owner",
        "postmaster",
        "privacy",
        "root",
        "search",
        "security",
        "settings",
        "signin",
        "signout",
        "signup",
        "social",
        "staff",
        "static",
        "status",
        "support",
        "system",
        "team",
        "terms",
        "undefined",
        "user",
        "users",
        "viewer",
        "webmaster",
        "www",
        "you",
    ]
)


def clean_text(
    value: str,
    problems: Problems,
    *field: str,
    max_length: int,
    required: bool = False,
    single_line: bool = False,
) -> str:
    """Text as it is stored; what is wrong with it is noted in `problems` under `field`.

    Args:
        value: as sent.
        max_length: in characters, after trimming.
        required: empty after trimming is REQUIRED.
        single_line: line breaks and tabs become spaces.
    """
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    if FORBIDDEN.search(text):
        problems.add(Code.INVALID, "This text has characters that cannot be shown.", *field)
        return ""
    text = unicodedata.normalize("NFC", text).strip()
    if single_line:
        text = re.sub(r"[\n\t]+", " ", text)
    if required and not text:
        problems.add(Code.REQUIRED, "This cannot be empty.", *field)
    elif len(text) > max_length:
        problems.add(Code.TOO_LONG, f"At most {max_length:,} characters; this has {len(text):,}.", *field)
    return text


def clean_url(value: str, problems: Problems, *field: str) -> str:
    """An http or https address up to 300 characters, kept as text and never fetched."""
    url = clean_text(value, problems, *field, max_length=MAX_URL, single_line=True)
    if not url or len(url) > MAX_URL:
        return url
    try:
        parts = urlsplit(url)
        _ = parts.port  # a ValueError, when it is none
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"[\s<>\"]", url)
    except ValueError:
        good = False
    if not good:
        problems.add(Code.INVALID, "Give an address that begins with http:// or https://.", *field)
    return url


def clean_username(value: str, problems: Problems, *field: str) -> str:
    """A handle: 3 to 30 of A-Z, a-z, 0-9 and _, kept as written; some are reserved."""
    name = value.strip()
    if not name:
        problems.add(Code.REQUIRED, "Choose a username.", *field)
    elif len(name) < 3:
        problems.add(Code.TOO_SHORT, "A username has at least 3 characters.", *field)
    elif len(name) > 30:
        problems.add(Code.TOO_LONG, "A username has at most 30 characters.", *field)
    elif not USERNAME.fullmatch(name) or FORBIDDEN.search(value):
        problems.add(Code.INVALID, "A username has letters A to Z, digits and _ only.", *field)
    elif name.lower() in RESERVED_USERNAMES:
        problems.add(Code.TAKEN, "This username is reserved.", *field)
    return name


def clean_email(value: str, problems: Problems, *field: str) -> str:
    """A mail address, normalised. Its syntax is checked, not whether it exists."""
    address = value.strip()
    if not address:
        problems.add(Code.REQUIRED, "Give an e-mail address.", *field)
        return ""
    if len(address) > MAX_EMAIL:
        problems.add(Code.TOO_LONG, f"An e-mail address has at most {MAX_EMAIL} characters.", *field)
        return ""
    try:
        if FORBIDDEN.search(value):
            raise EmailNotValidError
        return validate_email(address, check_deliverability=False).normalized
    except (EmailNotValidError, UnicodeError):
        problems.add(Code.INVALID, "This is not an e-mail address.", *field)
        return ""


def email_key(email: str) -> str:
    """What makes an address unique without regard to case.

    Composed anew after folding, which takes some letters apart: so it is never longer than the 254 bytes
    that an address may have.
    """
    return unicodedata.normalize("NFC", email.casefold())
