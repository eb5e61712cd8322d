"""Connections: whatever is asked, the page is what Relay's cursor specification cuts from the whole list."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.client import Api
from tests.people import api_of
from tests.schema.lists import EVERY_LIST
from tests.schema.paging import Item, ListOf, Paging, pagings
from tests.schema.sight import Sight, somebodys_sight
from tests.schema.worlds import Sizes, build_world, examples, rolled_back, sizes

pytestmark = pytest.mark.database

each_list = pytest.mark.parametrize("list_", EVERY_LIST, ids=lambda list_: list_.name)


def cursors_of(list_: ListOf, api: Api, parent: Any, items: list[Item]) -> dict[Any, str]:
    """The cursor of each position, from one page that holds the whole list."""
    edges = list_.read(api, parent, first=100)["edges"]
    assert [edge["node"][list_.shows] for edge in edges] == [item.shown for item in items]
    return {item.position: edge["cursor"] for item, edge in zip(items, edges, strict=True)}


def sent(paging: Paging, cursors: dict[Any, str]) -> dict[str, Any]:
    """The paging as variables."""
    return {
        "first": paging.first,
        "last": paging.last,
        "after": paging.after and cursors[paging.after],
        "before": paging.before and cursors[paging.before],
    }


@each_list
@examples(6)
@given(size=sizes(), data=st.data())
def test_a_page_is_the_slice_that_relay_defines(
    db: None, list_: ListOf, size: Sizes, data: st.DataObject
) -> None:
    with rolled_back():
        sight = data.draw(somebodys_sight(build_world(size), signed_in=list_.signed_in))
        api, parents = api_of(sight.viewer), list_.parents(sight)
        if not parents:
            return
        parent = data.draw(st.sampled_from(parents))
        items = list_.ordered(sight, parent)
        cursors = cursors_of(list_, api, parent, items)
        paging = data.draw(pagings(items))
        expected = list_.page(items, paging)

        page = list_.read(api, parent, **sent(paging, cursors))

        position_of = {item.shown: item.position for item in items}
        places = [cursors[position_of[shown]] for shown in expected.shown]
        assert page == {
            "edges": [
                {"cursor": cursor, "node": {list_.shows: shown}}
                for cursor, shown in zip(places, expected.shown, strict=True)
            ],
            "nodes": [{list_.shows: shown} for shown in expected.shown],
            "pageInfo": {
                "hasNextPage": expected.has_next,
                "hasPreviousPage": expected.has_previous,
                "startCursor": places[0] if places else None,
                "endCursor": places[-1] if places else None,
            },
            "totalCount": len(items),
        }


def walk(list_: ListOf, api: Api, parent: Any, step: int, *, forward: bool) -> Iterator[list[str]]:
    """What the pages show, one after the other, as long as there is a next one."""
    size, cursor, end, more = (
        ("first", "after", "endCursor", "hasNextPage")
        if forward
        else ("last", "before", "startCursor", "hasPreviousPage")
    )
    place, has_more = None, True
    while has_more:
        page = list_.read(api, parent, **{size: step, cursor: place})
        yield [node[list_.shows] for node in page["nodes"]]
        place, has_more = page["pageInfo"][end], page["pageInfo"][more]


@each_list
@pytest.mark.parametrize("forward", [True, False], ids=["forward", "backward"])
def test_walking_a_list_visits_everything_once(db: None, list_: ListOf, forward: bool) -> None:
    world = build_world(Sizes(people=16, posts=40, seed=157), hidden=0.1)
    sight = Sight(world, world.people[0])
    parent = list_.longest(sight)
    whole = [item.shown for item in list_.ordered(sight, parent)]

    steps = walk(list_, api_of(sight.viewer), parent, 2, forward=forward)
    pages = list(itertools.islice(steps, len(whole)))

    assert len(whole) > 2
    assert list(itertools.chain(*(pages if forward else reversed(pages)))) == whole
