"""Two networks are asked the same, and their answers compared."""

from dataclasses import dataclass
from random import Random
from typing import Any

from django.apps import apps
from django.db import connection, reset_queries
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from graphql import get_named_type

from accounts.models import Session, User
from accounts.tokens import issue_access_token
from tests.schema import wire
from tests.schema.queries import SCHEMA, Writer
from tests.schema.twins import Twin, draw_twins
from tests.schema.worlds import rolled_back

QUERIES, MUTATIONS = 5, 10  # asked of each pair of networks
assert SCHEMA.mutation_type
# Mutations that name what they are about.
ABOUT_SOMETHING = [
    name
    for name, field in SCHEMA.mutation_type.fields.items()
    if any(
        get_named_type(each.type).name == "ID"
        for each in get_named_type(field.args["input"].type).fields.values()
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
    """What is answered, and how many statements it took; None when that may differ."""

    status: int
    body: bytes
    statements: int | None


@dataclass(frozen=True)
class Difference:
    """What was asked, and what each network answered."""

    document: str
    one: Answer
    other: Answer


def differences(seed: int, *, signed_in: bool) -> list[Difference]:
    """Where two networks answer differently, asked random queries about what either has, and mutations of
    what is hidden in it.

    Raises: Changed.
    """
    twins, chance = draw_twins(seed, signed_in=signed_in), Random(seed)
    documents = [Writer(chance, twins.values, faulty=True).query() for _ in range(QUERIES)]
    mutations = chance.sample(ABOUT_SOMETHING, MUTATIONS)
    documents.append(Writer(chance, twins.hidden_values, faulty=True, pointed=True).mutations(mutations))
    one, other = (answers(twin, twins.outsider, documents) for twin in (twins.one, twins.other))
    return [Difference(*each) for each in zip(documents, one, other, strict=True) if each[1] != each[2]]


def answers(twin: Twin, outsider: User | None, documents: list[str]) -> list[Answer]:
    """What one of the networks answers to all that, of which nothing may change anything.

    Raises: Changed.
    """
    with rolled_back():
        twin.save()
        session = Session.objects.filter(user=outsider).first()
        token = issue_access_token(session).token if session else None
        before = every_row()
        told = [ask(document, token) for document in documents]
        if every_row() != before:
            raise Changed(documents[-1])
    return told


def ask(document: str, token: str | None) -> Answer:
    """The answer to one request; its ID is always the same."""
    headers = {"X_Request_Id": "the-same"} | ({"Authorization": f"Bearer {token}"} if token else {})
    reset_queries()  # a long run would fill the log
    with CaptureQueriesContext(connection) as captured:
        response = wire.post({"query": document}, **headers)
    for code in (b"INTERNAL_SERVER_ERROR", b"GRAPHQL_VALIDATION_FAILED"):
        assert code not in response.content, (document, response.content)
    # While the row of a deleted post has not been taken away, `replyTo` looks for it: one statement more.
    statements = None if "replyTo" in document else len(captured)
    return Answer(response.status_code, response.content, statements)


def every_row() -> dict[type[Model], list[Any]]:
    """All there is."""
    return {table: list(table._default_manager.order_by("pk").values_list()) for table in TABLES}
