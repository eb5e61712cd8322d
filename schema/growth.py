"""How the API may change: what somebody may use leaves only after it was announced for three months."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from graphql import GraphQLSchema, build_schema, find_breaking_changes

NOTICE = timedelta(days=90)
REMOVAL = re.compile(r"Removal: (\d{4}-\d{2}-\d{2})$")
# `X.y was removed.` and `X.y arg z was removed.`, as graphql-core says it.
REMOVED = (
    re.compile(r"(?P<part>\w+\.\w+) was removed\."),
    re.compile(r"(?P<part>\w+\.\w+ arg \w+) was removed\."),
    re.compile(r"(?P<value>\w+) was removed from enum type (?P<enum>\w+)\."),
)


def broken_promises(before: str, now: str, *, today: date) -> list[str]:
    """What of the schema as it was printed `before` does not hold any more, and should.

    A field, argument or enum value may leave on the day that its deprecation names ("… Removal: 2027-03-01"),
    and that day is three months away at least when it is deprecated.
    """
    old, new = _deprecated(build_schema(before)), _deprecated(build_schema(now))
    changes = find_breaking_changes(build_schema(before), build_schema(now))
    broken = [
        change.description for change in changes if not _is_due(_removed(change.description), old, today)
    ]
    hasty = [
        f"{part} is deprecated without three months' notice: end the reason with “Removal: YYYY-MM-DD”."
        for part, reason in new.items()
        if part not in old and not _is_far(reason, today)
    ]
    return broken + hasty


def _removed(description: str) -> str | None:
    for form in REMOVED:
        if found := form.fullmatch(description):
            parts = found.groupdict()
            return parts.get("part") or f"{parts['enum']}.{parts['value']}"
    return None


def _is_due(part: str | None, deprecated: dict[str, str], today: date) -> bool:
    day = _day(deprecated.get(part or "", ""))
    return day is not None and day <= today


def _is_far(reason: str, today: date) -> bool:
    day = _day(reason)
    return day is not None and day >= today + NOTICE


def _day(reason: str) -> date | None:
    found = REMOVAL.search(reason)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def _deprecated(schema: GraphQLSchema) -> dict[str, str]:
    return {
        name: part.deprecation_reason for name, part in _parts(schema) if part.deprecation_reason is not None
    }


def _parts(schema: GraphQLSchema) -> Iterator[tuple[str, Any]]:
    for type_name, type_ in schema.type_map.items():
        for name, value in getattr(type_, "values", {}).items():
            yield f"{type_name}.{name}", value
        for name, field in getattr(type_, "fields", {}).items():
            yield f"{type_name}.{name}", field
            for argument, definition in getattr(field, "args", {}).items():
                yield f"{type_name}.{name} arg {argument}", definition
