"""The people of a run and what they write, derived from the seed, the run and the place.

Derived, so that a resumed run knows them again: nothing secret needs to be stored.
"""

from dataclasses import dataclass
from hashlib import sha256
from random import Random
from secrets import token_hex

from bot.rules import Place

_FIRST_NAMES = (
    *("ada", "amir", "ana", "bela", "chen", "dana", "eero", "emil", "fatima", "goran", "hana", "hugo"),
    *("ines", "ivan", "jana", "kai", "lena", "luka", "maya", "mila", "nina", "noor", "omar", "petra"),
    *("rosa", "sami", "tara", "vera", "yuki", "zoe"),
)
_OPENINGS = (
    "Just tried",
    "Thinking about",
    "Does anybody else like",
    "A few words on",
    "Back from",
    "Reading about",
)
_SUBJECTS = (
    "gardening",
    "tea",
    "mountains",
    "chess",
    "trains",
    "baking",
    "jazz",
    "lighthouses",
    "kites",
    "maps",
)
_CLOSINGS = ("More soon.", "What do you think?", "Highly recommended.", "Never again.", "It made my day.")


@dataclass(frozen=True, slots=True)
class Person:
    """Who signs up as number `index` of a run."""

    index: int
    username: str
    email: str
    password: str
    display_name: str


def new_run_id() -> str:
    """A short name for a run that no other has, on any machine: it keeps their usernames apart."""
    return token_hex(5)


def person(index: int, *, seed: int, run: str, email_domain: str) -> Person:
    """User number `index` of the run.

    The password is strong against everybody but those who have the journal, which says seed and run: these
    are throw-away accounts, and a resumed run must be able to sign in to them with the journal alone.
    """
    first_name = _random(seed, "name", index).choice(_FIRST_NAMES)
    username = f"{first_name}_{run}_{index}"
    password = sha256(f"{seed} password {run} {index}".encode()).hexdigest()[:40]
    return Person(index, username, f"{username}@{email_domain}", password, first_name.capitalize())


def post_body(post: Place, *, seed: int) -> str:
    """The text of a post. The same each time it is sent: an idempotency key stands for one text."""
    random = _random(seed, "text", post.author, post.number)
    subject = random.choice(_SUBJECTS)
    return f"{random.choice(_OPENINGS)} {subject}. {random.choice(_CLOSINGS)} #{subject}"


def post_key(post: Place, *, run: str) -> str:
    """The idempotency key of a post."""
    return f"{run}-{post.author}-{post.number}"


def _random(seed: int, *purpose: object) -> Random:
    return Random(" ".join(map(str, (seed, *purpose))))  # noqa: S311 - repeatable is the point, not secret
