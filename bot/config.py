"""`bot.yaml` and the command line's overrides, validated into a `Config`.

YAML is read as nodes, not as values: only a node knows how its number was written (`010` and `1_000` are
numbers to YAML), on which line it stands, and that a key stands twice.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

_LARGEST_FILE_BYTES = 1_000_000
_LARGEST_NUMBER_DIGITS = 18


class ConfigError(Exception):
    """The configuration is wrong. The text names the file, the line and the key, and is ready to show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What one run is to do; `url` is the GraphQL endpoint."""

    number_of_users: int
    max_posts_per_user: int
    max_likes_per_user: int
    url: str
    seed: int
    concurrency: int
    email_domain: str


def load_config(path: Path, overrides: Mapping[str, str], *, fresh_seed: int) -> Config:
    """The configuration in the file at `path`, with `overrides` (key to text, from the command line) on top.

    `fresh_seed` is the seed when neither names one. The file must hold nothing wrong even where overridden.
    Raises `ConfigError` for the first thing wrong.
    """
    values: dict[str, Any] = {**_DEFAULTS, "seed": fresh_seed, **_read_file(path)}
    values |= read_overrides(overrides)
    missing = [key for key in _READERS if key not in values]
    if missing:
        raise ConfigError(f"{path}, line 1: {' and '.join(missing)} must be set: there is no default.")
    return Config(**values)


def read_overrides(overrides: Mapping[str, str]) -> dict[str, Any]:
    """The values of keys given on the command line. Raises `ConfigError` for the first thing wrong."""
    values: dict[str, Any] = {}
    for key, text in overrides.items():
        try:
            values[key] = _READERS[key](text)
        except ValueError as error:
            raise ConfigError(f"--{key.replace('_', '-')} {error}.") from error
    return values


def _whole_number(text: str) -> int:
    if re.fullmatch(r"-\d+", text, re.ASCII):
        raise ValueError(f"must not be negative, but is {text}")
    if not re.fullmatch(r"0|[1-9]\d*", text, re.ASCII):
        raise ValueError(f"must be a whole number in plain decimal digits, but is {_shown(text)}")
    if len(text) > _LARGEST_NUMBER_DIGITS:
        raise ValueError(f"must have at most {_LARGEST_NUMBER_DIGITS} digits")
    return int(text)


def _number_of_threads(text: str) -> int:
    number = _whole_number(text)
    if not number:
        raise ValueError("must be at least 1: with 0 requests at a time nothing would ever be sent")
    return number


def _endpoint(text: str) -> str:
    try:
        parts = urlsplit(text)
        right = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # a port that is no number, a bracket that is not closed
        right = False
    if not right or re.search(r"[\s\x00-\x1f]", text):
        raise ValueError(f"must be an http or https URL, but is {_shown(text)}")
    if parts.username is not None:
        raise ValueError("must not carry a user name or password")
    return text


def _mail_domain(text: str) -> str:
    label = r"[^\W_](?:[\w-]*[^\W_])?"
    if not re.fullmatch(rf"{label}(?:\.{label})+", text) or len(text) > 200:
        raise ValueError(f"must be a mail domain such as example.com, but is {_shown(text)}")
    return text


_READERS: Mapping[str, Callable[[str], int | str]] = {
    "number_of_users": _whole_number,
    "max_posts_per_user": _whole_number,
    "max_likes_per_user": _whole_number,
    "url": _endpoint,
    "seed": _whole_number,
    "concurrency": _number_of_threads,
    "email_domain": _mail_domain,
}
_DEFAULTS: Mapping[str, int | str] = {
    "url": "http://127.0.0.1:8000/graphql/",
    "concurrency": 8,
    "email_domain": "example.com",
}
_TEXT_KEYS = ("url", "email_domain")
KEYS = tuple(_READERS)


def _read_file(path: Path) -> dict[str, int | str]:
    root = _compose(path, _read_text(path))
    if root is None:
        raise ConfigError(f"{path}, line 1: the file is empty: number_of_users and others must be set.")
    line = root.start_mark.line + 1
    if not isinstance(root, yaml.MappingNode):
        raise ConfigError(f"{path}, line {line}: must be keys with values, such as `number_of_users: 20`.")
    values: dict[str, int | str] = {}
    first_lines: dict[str, int] = {}
    for key_node, value_node in root.value:
        line = key_node.start_mark.line + 1
        key = _known_key(key_node, f"{path}, line {line}")
        if key in first_lines:
            raise ConfigError(f"{path}, line {line}: {key} stands twice, first on line {first_lines[key]}.")
        first_lines[key] = line
        try:
            values[key] = _READERS[key](_text_as_written(key, value_node))
        except ValueError as error:
            raise ConfigError(f"{path}, line {line}: {key} {error}.") from error
    return values


def _known_key(node: yaml.Node, place: str) -> str:
    key = str(node.value) if isinstance(node, yaml.ScalarNode) else "(a list or mapping)"
    if key in _READERS:
        return key
    close = get_close_matches(key, _READERS, n=1)
    advice = f"did you mean {close[0]}?" if close else f"there are {', '.join(_READERS)}."
    raise ConfigError(f"{place}: unknown key {_shown(key)}; {advice}")


def _text_as_written(key: str, node: yaml.Node) -> str:
    """The scalar's text, when YAML takes it for the right type; the readers above judge what it says."""
    wanted = "a text" if key in _TEXT_KEYS else "a whole number in plain decimal digits"
    if not isinstance(node, yaml.ScalarNode):
        raise ValueError(f"must be {wanted}, not a list or mapping")
    if node.tag == "tag:yaml.org,2002:null" and not node.value:
        raise ValueError(f"must be {wanted}, but is empty")
    if key in _TEXT_KEYS:
        right = node.tag == "tag:yaml.org,2002:str"
    else:
        right = node.tag == "tag:yaml.org,2002:int" and node.style is None
    if not right:
        raise ValueError(f"must be {wanted}, but is {_shown(node.value)}, to YAML {node.tag.split(':')[-1]}")
    return str(node.value)


def _shown(text: str) -> str:
    """What somebody wrote, on one line and not too long."""
    return repr(text) if len(text) <= 60 else f"{text[:60]!r}…"


def _read_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_FILE_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{path}: the configuration cannot be read: {error.strerror}.") from error
    if len(content) > _LARGEST_FILE_BYTES:
        raise ConfigError(f"{path}: too large to be a configuration.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}, line {line}: not text in UTF-8.") from error


def _compose(path: Path, text: str) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise ConfigError(f"{path}, line {line}: a control character does not belong in YAML.") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problem = " ".join(filter(None, (error.context, error.problem)))
        raise ConfigError(f"{path}, line {line}: not valid YAML: {problem}.") from error
    except RecursionError as error:
        raise ConfigError(f"{path}, line 1: nested too deeply.") from error
