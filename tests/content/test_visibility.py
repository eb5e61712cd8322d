"""Whoever a moderator deactivated is as if deleted, everywhere; and it can be undone."""

import re
from typing import Any

import pytest

from tests.client import Api
from tests.content.steps import done, look, write
from tests.people import Person, deactivate, make_person, reactivate


@pytest.fixture
def stage(ann: Person, bob: Person) -> dict[str, str]:
    """The IDs of who and what there is: ann and bob each wrote a post, answered and liked the other's."""
    anns, bobs = write(ann, "ann's")["id"], write(bob, "bob's")["id"]
    anns_reply, bobs_reply = write(ann, replyToId=bobs)["id"], write(bob, replyToId=anns)["id"]
    done(ann, "likePost", bobs)
    done(bob, "likePost", anns)
    return {
        "ann": ann.id,
        "bob": bob.id,
        "annsPost": anns,
        "bobsPost": bobs,
        "annsReply": anns_reply,
        "bobsReply": bobs_reply,
    }


# What is asked, by the names of the stage's IDs; what is told; what is told while ann is deactivated.
SIGHTS: dict[str, tuple[str, Any, Any]] = {
    "feed": ("feed { totalCount nodes { id } }", ["bobsPost", "annsPost"], ["bobsPost"]),
    "feed with replies": (
        "feed(filter: {includeReplies: true}) { totalCount nodes { id } }",
        ["bobsReply", "annsReply", "bobsPost", "annsPost"],
        ["bobsReply", "bobsPost"],
    ),
    "feed of the author": ("feed(filter: {authorId: $ann}) { totalCount nodes { id } }", ["annsPost"], []),
    "feed by likes": (
        "feed(orderBy: {field: LIKE_COUNT}) { totalCount nodes { id } }",
        ["bobsPost", "annsPost"],
        ["bobsPost"],
    ),
    "users": ("users(orderBy: {field: USERNAME}) { totalCount nodes { id } }", ["bob", "ann"], ["bob"]),
    "users by name": ('users(filter: {query: "ANN"}) { totalCount nodes { id } }', ["ann"], []),
    "users with unliked posts": (
        "users(filter: {hasUnlikedPosts: true}, orderBy: {field: USERNAME}) { totalCount nodes { id } }",
        ["bob", "ann"],
        ["bob"],
    ),
    "users without": ("users(filter: {hasUnlikedPosts: false}) { totalCount nodes { id } }", [], []),
    "node of the post": ("node(id: $annsPost) { id }", "annsPost", None),
    "node of the reply": ("node(id: $annsReply) { id }", "annsReply", None),
    "node of the user": ("node(id: $ann) { id }", "ann", None),
    "nodes": ("nodes(ids: [$annsPost, $bob, $ann]) { id }", ["annsPost", "bob", "ann"], [None, "bob", None]),
    "post": ("post(id: $annsPost) { id }", "annsPost", None),
    "user": ('user(username: "Ann") { id }', "ann", None),
}
# The same, of what belongs to a post or a user who is seen all the time.
NESTED: dict[str, tuple[str, Any, Any]] = {
    "liked by": ("post(id: $bobsPost) { there: likedBy { totalCount nodes { id } } }", ["ann"], []),
    "replies": ("post(id: $bobsPost) { there: replies { totalCount nodes { id } } }", ["annsReply"], []),
    "reply to": ("post(id: $bobsReply) { there: replyTo { id } }", "annsPost", None),
    "liked posts": (
        'user(username: "bob") { there: likedPosts { totalCount nodes { id } } }',
        ["annsPost"],
        [],
    ),
}


def ask(api: Api, selection: str, stage: dict[str, str]) -> Any:
    """What `selection` finds, by the names of the stage."""
    used = {name: stage[name] for name in re.findall(r"\$(\w+)", selection)}
    head = f"({', '.join(f'${name}: ID!' for name in used)})" if used else ""
    found = next(iter(api.read(f"query{head} {{ {selection} }}", **used).values()))
    found = found["there"] if found and "there" in found else found
    if isinstance(found, dict) and "nodes" in found:
        assert found["totalCount"] == len(found["nodes"])
        found = found["nodes"]
    names = {value: name for name, value in stage.items()}
    if isinstance(found, list):
        return [each and names[each["id"]] for each in found]
    return found and names[found["id"]]


@pytest.mark.parametrize(("selection", "shown", "hidden"), (SIGHTS | NESTED).values(), ids=SIGHTS | NESTED)
def test_a_deactivated_person_disappears_and_comes_back(
    api: Api, stage: dict[str, str], ann: Person, bob: Person, selection: str, shown: Any, hidden: Any
) -> None:
    assert [ask(each, selection, stage) for each in (api, bob.api)] == [shown, shown]

    deactivate(ann)
    assert [ask(each, selection, stage) for each in (api, bob.api)] == [hidden, hidden]

    reactivate(ann)
    assert [ask(each, selection, stage) for each in (api, bob.api)] == [shown, shown]


def test_counts_stay_while_somebody_is_deactivated(api: Api, stage: dict[str, str], ann: Person) -> None:
    counts = "likeCount replyCount author { postCount }"
    before = look(api, stage["bobsPost"], counts)

    deactivate(ann)

    assert look(api, stage["bobsPost"], counts) == before
    assert before == {"likeCount": 1, "replyCount": 1, "author": {"postCount": 2}}


def test_former_texts_come_back_with_the_post(api: Api, ann: Person) -> None:
    post = write(ann, "a")["id"]
    done(ann, "editPost", post, body="b")
    before = look(api, post, "edits { totalCount nodes { body } }")
    deactivate(ann)

    reactivate(ann)

    assert look(api, post, "edits { totalCount nodes { body } }") == before
    assert before == {"edits": {"totalCount": 1, "nodes": [{"body": "a"}]}}


def test_pages_skip_the_deactivated_without_holes(api: Api, ann: Person) -> None:
    people = [make_person() for _ in range(6)]
    posts = [write(person)["id"] for person in people]
    for person in people[1::2]:
        deactivate(person)

    read = api.read("{ feed(first: 2) { nodes { id } pageInfo { hasNextPage } } }")["feed"]
    assert [post["id"] for post in read["nodes"]] == [posts[4], posts[2]]
    assert read["pageInfo"] == {"hasNextPage": True}


def test_the_cursor_of_a_hidden_post_still_works(api: Api, ann: Person, bob: Person) -> None:
    older = write(bob)["id"]
    cursor = ann.api.do("createPost", "postEdge { cursor }", body="x")["postEdge"]["cursor"]
    deactivate(ann)

    read = api.read("query($after: String!) { feed(after: $after) { nodes { id } } }", after=cursor)
    assert read["feed"]["nodes"] == [{"id": older}]
