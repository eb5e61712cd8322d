"""The schema as it is printed and as it tells of itself."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from graphql import get_introspection_query

import schema as room
from tests.client import Api

pytestmark = pytest.mark.any_database

COMMITTED = Path(room.__file__).parent / "schema.graphql"


@pytest.fixture
def introspection(api: Api) -> dict[str, Any]:
    """What the standard introspection query is told."""
    query = get_introspection_query(
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
    )
    return dict(api.read(query)["__schema"])


def test_the_committed_schema_is_what_the_code_prints(tmp_path: Path) -> None:
    printed = tmp_path / "schema.graphql"

    call_command("print_schema", printed)

    assert printed.read_text() == COMMITTED.read_text()


def test_everything_in_the_schema_has_a_description(introspection: dict[str, Any]) -> None:
    silent = []
    for type_ in introspection["types"]:
        parts = {type_["name"]: type_}
        for kind in ("fields", "inputFields", "enumValues"):
            parts |= {f"{type_['name']}.{part['name']}": part for part in type_[kind] or []}
        for field in type_["fields"] or []:
            arguments = {f"{type_['name']}.{field['name']}({part['name']})": part for part in field["args"]}
            parts |= arguments
        silent += [name for name, part in parts.items() if not (part["description"] or "").strip()]

    assert [name for name in silent if not name.startswith("__")] == []


def test_roots_are_queries_and_mutations(introspection: dict[str, Any]) -> None:
    roots = [introspection[f"{root}Type"] for root in ("query", "mutation", "subscription")]

    assert [root and root["name"] for root in roots] == ["Query", "Mutation", None]


def test_every_payload_lists_the_callers_mistakes(introspection: dict[str, Any]) -> None:
    payloads = [
        each for each in introspection["types"] if each["name"].endswith("Payload") and each["fields"]
    ]
    objects = [each for each in payloads if each["kind"] == "OBJECT"]

    assert len(objects) == len(
        next(each for each in introspection["types"] if each["name"] == "Mutation")["fields"]
    )
    for payload in objects:
        assert "MutationPayload" in [interface["name"] for interface in payload["interfaces"]]


def test_dates_say_where_their_form_is_described(introspection: dict[str, Any]) -> None:
    [date] = [each for each in introspection["types"] if each["name"] == "DateTime"]

    assert date["specifiedByURL"] == "https://scalars.graphql.org/andimarek/date-time.html"
