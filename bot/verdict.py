"""What the referee is given besides the journal, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class ServerPost:
    """A post as the server has it: its global ID, and the usernames of its author and its likers."""

    id: str
    author: str
    like_count: int
    likers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServerData:
    """What was read back from the server: usernames, and posts with all their likers by ID.

    Everything that the run had acknowledged must have been looked for; other people's users and posts may be
    there too and are ignored.
    """

    users: frozenset[str]
    posts: Mapping[str, ServerPost]


class Rule(StrEnum):
    """What can be broken. The value is the rule's short name, `text` what it demands."""

    text: str

    def __new__(cls, name: str, text: str) -> "Rule":
        rule = str.__new__(cls, name)
        rule._value_ = name
        rule.text = text
        return rule

    JOURNAL = "journal", "The journal is well-formed: nothing is missing, out of order or unknown."
    SIGNUPS = "signups", "As many users as configured signed up, or were refused."
    POSTS = "posts", "Every user wrote at least one post and at most as many as configured, before any like."
    WHOSE_TURN = (
        "rule 1",
        "The next turn goes to the user with the most posts of those who are below the maximum and can like.",
    )
    WHOLE_TURN = "rule 2", "A turn lasts until the maximum is reached or nothing permitted is left."
    PERMITTED_POST = (
        "rule 3",
        "A user likes only posts of others, each at most once, whose author has a post with 0 likes.",
    )
    STOP = "rule 4", "The bot stops when no post has 0 likes or nobody can act, then and not before."
    MAXIMUM = "rule 5", "Nobody makes more likes than the maximum; only likes that succeeded count."
    LIKE_COUNTS = (
        "like counts",
        "Every like count equals the number of likers, and none contradicts the likes made.",
    )
    SELF_LIKES = "self-likes", "Nobody likes a post of their own on the server."
    DOUBLE_LIKES = "double likes", "Nobody likes a post twice on the server."
    ACKNOWLEDGED = "acknowledged", "Every user, post and like that was acknowledged is on the server."
    NOTHING_ELSE = (
        "unknown to the journal",
        "The server has no like or post by these users that the journal does not know or calls gone.",
    )
    FINISHED = "finished", "The run came to its end."


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule. `seq` and `entry` are the action's, None when no single action of the journal did it."""

    seq: int | None
    rule: Rule
    message: str
    entry: Mapping[str, Any] | None = None

    def __str__(self) -> str:
        place = "" if self.seq is None else f" (action {self.seq})"
        return f"{self.rule}{place}: {self.message}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`violation` is the first one, None when all holds. `checks` is how often each rule was checked.

    `broken` has the rules of all violations found. The actions are judged up to the first wrong one, since
    what follows may be its consequence; the server's data is judged in any case.
    """

    ok: bool
    violation: Violation | None
    checks: Mapping[Rule, int]
    broken: tuple[Rule, ...] = ()
