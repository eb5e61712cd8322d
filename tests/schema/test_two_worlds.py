"""Two networks that differ only in what is private to others answer whoever asks with the same bytes.

Whatever is asked: the documents are written from the schema itself, so what is added to it is asked for too.
"""

from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from graphql import get_named_type
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import PersonNames, Session, User
from accounts.tokens import issue_access_token
from content.models import PostWords
from tests.schema import wire
from tests.schema.leaks import LEAKS, Leak
from tests.schema.queries import SCHEMA, Writer
from tests.schema.twins import Twin, draw_twins
from tests.schema.worlds import examples, rolled_back

QUERIES, MUTATIONS = 5, 10  # asked of each pair of networks
PAIRS = 40  # in which each planted leak must be found
# Mutations that name what they are about.
ABOUT_SOMETHING = [
    name
    for name, field in SCHEMA.mutation_type.fields.items()
    if any(
        get_named_type(each.type).name == "ID" for each in field.args["input"].type.of_type.fields.values()
    )
]
TABLES: list[type[Model]] = [
    table
    for room in ("accounts", "content")
    for table in apps.get_app_config(room).get_models()
    if not table._meta.proxy
]


class Changed(Exception):
    """Something was changed by whoever may not even see it."""


@dataclass(frozen=True)
class Answer:
    """What is answered, and what it took to know it."""

    status: int
    body: bytes
    statements: int


@dataclass(frozen=True)
class Difference:
    """What was asked, and answered by each network."""

    document: str
    one: Answer
    other: Answer


def ask(document: str, token: str | None) -> Answer:
    """The answer to one request; its ID is always the same."""
    headers = {"X_Request_Id": "the-same"} | ({"Authorization": f"Bearer {token}"} if token else {})
    with CaptureQueriesContext(connection) as captured:
        response = wire.post({"query": document}, **headers)
    for code in (b"INTERNAL_SERVER_ERROR", b"GRAPHQL_VALIDATION_FAILED"):
        assert code not in response.content, (document, response.content)
    return Answer(response.status_code, response.content, len(captured))


def every_row() -> dict[type[Model], list[Any]]:
    """All there is."""
    return {table: list(table._default_manager.order_by("pk").values_list()) for table in TABLES}


def answers(twin: Twin, outsider: User | None, documents: list[str]) -> list[Answer]:
    """What one of the networks answers to all that, of which nothing may change anything."""
    with rolled_back():
        twin.save()
        session = Session.objects.filter(user=outsider).first()
        token = issue_access_token(session).token if session else None
        before = every_row()
        told = [ask(document, token) for document in documents]
        if every_row() != before:
            raise Changed(documents[-1])
    return told


def differences(seed: int, *, signed_in: bool) -> list[Difference]:
    """Where two networks answer differently to random documents, which ask about what either has."""
    twins, chance = draw_twins(seed, signed_in=signed_in), Random(seed)
    queries = [Writer(chance, twins.values, faulty=True).query() for _ in range(QUERIES)]
    names = chance.sample(ABOUT_SOMETHING, MUTATIONS)
    mutations = Writer(chance, twins.hidden_values, faulty=True, pointed=True).mutations(names)
    one, other = (answers(twin, twins.outsider, [*queries, mutations]) for twin in (twins.one, twins.other))
    return [
        Difference(*each)
        for each in zip([*queries, mutations], one, other, strict=True)
        if each[1] != each[2]
    ]


@pytest.mark.parametrize("signed_in", [True, False], ids=["signed in", "anonymous"])
@examples(30, shrinks=False)
@given(seed=st.integers(0, 2**32))
def test_what_is_private_to_others_makes_no_difference(db: None, signed_in: bool, seed: int) -> None:
    assert differences(seed, signed_in=signed_in) == []


def test_the_two_differ_in_every_table_that_holds_a_secret() -> None:
    twins = draw_twins(1, signed_in=True)

    for twin in (twins.one, twins.other):
        rows = [*vars(twin.world).values(), *twin.apart]
        written = {type(row) for members in rows for row in members} | {PersonNames, PostWords}
        assert written == set(TABLES)


@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS)
def test_a_planted_leak_is_found(db: None, monkeypatch: pytest.MonkeyPatch, leak: Leak) -> None:
    leak(monkeypatch)

    assert any(is_found(seed) for seed in range(PAIRS))


def is_found(seed: int) -> bool:
    """Whether these two networks and these documents show a difference, or a change."""
    try:
        return differences(seed, signed_in=seed % 3 > 0) != []
    except Changed:
        return True
