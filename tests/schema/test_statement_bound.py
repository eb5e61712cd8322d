"""A bound that holds: however a query nests, its statements depend on its text and not on the data."""

from datetime import timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tests.client import Api, explain
from tests.people import Person, api_of
from tests.schema.queries import Writer
from tests.schema.sight import somebodys_sight
from tests.schema.values import values_of
from tests.schema.worlds import START, Sizes, build_world, examples, rolled_back, sizes

QUERIES = 4  # of each network


def statements(api: Api, query: str) -> int:
    """How many statements the query needs, which must be answered."""
    with CaptureQueriesContext(connection) as captured:
        reply = api.send(query)
    assert set(reply.codes) <= {"UNAUTHENTICATED"}
    return len(captured)


def explained(api: Api, query: str) -> int:
    """How many it needs at most, as it is told before it runs: no more than the bound that holds for all."""
    told: dict[str, int] = explain(api, query)["totals"]["statements"]
    assert told["value"] <= told["maximum"]
    return told["value"]


@examples(80)
@given(size=sizes(), chance=st.randoms(use_true_random=True), data=st.data())
def test_a_query_needs_no_more_statements_than_explained_and_three_and_two_for_each_list_and_batch(
    db: None, size: Sizes, chance: Random, data: st.DataObject
) -> None:
    with rolled_back():
        world = build_world(size)
        api = api_of(data.draw(somebodys_sight(world)).viewer)
        for _ in range(QUERIES):
            writer = Writer(chance, values_of(world))
            query = writer.query()

            assert statements(api, query) <= explained(api, query) <= 3 + 2 * writer.costly


@pytest.mark.long
@examples(30)
@given(size=sizes(people=4, posts=8), chance=st.randoms(use_true_random=True))
def test_four_times_the_data_needs_and_is_told_the_same(ann: Person, size: Sizes, chance: Random) -> None:
    with rolled_back():
        query = Writer(chance, values_of(build_world(size)), whole=True).query()
        few, told = statements(ann.api, query), explained(ann.api, query)
        for copy in range(1, 4):
            build_world(size, start=START + timedelta(days=copy))

        assert (statements(ann.api, query), explained(ann.api, query)) == (few, told)
