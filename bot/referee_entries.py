"""The journal's lines, read strictly: what the format promises must be there, anything else may be."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any


class MalformedJournal(Exception):
    """The journal is not what its format promises. The text is ready to follow the line's number."""


@dataclass(frozen=True, slots=True)
class Run:
    """The configured numbers of the run."""

    number_of_users: int
    max_posts_per_user: int
    max_likes_per_user: int


@dataclass(frozen=True, slots=True)
class Signup:
    user: str
    index: int


@dataclass(frozen=True, slots=True)
class Post:
    author: str
    index: int
    id: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What the server said before a turn or the stop: posts with 0 likes, and posts that are no more."""

    zero: frozenset[str]
    gone: frozenset[str]


@dataclass(frozen=True, slots=True)
class Turn:
    """`posts` and `permitted` are what the bot says of itself, None in a journal that does not say it."""

    user: str
    reading: Reading
    posts: int | None
    permitted: int | None


@dataclass(frozen=True, slots=True)
class Like:
    user: str
    post: str
    author: str
    like_count: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A refused like has `post`, a refused signup or post `index`, a refused account neither."""

    user: str
    post: str | None
    index: int | None


@dataclass(frozen=True, slots=True)
class Stop:
    reason: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class Proof:
    ok: bool


Event = Run | Signup | Post | Turn | Like | Refused | Stop | Proof


def read_entry(entry: Mapping[str, Any], seq: int) -> Event:
    """The event in `entry`, which must be number `seq` of the journal. Raises `MalformedJournal`."""
    kind = _text(entry, "kind")
    if kind not in _READERS:
        raise MalformedJournal(f"unknown kind {kind!r}")
    if (kind == "run") != (seq == 0):
        raise MalformedJournal("the first line, and no other, must be the run")
    if _number(entry, "seq") != seq:
        raise MalformedJournal(f"`seq` is {entry['seq']}, but {seq} is due")
    _check_time(entry)
    return _READERS[kind](entry)


def _run(entry: Mapping[str, Any]) -> Run:
    _text(entry, "run")
    _text(entry, "url")
    _number(entry, "seed")
    config = entry.get("config")
    if not isinstance(config, Mapping):
        raise _wrong(entry, "config")
    return Run(
        number_of_users=_number(config, "number_of_users"),
        max_posts_per_user=_number(config, "max_posts_per_user"),
        max_likes_per_user=_number(config, "max_likes_per_user"),
    )


def _signup(entry: Mapping[str, Any]) -> Signup:
    return Signup(user=_text(entry, "user"), index=_number(entry, "index"))


def _post(entry: Mapping[str, Any]) -> Post:
    _number(entry, "like_count")
    author = _text(entry, "author")
    if _text(entry, "user") != author:
        raise MalformedJournal("`user` and `author` of a post differ")
    return Post(author=author, index=_number(entry, "index"), id=_text(entry, "post"))


def _turn(entry: Mapping[str, Any]) -> Turn:
    if _has(entry, "reason"):
        _text(entry, "reason")
    return Turn(
        user=_text(entry, "user"),
        reading=_reading(entry),
        posts=_number(entry, "posts") if _has(entry, "posts") else None,
        permitted=_number(entry, "permitted") if _has(entry, "permitted") else None,
    )


def _like(entry: Mapping[str, Any]) -> Like:
    return Like(
        user=_text(entry, "user"),
        post=_text(entry, "post"),
        author=_text(entry, "author"),
        like_count=_number(entry, "like_count"),
    )


def _refused(entry: Mapping[str, Any]) -> Refused:
    _text(entry, "reason")
    if _has(entry, "post") and _has(entry, "index"):
        raise MalformedJournal("`post` and `index` exclude each other")
    return Refused(
        user=_text(entry, "user"),
        post=_text(entry, "post") if _has(entry, "post") else None,
        index=_number(entry, "index") if _has(entry, "index") else None,
    )


def _stop(entry: Mapping[str, Any]) -> Stop:
    return Stop(reason=_text(entry, "reason"), reading=_reading(entry))


def _proof(entry: Mapping[str, Any]) -> Proof:
    _text(entry, "reason")
    ok = entry.get("ok")
    if not isinstance(ok, bool):
        raise _wrong(entry, "ok")
    return Proof(ok=ok)


_READERS: Mapping[str, Callable[[Mapping[str, Any]], Event]] = {
    "run": _run,
    "signup": _signup,
    "post": _post,
    "turn": _turn,
    "like": _like,
    "refused": _refused,
    "stop": _stop,
    "proof": _proof,
}


def _has(entry: Mapping[str, Any], key: str) -> bool:
    return entry.get(key) is not None


def _wrong(entry: Mapping[str, Any], key: str) -> MalformedJournal:
    return MalformedJournal(f"`{key}` is {'of the wrong type' if key in entry else 'missing'}")


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value:
        raise _wrong(entry, key)
    return value


def _number(entry: Mapping[str, Any], key: str) -> int:
    value = entry.get(key)
    if not isinstance(value, int) or isinstance(value, bool):  # to Python, JSON's true is an int
        raise _wrong(entry, key)
    if value < 0:
        raise MalformedJournal(f"`{key}` is negative")
    return value


def _reading(entry: Mapping[str, Any]) -> Reading:
    return Reading(zero=frozenset(_ids(entry, "zero")), gone=frozenset(_ids(entry, "gone")))


def _ids(entry: Mapping[str, Any], key: str) -> Sequence[str]:
    value = entry.get(key)
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise _wrong(entry, key)
    return value


def _check_time(entry: Mapping[str, Any]) -> None:
    try:
        at = datetime.fromisoformat(_text(entry, "at"))
    except ValueError as error:
        raise MalformedJournal("`at` is not a time in ISO 8601") from error
    if at.utcoffset() != timedelta(0):
        raise MalformedJournal("`at` is not in UTC")
