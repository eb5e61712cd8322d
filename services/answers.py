"""What a third party answered, read as the hostile input it is."""

import json
import math
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

from services.errors import NotJson

MAX_JSON_DEPTH = 32
MAX_RETRY_AFTER_S = 6 * 3600.0

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Answer:
    """Only a 200 has a body: other statuses say all they have to say."""

    status: int
    retry_after_s: float | None = None
    body: bytes = field(default=b"", repr=False)

    @property
    def problem(self) -> str:
        """The status as a reason, e.g. "http_503"."""
        return f"http_{self.status}"

    def json_object(self) -> dict[str, Any]:
        """The body as a JSON object that any database can store: without NUL characters and lone surrogates.

        Raises: NotJson, also for NaN, infinite numbers, what is not UTF-8, and what is nested deeper than
        `MAX_JSON_DEPTH`.
        """
        value = _parse_json(self.body)
        if not isinstance(value, dict):
            raise NotJson
        storable: dict[str, Any] = _storable(value, MAX_JSON_DEPTH)
        return storable


def parse_retry_after(value: str | None, *, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header (RFC 9110, 10.2.3: seconds or a date), 0 to 6 hours.

    A date that has passed is 0; what is neither form (negative, fractional, several values) is None.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text), MAX_RETRY_AFTER_S)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), MAX_RETRY_AFTER_S)


def _parse_json(body: bytes) -> Any:
    """None (no object either) if it cannot be parsed: the library's own errors carry the document along."""
    try:
        return json.loads(body.decode(), parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        return None


def _refuse(number: str) -> NoReturn:
    raise ValueError


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _refuse(digits)


def _storable(value: Any, depth_left: int) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub("", value)
    if not isinstance(value, dict | list):
        return value
    if depth_left == 0:
        raise NotJson
    if isinstance(value, list):
        return [_storable(item, depth_left - 1) for item in value]
    return {_storable(name, 0): _storable(item, depth_left - 1) for name, item in value.items()}
