"""Random documents, also nonsense, are answered: whatever a client sends, nothing of ours fails."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.schema import schema
from tests.client import Api
from tests.people import api_of
from tests.schema.queries import Writer
from tests.schema.sight import somebodys_sight
from tests.schema.values import values_of
from tests.schema.wire import RESPONSE_JSON
from tests.schema.worlds import Sizes, build_world, examples, rolled_back, sizes

assert schema.graphql_schema.mutation_type
MUTATIONS = sorted(schema.graphql_schema.mutation_type.fields)
SCRAPS = [
    *('"', "{", "}", "(", ")", "[", "]", ":", "-", "#", "&", "!", "...", '"""', "\0", "\ud800", "é"),
    *("$x", "@skip(if: 1)", "... on User", "fragment F on Post", "1e999", "null"),
]
CODES = {
    *("GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT", "UNAUTHENTICATED"),
    *("QUERY_TOO_LARGE", "QUERY_TOO_DEEP", "QUERY_TOO_COSTLY", "RATE_LIMITED"),
}


def ask(api: Api, query: str) -> None:
    """A document, which must be answered by data or by an error that a client can understand."""
    reply = api.send(query, Accept=RESPONSE_JSON)
    assert reply.status in (200, 400, 429), query
    assert set(reply.codes) <= CODES, query
    assert reply.body.keys() <= {"data", "errors"}, query


def mangled(document: str, chance: Random) -> str:
    """A document with some of it cut out, doubled, or put elsewhere, and scraps strewn in."""
    for _ in range(chance.randint(1, 4)):
        start, end = sorted(chance.randrange(len(document) + 1) for _ in range(2))
        piece = chance.choice(["", document[start:end] * 2, chance.choice(SCRAPS)])
        end = start + min(end - start, 20)
        document = document[:start] + piece + document[end:]
    return document


@pytest.mark.any_database
@pytest.mark.parametrize("kind", ["queries", "mutations", "nonsense"])
@examples(70)
@given(size=sizes(), seed=st.integers(0, 2**32), data=st.data())
def test_whatever_is_asked_is_answered(
    db: None, kind: str, size: Sizes, seed: int, data: st.DataObject
) -> None:
    chance = Random(seed)
    with rolled_back():
        world = build_world(size)
        api = api_of(data.draw(somebodys_sight(world)).viewer)
        writer = Writer(chance, values_of(world), faulty=True)
        document = writer.mutations(chance.sample(MUTATIONS, 3)) if kind == "mutations" else writer.query()
        ask(api, mangled(document, chance) if kind == "nonsense" else document)
