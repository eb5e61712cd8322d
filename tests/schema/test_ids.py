"""Global IDs: opaque to clients, and nothing but an ID finds an object."""

import base64
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schema.engine.ids import decode_id, encode_id
from tests.client import Api, problems
from tests.people import Person, make_post, post_id
from tests.schema.sight import Sight
from tests.schema.worlds import World, examples

NODE = "query($id: ID!) { node(id: $id) { __typename id } }"
NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
EVERYWHERE = """query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } post(id: $id) { id }
    feed(filter: {authorId: $id}) { totalCount } }"""
NOWHERE = {"node": None, "nodes": [None], "post": None, "feed": {"totalCount": 0}}
ABOUT_POSTS: list[tuple[str, str, dict[str, Any]]] = [
    ("likePost", "postId", {}),
    ("unlikePost", "postId", {}),
    ("editPost", "postId", {"body": "New."}),
    ("deletePost", "postId", {}),
    ("createPost", "replyToId", {"body": "An answer."}),
]

keys = st.integers(1, 2**63 - 1)


def base64_of(text: str) -> str:
    """As IDs are written."""
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


# Near misses: of the right look, but not what the server wrote.
malformed = [
    "",
    " ",
    "5",
    "Post:5",
    base64_of("Post:0"),
    base64_of("Post:-1"),
    base64_of("Post:05"),
    base64_of("Post: 5"),
    base64_of("Post:5 "),
    base64_of("Post:5\n"),
    base64_of("Post:1e3"),
    base64_of("Post:\u0665"),
    base64_of("Post:"),
    base64_of("Post"),
    base64_of(":5"),
    base64_of("Post:5:5"),
    base64_of("post:5"),
    base64_of("Like:5"),
    base64_of("Session:5"),
    base64_of(f"Post:{2**63}"),
    base64_of(f"Post:{10**18 * 99}"),
    encode_id("Post", 5) + "=",
    encode_id("Post", 5) + "\n",
    "\x00",
    "\ud800",
    "é",
    "A" * 90_000,
]


@given(type_name=st.from_regex(r"[A-Za-z]{1,20}", fullmatch=True), key=keys)
def test_an_id_decodes_to_what_it_was_made_of(type_name: str, key: int) -> None:
    assert decode_id(encode_id(type_name, key)) == (type_name, key)


@given(text=st.text() | st.binary(max_size=40).map(lambda data: base64.urlsafe_b64encode(data).decode()))
@example(encode_id("Post", 5) + "=")
@example(base64.b64encode(b"Post:005").decode())
def test_only_what_was_written_as_an_id_decodes(text: str) -> None:
    decoded = decode_id(text)

    assert decoded is None or encode_id(*decoded) == text


@pytest.mark.parametrize("type_name", ["User", "Post"])
def test_an_object_is_found_by_the_id_it_shows(api: Api, ann: Person, type_name: str) -> None:
    make_post(ann)
    shown = api.read("{ users { nodes { id } } feed { nodes { id } } }")
    [object_] = shown["users" if type_name == "User" else "feed"]["nodes"]

    assert api.read(NODE, id=object_["id"])["node"] == {"__typename": type_name, "id": object_["id"]}


@pytest.mark.parametrize("text", malformed, ids=lambda text: ascii(text)[:30])
def test_what_is_no_id_is_null_like_what_is_not_there(api: Api, ann: Person, text: str) -> None:
    make_post(ann)

    assert api.read(EVERYWHERE, id=text) == NOWHERE


@examples(40)
@given(text=st.text() | keys.map(lambda key: encode_id("Post", key)) | keys.map(str))
def test_any_text_that_names_nothing_is_null(api: Api, text: str) -> None:
    assert api.read(EVERYWHERE, id=text) == NOWHERE


@pytest.mark.parametrize("number", ["5", "123456789012345678901234567890"])
def test_a_number_is_an_id_that_names_nothing(api: Api, number: str) -> None:
    assert api.read(f"{{ node(id: {number}) {{ id }} }}") == {"node": None}
    assert api.read(NODE, id=int(number)) == {"node": None}


@pytest.mark.parametrize("value", [True, 1.5, ["x"], {"id": "x"}])
def test_an_id_that_is_neither_text_nor_whole_number_is_bad_input(api: Api, value: Any) -> None:
    assert api.send(NODE, {"id": value}).codes == ["BAD_USER_INPUT"]


@pytest.mark.parametrize(("mutation", "field", "more"), ABOUT_POSTS)
@pytest.mark.parametrize("text", malformed, ids=lambda text: ascii(text)[:30])
def test_a_mutation_does_not_find_what_is_no_id(
    ann: Person, mutation: str, field: str, more: dict[str, Any], text: str
) -> None:
    payload = ann.api.do(mutation, "", **{field: text}, **more)

    assert problems(payload) == [("NOT_FOUND", f"input.{field}")]


@pytest.mark.parametrize(("mutation", "field", "more"), ABOUT_POSTS)
def test_a_mutation_does_not_find_an_object_of_another_type(
    ann: Person, bob: Person, mutation: str, field: str, more: dict[str, Any]
) -> None:
    payload = ann.api.do(mutation, "", **{field: bob.id}, **more)

    assert problems(payload) == [("NOT_FOUND", f"input.{field}")]


def test_the_id_of_another_type_finds_nothing(api: Api, ann: Person) -> None:
    post = post_id(make_post(ann))

    assert api.read("query($id: ID!) { post(id: $id) { id } }", id=ann.id) == {"post": None}
    assert api.read(EVERYWHERE, id=post)["feed"] == {"totalCount": 0}


def test_nodes_come_in_the_order_asked_with_duplicates_and_nulls(api: Api, ann: Person) -> None:
    post = post_id(make_post(ann))
    ids = [post, ann.id, "nothing", post, encode_id("User", 5), ann.id]

    nodes = api.read(NODES, ids=ids)["nodes"]

    user, text = {"__typename": "User", "id": ann.id}, {"__typename": "Post", "id": post}
    assert nodes == [text, user, None, text, None, user]


def test_a_hundred_nodes_are_found_at_once(api: Api, world: World) -> None:
    ids = [encode_id("Post", post.pk) for post in Sight(world, None).posts[:10]] * 10

    assert [node["id"] for node in api.read(NODES, ids=ids)["nodes"]] == ids
    assert len(ids) == 100


def test_more_than_a_hundred_nodes_are_refused(api: Api, ann: Person) -> None:
    reply = api.send(NODES, {"ids": [ann.id] * 101})

    assert (reply.codes, reply.errors[0]["path"]) == (["BAD_USER_INPUT"], ["nodes"])


def test_no_ids_are_no_nodes(api: Api) -> None:
    assert api.read(NODES, ids=[]) == {"nodes": []}
