"""What a journal says: one event a line, with its number and its time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar, get_type_hints

from bot.config import Config


class StopReason(StrEnum):
    """Why phase 3 ended; both are success."""

    ALL_LIKED = "all_liked"
    NOBODY_CAN_ACT = "nobody_can_act"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The run as it was asked for. `url` is where it went, `config.url` the same."""

    kind: ClassVar[str] = "run"
    run: str
    seed: int
    config: Config
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signup:
    """`user` (a username) exists now; `index` is the user's number in the run, from 0."""

    kind: ClassVar[str] = "signup"
    user: str
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """`post` (a global ID) exists now; `user` and `author` are who wrote it, `index` its number there."""

    kind: ClassVar[str] = "post"
    user: str
    author: str
    index: int
    post: str
    like_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A user's turn begins. `posts` is how many living posts they have, `permitted` how many they may like.

    `zero` and `gone` are what the server said just before: the run's posts with 0 likes, and those no more.
    """

    kind: ClassVar[str] = "turn"
    user: str
    reason: str
    posts: int
    permitted: int
    zero: tuple[str, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Like:
    """`user` likes `post` by `author` now; `like_count` is the server's, just after."""

    kind: ClassVar[str] = "like"
    user: str
    post: str
    author: str
    like_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The server refused, with the code `reason`:

    - a like: `post` is set; that post leaves the run;
    - a post: `index` is set, its number among the author's, and `user` has signed up before;
    - a signup: `index` is set, the user's number, and `user` has not signed up;
    - an account in phase 3 (nobody can sign in to it any more): neither is set; the user acts no more.
    """

    kind: ClassVar[str] = "refused"
    user: str
    reason: str
    post: str | None = None
    index: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Phase 3 is over. `zero` and `gone` are what the server said just before, as in a turn."""

    kind: ClassVar[str] = "stop"
    reason: StopReason
    zero: tuple[str, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The referee's verdict on everything above; `reason` says it in a sentence."""

    kind: ClassVar[str] = "proof"
    ok: bool
    reason: str


Event = Run | Signup | Post | Turn | Like | Refused | Stop | Proof
_KINDS: tuple[type[Event], ...] = (Run, Signup, Post, Turn, Like, Refused, Stop, Proof)
_EVENTS: Mapping[str, type[Event]] = {kind.kind: kind for kind in _KINDS}
_FIELDS: Mapping[type[Any], Mapping[str, Any]] = {
    kind: {field.name: get_type_hints(kind)[field.name] for field in fields(kind)}
    for kind in (*_KINDS, Config)
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: `seq` counts from 0 (the run), `at` is when it was written, in UTC."""

    seq: int
    at: datetime
    event: Event

    def as_object(self) -> Mapping[str, Any]:
        """The JSON object that stands in the file."""
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        line = {"kind": self.event.kind, "seq": self.seq, "at": at}
        line |= {
            name: value
            for name in _FIELDS[type(self.event)]
            if (value := getattr(self.event, name)) is not None
        }
        return line


def read_entry(data: Mapping[str, Any]) -> Entry:
    """The entry that a line holds. Raises `ValueError` saying what is wrong with it."""
    event = _EVENTS.get(str(data.get("kind")))
    if event is None:
        raise ValueError(f"unknown kind {data.get('kind')!r}")
    at = datetime.fromisoformat(_value(data, "at", str))
    if at.tzinfo is None:
        raise ValueError("`at` has no time zone")
    return Entry(_value(data, "seq", int), at, _build(event, data))


def _build(kind: type[Any], data: Mapping[str, Any]) -> Any:
    return kind(**{name: _value(data, name, hint) for name, hint in _FIELDS[kind].items()})


def _value(data: Mapping[str, Any], name: str, kind: Any) -> Any:
    value: Any = data.get(name)
    if not _CHECKS[kind](value):
        raise ValueError(f"`{name}` is {'missing' if value is None else 'of the wrong type'}")
    if kind is Config:
        return _build(Config, value)
    if kind is StopReason:
        return StopReason(value)
    return tuple(value) if isinstance(value, list) else value


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)  # JSON's true is an int to Python


_CHECKS: Mapping[Any, Callable[[Any], bool]] = {
    str: lambda value: isinstance(value, str),
    int: _is_int,
    bool: lambda value: isinstance(value, bool),
    tuple[str, ...]: lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value),
    str | None: lambda value: value is None or isinstance(value, str),
    int | None: lambda value: value is None or _is_int(value),
    StopReason: lambda value: isinstance(value, str),
    Config: lambda value: isinstance(value, dict),
}
