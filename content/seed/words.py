"""What made-up people are called, and what they talk about: `words.toml`, read."""

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Topic:
    """Something people talk about.

    Args:
        name: for bios.
        things: what a remark may be about.
        remarks: sentences with `{}` for the thing.
        hashtags: the commonest first, without the #.
    """

    name: str
    things: list[str]
    remarks: list[str]
    hashtags: list[str]


_words = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))

FIRST_NAMES: list[str] = _words["first_names"]
LAST_NAMES: list[str] = _words["last_names"]
PLACES: list[str] = _words["places"]
WORK: list[str] = _words["work"]
EVERYBODYS_HASHTAGS: list[str] = _words["everybodys_hashtags"]
OPENERS: list[str] = _words["openers"]
CLOSERS: list[str] = _words["closers"]
ANSWERS: list[str] = _words["answers"]
TOPICS = [Topic(**topic) for topic in _words["topics"]]
