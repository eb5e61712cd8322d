"""Connections under many parents at once tell what each parent would have told alone."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.engine.ids import encode_id
from tests.client import Api
from tests.people import api_of
from tests.schema.lists import EDITS, LIKED_BY, NESTED, POSTS, REPLIES
from tests.schema.paging import VARIABLES, ListOf
from tests.schema.sight import Sight, somebodys_sight
from tests.schema.worlds import Sizes, World, build_world, examples, rolled_back, sizes

POSTS_WITH_LISTS = f"""posts(last: 3) {{
    nodes {{ id {LIKED_BY.select("likes")} {REPLIES.select("answers")} {EDITS.select("texts")} }} }}"""
PEOPLE_WITH_POSTS = f"query({VARIABLES}) {{ users {{ nodes {{ {POSTS_WITH_LISTS} }} }} }}"


def some_paging(draw: Any, api: Api, list_: ListOf, sight: Sight) -> dict[str, Any]:
    """Some page between any two cursors of anybody's list."""
    pages = list_.read_together(api, list_.parents(sight), first=100)
    ends = st.none() | st.sampled_from([edge["cursor"] for page in pages for edge in page["edges"]] or [None])
    size = draw(st.sampled_from(["first", "last"]))
    return {size: draw(st.none() | st.integers(0, 4)), "after": draw(ends), "before": draw(ends)}


@pytest.mark.parametrize("list_", NESTED, ids=lambda list_: list_.name)
@examples(6)
@given(size=sizes(), data=st.data())
def test_many_parents_together_tell_the_same_as_each_alone(
    db: None, list_: ListOf, size: Sizes, data: st.DataObject
) -> None:
    with rolled_back():
        sight = data.draw(somebodys_sight(build_world(size)))
        api, parents = api_of(sight.viewer), list_.parents(sight)
        paging = some_paging(data.draw, api, list_, sight)

        together = list_.read_together(api, parents, **paging)

        assert together == [list_.read(api, parent, **paging) for parent in parents]


def test_a_page_of_people_with_posts_with_likes_tells_the_same_as_each_post_alone(api: Api) -> None:
    world = build_world(Sizes(people=6, posts=60, seed=7))
    posts = {encode_id("Post", post.pk): post for post in world.posts}

    people = api.read(PEOPLE_WITH_POSTS, last=2)["users"]["nodes"]

    shown = [post for person in people for post in person["posts"]["nodes"]]
    assert len(shown) == 9
    for name, list_ in (("likes", LIKED_BY), ("answers", REPLIES), ("texts", EDITS)):
        alone = [list_.read(api, posts[post["id"]], last=2) for post in shown]
        assert [post[name] for post in shown] == alone


def test_the_same_list_twice_with_other_arguments_is_two_lists(api: Api, world: World) -> None:
    author = POSTS.longest(Sight(world, None))
    alone = {first: POSTS.read(api, author, first=first) for first in (1, 2)}
    document = f"""query($id: ID!) {{ node(id: $id) {{ ... on User {{
        {POSTS.select("one", "first: 1")} {POSTS.select("two", "first: 2")} }} }} }}"""

    both = api.read(document, id=encode_id("User", author.pk))["node"]

    assert both == {"one": alone[1], "two": alone[2]}
