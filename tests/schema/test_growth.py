"""The API grows without breaking: what may change, and how clients learn what is going to leave."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from schema.growth import broken_promises
from schema.schema import schema
from tests.client import Api
from tests.people import Person

pytestmark = pytest.mark.any_database

TODAY = date(2030, 1, 1)
BEFORE = "type Query { a(x: Int, y: Int): Int b: Int c: Color } enum Color { RED BLUE } input I { p: Int }"


def removal(day: str) -> str:
    return f'@deprecated(reason: "Use b. Removal: {day}")'


@pytest.mark.parametrize(
    ("now", "broken"),
    [
        (BEFORE, []),
        (BEFORE.replace("b: Int", "b: Int new: Int"), []),
        (BEFORE.replace("b: Int", ""), ["Query.b was removed."]),
        (BEFORE.replace("b: Int", "b: String"), ["Query.b changed type from Int to String."]),
        (BEFORE.replace(", y: Int", ""), ["Query.a arg y was removed."]),
        (BEFORE.replace("y: Int", "y: Int!"), ["Query.a arg y has changed type from Int to Int!."]),
        (BEFORE.replace("RED", ""), ["RED was removed from enum type Color."]),
        (BEFORE.replace("p: Int", "p: Int q: Int!"), ["A required field q on input type I was added."]),
    ],
)
def test_a_change_that_breaks_clients_is_told(now: str, broken: list[str]) -> None:
    assert broken_promises(BEFORE, now, today=TODAY) == broken


@pytest.mark.parametrize(
    ("day", "holds"), [("2029-12-31", True), ("2030-01-01", True), ("2030-01-02", False)]
)
@pytest.mark.parametrize(
    ("part", "without"),
    [("b: Int", ""), ("y: Int", ""), ("BLUE", "")],
)
def test_what_was_deprecated_may_leave_on_its_day(part: str, without: str, day: str, holds: bool) -> None:
    before = BEFORE.replace(part, f"{part} {removal(day)}")

    broken = broken_promises(before, BEFORE.replace(part, without), today=TODAY)

    assert (broken == []) == holds


@pytest.mark.parametrize(
    ("directive", "holds"),
    [
        (removal("2030-04-01"), True),
        (removal("2030-03-31"), False),
        (removal("2030-13-01"), False),
        ('@deprecated(reason: "Use b.")', False),
        ("@deprecated", False),
    ],
)
def test_what_is_deprecated_has_three_months(directive: str, holds: bool) -> None:
    broken = broken_promises(BEFORE, BEFORE.replace("b: Int", f"b: Int {directive}"), today=TODAY)

    assert (broken == []) == holds


def test_a_schema_that_breaks_clients_is_not_printed(tmp_path: Path) -> None:
    promised = tmp_path / "schema.graphql"
    promised.write_text("type Query { gone: Int }")

    with pytest.raises(CommandError, match=r"Clients would break:\nQuery\.gone was removed\."):
        call_command("print_schema", promised)

    assert promised.read_text() == "type Query { gone: Int }"


@pytest.fixture
def deprecated(monkeypatch: pytest.MonkeyPatch) -> None:
    """A field, an argument, an enum value and a field of an input that are going to leave."""
    types: Any = schema.graphql_schema.type_map
    for part in (
        types["User"].fields["isViewer"],
        types["User"].fields["posts"].args["includeReplies"],
        types["PostOrderField"].values["LIKE_COUNT"],
        types["PostFilter"].fields["unliked"],
    ):
        monkeypatch.setattr(part, "deprecation_reason", "Removal: 2030-01-01")


def test_an_answer_that_used_what_is_going_to_leave_says_so(ann: Person, deprecated: None) -> None:
    query = """{ viewer { user { ...F ...F } }
        feed(orderBy: {field: LIKE_COUNT}, filter: {unliked: true}) { totalCount } }
        fragment F on User { isViewer posts(includeReplies: true) { totalCount } } # of test_growth"""

    told = [ann.api.send(query).body["extensions"]["deprecations"] for _ in range(2)]

    assert told[0] == told[1]
    assert told[0] == [
        {"coordinate": coordinate, "reason": "Removal: 2030-01-01"}
        for coordinate in (
            "PostFilter.unliked",
            "PostOrderField.LIKE_COUNT",
            "User.isViewer",
            "User.posts(includeReplies:)",
        )
    ]


def test_an_answer_without_it_says_nothing(api: Api, db: None, deprecated: None) -> None:
    assert "extensions" not in api.send("{ feed { totalCount } } # of test_growth").body
