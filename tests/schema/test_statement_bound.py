"""A bound that holds: however a query nests, its statements depend on its text and not on the data."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tests.client import Api
from tests.people import Person
from tests.schema.queries import Writer
from tests.schema.worlds import START, Sizes, build_world, examples, rolled_back, sizes


def statements(api: Api, query: str) -> int:
    """How many statements the query needs."""
    with CaptureQueriesContext(connection) as captured:
        api.read(query)
    return len(captured)


@examples(60)
@given(size=sizes(), data=st.data())
def test_a_query_needs_at_most_three_statements_and_two_for_each_list_and_batch(
    ann: Person, size: Sizes, data: st.DataObject
) -> None:
    with rolled_back():
        writer = Writer(data.draw, build_world(size), whole=False)
        query = writer.query()

        assert statements(ann.api, query) <= 3 + 2 * writer.named


@examples(30)
@given(size=sizes(people=4, posts=8), data=st.data())
def test_four_times_the_data_needs_the_same_statements(ann: Person, size: Sizes, data: st.DataObject) -> None:
    with rolled_back():
        query = Writer(data.draw, build_world(size), whole=True).query()
        few = statements(ann.api, query)
        for copy in range(1, 4):
            build_world(size, start=START + timedelta(days=copy))

        assert statements(ann.api, query) == few
