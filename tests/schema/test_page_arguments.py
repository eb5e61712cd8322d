"""How much of a list is asked for, and how much of it is counted."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.keys import RANDOM_BITS, new_key
from content.models import Post
from tests.client import Api
from tests.people import Person, make_post
from tests.schema.lists import EVERY_FIELD
from tests.schema.paging import ListOf
from tests.schema.sight import Sight

COUNTS = """{ feed(first: 1) { totalCount }
    users(orderBy: {field: USERNAME, direction: ASC}) { nodes { posts { totalCount } } } }"""
SIZE = "query($first: Int, $last: Int) { feed(first: $first, last: $last) { nodes { id } } }"
NULLS = {"first": None, "after": None, "last": None, "before": None}
COUNTED_IF = """query($counted: Boolean!) { feed { ... @include(if: $counted) { ...Total }
    pageInfo @skip(if: $counted) { hasNextPage } } } fragment Total on PostConnection { total: totalCount }"""

each_list = pytest.mark.parametrize("list_", EVERY_FIELD, ids=lambda list_: list_.name)


def write_many(author: Person, number: int) -> None:
    """Posts straight into the table."""
    first = new_key()
    Post.objects.bulk_create(
        Post(id=first + (index << RANDOM_BITS), author=author.user, body="Bulk.") for index in range(number)
    )


@each_list
@pytest.mark.parametrize(
    "paging",
    [
        {"first": -1},
        {"first": 101},
        {"last": -1},
        {"last": 101},
        {"first": 2**31 - 1},
        {"first": 1, "last": 1},
        {"first": 0, "last": 0},
    ],
    ids=str,
)
def test_an_impossible_page_is_refused_where_it_was_asked(
    reader: Api, sight: Sight, list_: ListOf, paging: dict[str, int]
) -> None:
    reply = list_.ask(reader, list_.longest(sight), **paging)

    assert (reply.codes, [error["path"] for error in reply.errors]) == (["BAD_USER_INPUT"], [list_.path])


@each_list
def test_nulls_are_as_if_left_out(reader: Api, sight: Sight, list_: ListOf) -> None:
    parent = list_.longest(sight)

    assert list_.read(reader, parent, **NULLS) == list_.read(reader, parent)
    assert list_.read(reader, parent, **NULLS | {"first": 1}) == list_.read(reader, parent, first=1)


@each_list
@pytest.mark.parametrize("size", ["first", "last"])
def test_an_empty_page_still_tells_that_there_is_more(
    reader: Api, sight: Sight, list_: ListOf, size: str
) -> None:
    page = list_.read(reader, list_.longest(sight), **{size: 0})

    assert (page["edges"], page["nodes"]) == ([], [])
    assert page["pageInfo"] == {
        "hasNextPage": size == "first",
        "hasPreviousPage": size == "last",
        "startCursor": None,
        "endCursor": None,
    }


@pytest.mark.parametrize(
    ("paging", "rows"),
    [({}, 20), ({"first": 100}, 100), ({"last": 100}, 100), ({"first": 99}, 99), ({"last": 1}, 1)],
    ids=str,
)
def test_a_page_has_as_many_rows_as_asked_and_twenty_by_default(
    api: Api, ann: Person, paging: dict[str, int], rows: int
) -> None:
    write_many(ann, 101)

    assert len(api.read(SIZE, **paging)["feed"]["nodes"]) == rows


@pytest.mark.parametrize("end", ["after", "before"])
def test_twenty_is_the_default_beside_a_cursor_too(api: Api, ann: Person, end: str) -> None:
    write_many(ann, 50)
    cursors = [
        edge["cursor"] for edge in api.read("{ feed(first: 100) { edges { cursor } } }")["feed"]["edges"]
    ]
    document = f"query($cursor: String) {{ feed({end}: $cursor) {{ edges {{ cursor }} }} }}"

    page = [edge["cursor"] for edge in api.read(document, cursor=cursors[24])["feed"]["edges"]]

    assert page == (cursors[25:45] if end == "after" else cursors[:20])


@pytest.mark.parametrize("value", ['"1"', "1.5", "true", "[1]", "99999999999"])
def test_a_number_of_rows_that_is_no_32_bit_integer_is_invalid(api: Api, value: str) -> None:
    reply = api.send(f"{{ feed(first: {value}) {{ totalCount }} }}")

    assert reply.codes == ["GRAPHQL_VALIDATION_FAILED"]


@pytest.mark.parametrize("value", ["1", 1.5, True, [1], {}, 2**31])
def test_a_variable_that_is_no_32_bit_integer_is_bad_input(api: Api, value: Any) -> None:
    reply = api.send("query($first: Int) { feed(first: $first) { totalCount } }", {"first": value})

    assert reply.codes == ["BAD_USER_INPUT"]


@pytest.mark.parametrize(("there", "told"), [(10_000, 10_000), (10_002, 10_001)])
def test_rows_are_counted_up_to_ten_thousand_and_one(ann: Person, bob: Person, there: int, told: int) -> None:
    write_many(ann, there - 1)
    make_post(bob)

    data = ann.api.read(COUNTS)

    assert data["feed"]["totalCount"] == told
    assert [user["posts"]["totalCount"] for user in data["users"]["nodes"]] == [min(there - 1, 10_001), 1]


@each_list
def test_a_list_is_counted_only_when_its_total_is_asked(reader: Api, sight: Sight, list_: ListOf) -> None:
    parent = list_.longest(sight)
    cursor = list_.read(reader, parent, first=1)["pageInfo"]["endCursor"]
    document = list_.document(list_.select().replace("totalCount", ""))

    with CaptureQueriesContext(connection) as statements:
        reply = reader.send(document, {**list_.given(parent), "first": 1, "after": cursor})

    assert reply.errors == []
    assert not [each["sql"] for each in statements if "COUNT(" in each["sql"]]


@pytest.mark.parametrize("counted", [True, False])
def test_whether_a_list_is_counted_may_hang_on_a_variable(api: Api, ann: Person, counted: bool) -> None:
    make_post(ann)

    with CaptureQueriesContext(connection) as statements:
        feed = api.read(COUNTED_IF, counted=counted)["feed"]

    assert feed == ({"total": 1} if counted else {"pageInfo": {"hasNextPage": False}})
    assert len([each for each in statements if "COUNT(" in each["sql"]]) == counted
