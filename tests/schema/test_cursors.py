"""Cursors: places in an order that stay what they are, whatever becomes of the rows."""

import base64
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schema.engine.ids import encode_id
from tests.client import Api
from tests.people import Person, deactivate, make_person, make_post, post_id
from tests.schema.lists import EVERY_FIELD, EVERY_ORDER
from tests.schema.paging import ListOf
from tests.schema.sight import Sight
from tests.schema.worlds import World, examples

FEED = """query($first: Int, $after: String) { feed(first: $first, after: $after) {
    edges { cursor node { id } } } }"""
AFTER = "query($after: String) { feed(after: $after) { nodes { id } } }"
BEFORE = "query($before: String) { feed(before: $before) { nodes { id } } }"
LIKED_BY = """query($id: ID!, $after: String) { post(id: $id) {
    likedBy(after: $after) { edges { cursor node { id } } } } }"""
USERS = """query($after: String) { users(orderBy: {field: USERNAME, direction: ASC}, after: $after) {
    edges { cursor node { username } } } }"""

OTHER_ORDERS = {
    "Post.likedBy": "likes",
    "User.likedPosts": "likes",
    "Post.edits": "edits",
    "User.followers": "follows",
    "User.following": "follows",
    "Viewer.bookmarks": "bookmarks",
    "Viewer.blocks": "blocks",
    "Viewer.mutes": "mutes",
    "Viewer.notifications": "notifications",
    "Viewer.notifications-unread": "notifications",
}


def order_of(list_: ListOf) -> str:
    """What the list's cursors are bound to: lists that share it share cursors."""
    if list_.name.startswith("feed-LIKE_COUNT"):
        return "posts by likes"
    if list_.name.startswith("users"):
        return list_.name.rpartition("-")[0]
    return OTHER_ORDERS.get(list_.name, "posts by time")


def some_cursor(reader: Api, list_: ListOf, sight: Sight) -> str:
    """The cursor of a list's second row."""
    return str(list_.read(reader, list_.longest(sight), first=2)["edges"][1]["cursor"])


def edges(api: Api, **paging: Any) -> list[tuple[str, str]]:
    """The feed's rows: IDs and cursors."""
    return [(edge["node"]["id"], edge["cursor"]) for edge in api.read(FEED, **paging)["feed"]["edges"]]


def test_a_cursor_is_good_for_every_list_of_its_order_and_for_no_other(reader: Api, sight: Sight) -> None:
    cursors = {order_of(list_): some_cursor(reader, list_, sight) for list_ in EVERY_ORDER}

    for list_ in EVERY_ORDER:
        parent = list_.longest(sight)
        refused: dict[str, list[tuple[str, Any]]] = {}
        for order, cursor in cursors.items():
            reply = list_.ask(reader, parent, after=cursor)
            refused[order] = [(error["extensions"]["code"], error["path"]) for error in reply.errors]

        bad = [("BAD_USER_INPUT", list_.path)]
        assert refused == {order: [] if order == order_of(list_) else bad for order in cursors}


@pytest.mark.parametrize("list_", EVERY_FIELD, ids=lambda list_: list_.name)
@pytest.mark.parametrize("end", ["after", "before"])
@examples(8)
@given(data=st.data())
def test_a_cursor_with_another_character_is_refused(
    reader: Api, sight: Sight, list_: ListOf, end: str, data: st.DataObject
) -> None:
    cursor = some_cursor(reader, list_, sight)
    place = data.draw(st.integers(0, len(cursor) - 1))
    other = data.draw(st.sampled_from("ABCabc019-_+/=.").filter(lambda letter: letter != cursor[place]))

    tampered = cursor[:place] + other + cursor[place + 1 :]
    reply = list_.ask(reader, list_.longest(sight), **{end: tampered})

    assert (reply.codes, reply.errors[0]["path"]) == (["BAD_USER_INPUT"], list_.path)


def test_a_cursor_that_is_cut_short_is_refused(api: Api, ann: Person) -> None:
    make_post(ann)
    [(_, cursor)] = edges(api)

    for length in range(len(cursor)):
        assert api.send(AFTER, {"after": cursor[:length]}).codes == ["BAD_USER_INPUT"]


@pytest.mark.parametrize("ending", ["=", "==", "A", "AAAA", " ", "\n"])
def test_a_cursor_with_something_behind_it_is_refused(api: Api, ann: Person, ending: str) -> None:
    make_post(ann)
    [(_, cursor)] = edges(api)

    assert api.send(AFTER, {"after": cursor + ending}).codes == ["BAD_USER_INPUT"]


@examples(40)
@given(text=st.text() | st.binary().map(lambda data: base64.urlsafe_b64encode(data).decode()))
@example("")
@example("\ud800")
@example("\x00")
@example(base64.b64encode(b"arrayconnection:1").decode())
@example(encode_id("Post", 5))
@example("A" * 90_000)
def test_any_text_that_is_no_cursor_is_refused(api: Api, text: str) -> None:
    for document, end in ((AFTER, "after"), (BEFORE, "before")):
        reply = api.send(document, {end: text})

        assert (reply.codes, reply.errors[0]["path"]) == (["BAD_USER_INPUT"], ["feed"])
        assert reply.errors[0]["message"].startswith(f"`{end}`: ")


def test_a_cursor_of_a_deleted_post_still_marks_its_place(api: Api, ann: Person) -> None:
    for _ in range(3):
        make_post(ann)
    [(first, _), (second, cursor), (third, _)] = edges(api)

    ann.api.do("deletePost", "deletedPostId", postId=second)

    assert api.read(AFTER, after=cursor)["feed"]["nodes"] == [{"id": third}]
    assert api.read(BEFORE, before=cursor)["feed"]["nodes"] == [{"id": first}]


def test_a_cursor_of_a_like_that_was_taken_back_still_marks_its_place(ann: Person, bob: Person) -> None:
    post, eve = post_id(make_post(ann)), make_person("eve")
    for person in (bob, eve):
        person.api.do("likePost", "post { id }", postId=post)
    latest, earlier = ann.api.read(LIKED_BY, id=post)["post"]["likedBy"]["edges"]
    api_of = {bob.id: bob.api, eve.id: eve.api}

    api_of[latest["node"]["id"]].do("unlikePost", "post { id }", postId=post)

    after = ann.api.read(LIKED_BY, id=post, after=latest["cursor"])["post"]["likedBy"]["edges"]
    assert after == [earlier]


def test_a_cursor_of_somebody_who_is_gone_still_marks_their_place(ann: Person, bob: Person) -> None:
    make_person("carl")
    _, second, third = ann.api.read(USERS)["users"]["edges"]

    deactivate(bob)

    assert second["node"] == {"username": "bob"}
    assert ann.api.read(USERS, after=second["cursor"])["users"]["edges"] == [third]


def test_pages_by_time_do_not_shift_when_others_write_and_delete(api: Api, ann: Person) -> None:
    for _ in range(6):
        make_post(ann)
    whole = edges(api)
    seen = edges(api, first=2)

    while len(seen) < len(whole):
        ann.api.do("deletePost", "deletedPostId", postId=seen[-2][0])
        make_post(ann, "Something new.")
        seen += edges(api, first=2, after=seen[-1][1])

    assert seen == whole


def test_a_new_posts_edge_has_its_place_in_every_list_of_posts_by_time(ann: Person, world: World) -> None:
    older = ann.api.read(AFTER)["feed"]["nodes"]

    payload = ann.api.do("createPost", "postEdge { cursor }", body="New.")

    assert ann.api.read(AFTER, after=payload["postEdge"]["cursor"])["feed"]["nodes"] == older
    assert len(older) > 5
