"""Changing a post."""

from functools import partial
from typing import Any

import pytest
import time_machine

from tests.client import Api, problems
from tests.content.races import at_once
from tests.content.steps import NO_POSTS, act, done, look, write
from tests.people import Person, deactivate, make_person

HISTORY = "body createdAt editedAt edits(first: 100) { totalCount nodes { body createdAt } }"


def history(post_id: str) -> Any:
    return look(Api(), post_id, HISTORY)


def former_texts(post_id: str) -> list[str]:
    return [edit["body"] for edit in history(post_id)["edits"]["nodes"]]


def test_an_edit_changes_the_text_and_keeps_the_former_one(ann: Person, api: Api) -> None:
    post = write(ann, "Helo.")

    edited = done(ann, "editPost", post["id"], body=" Hello.\r\n")

    assert edited == {**post, "body": "Hello.", "editedAt": edited["editedAt"]}
    assert edited["editedAt"] > post["createdAt"]
    assert look(api, post["id"]) == edited
    assert former_texts(post["id"]) == ["Helo."]


def test_a_post_that_was_never_edited_has_no_edits(ann: Person) -> None:
    post = write(ann)["id"]

    assert history(post)["editedAt"] is None
    assert history(post)["edits"] == {"totalCount": 0, "nodes": []}


@pytest.mark.django_db
def test_edits_are_listed_newest_first_with_the_time_each_was_written() -> None:
    with time_machine.travel("2026-11-24T12:00:00.123456Z", tick=False) as clock:
        ann = make_person("ann")
        post = write(ann, "one")["id"]
        for text in ("two", "three"):
            clock.shift(60)
            done(ann, "editPost", post, body=text)

    assert history(post) == {
        "body": "three",
        "createdAt": "2026-11-24T12:00:00.123000Z",
        "editedAt": "2026-11-24T12:02:00.123000Z",
        "edits": {
            "totalCount": 2,
            "nodes": [
                {"body": "two", "createdAt": "2026-11-24T12:01:00.123000Z"},
                {"body": "one", "createdAt": "2026-11-24T12:00:00.123000Z"},
            ],
        },
    }


@pytest.mark.django_db
def test_edits_within_one_moment_keep_their_order() -> None:
    with time_machine.travel("2026-11-24T12:00:00Z", tick=False):
        ann = make_person("ann")
        post = write(ann, "0")["id"]
        for number in range(1, 12):
            done(ann, "editPost", post, body=str(number))

    assert former_texts(post) == [str(number) for number in range(10, -1, -1)]


@pytest.mark.django_db
def test_edits_keep_their_order_when_the_clock_is_put_back() -> None:
    with time_machine.travel("2026-11-24T12:00:00Z", tick=False) as clock:
        ann = make_person("ann")
        post = write(ann, "one")["id"]
        for text, seconds in (("two", 60), ("three", -30)):
            clock.shift(seconds)
            done(ann, "editPost", post, body=text)

    assert former_texts(post) == ["two", "one"]


@pytest.mark.parametrize("same", ["Hello.", "  Hello.\n", "Hello.\r\n"])
def test_the_same_text_again_changes_nothing(ann: Person, same: str) -> None:
    post = write(ann, "Hello.")

    assert done(ann, "editPost", post["id"], body=same) == post
    assert history(post["id"])["edits"]["totalCount"] == 0


def test_an_edit_sent_twice_is_one_edit(ann: Person) -> None:
    post = write(ann, "Helo.")["id"]

    first = done(ann, "editPost", post, body="Hello.")

    assert done(ann, "editPost", post, body="Hello.") == first
    assert former_texts(post) == ["Helo."]


def test_an_edit_back_to_the_first_text_is_an_edit(ann: Person) -> None:
    post = write(ann, "a")["id"]

    for text in ("b", "a"):
        done(ann, "editPost", post, body=text)

    assert former_texts(post) == ["b", "a"]


def test_an_edit_leaves_likes_and_replies_alone(ann: Person, bob: Person) -> None:
    post = write(ann, "a")["id"]
    done(bob, "likePost", post)
    write(bob, replyToId=post)

    edited = done(ann, "editPost", post, body="b")

    assert (edited["likeCount"], edited["replyCount"]) == (1, 1)


def test_somebody_elses_post_cannot_be_changed(ann: Person, bob: Person, api: Api) -> None:
    post = write(ann)

    refused = act(bob, "editPost", post["id"], body="Mine now.")

    assert problems(refused) == [("NOT_ALLOWED", "input.postId")]
    assert refused["post"] is None
    assert look(api, post["id"]) == post
    assert former_texts(post["id"]) == []


@pytest.mark.parametrize("no_post", NO_POSTS.values(), ids=NO_POSTS)
def test_what_is_no_post_cannot_be_changed(ann: Person, no_post: str) -> None:
    assert problems(act(ann, "editPost", no_post, body="x")) == [("NOT_FOUND", "input.postId")]


def test_a_person_cannot_be_changed(ann: Person) -> None:
    assert problems(act(ann, "editPost", ann.id, body="x")) == [("NOT_FOUND", "input.postId")]


def test_a_deleted_post_cannot_be_changed(ann: Person) -> None:
    post = write(ann)["id"]
    done(ann, "deletePost", post)

    assert problems(act(ann, "editPost", post, body="x")) == [("NOT_FOUND", "input.postId")]


def test_a_hidden_post_is_not_told_from_an_absent_one(ann: Person, bob: Person) -> None:
    post = write(bob)["id"]
    deactivate(bob)

    assert problems(act(ann, "editPost", post, body="x")) == [("NOT_FOUND", "input.postId")]


@pytest.mark.parametrize(
    ("body", "code"), [("", "REQUIRED"), (" \n", "REQUIRED"), ("x" * 5001, "TOO_LONG"), ("\x00", "INVALID")]
)
def test_a_text_that_cannot_be_published_is_no_edit(ann: Person, api: Api, body: str, code: str) -> None:
    post = write(ann)

    assert problems(act(ann, "editPost", post["id"], body=body)) == [(code, "input.body")]
    assert look(api, post["id"]) == post
    assert former_texts(post["id"]) == []


def test_every_mistake_is_told_at_once(ann: Person, bob: Person) -> None:
    theirs = write(bob)["id"]

    absent = act(ann, "editPost", "Not an ID!", body=" ")
    not_mine = act(ann, "editPost", theirs, body=" ")

    assert sorted(problems(absent)) == [("NOT_FOUND", "input.postId"), ("REQUIRED", "input.body")]
    assert sorted(problems(not_mine)) == [("NOT_ALLOWED", "input.postId"), ("REQUIRED", "input.body")]


@pytest.mark.django_db(transaction=True)
def test_of_edits_at_once_every_text_is_kept_exactly_once(ann: Person) -> None:
    post = write(ann, "first")["id"]
    texts = [f"text {number}" for number in range(48)]

    at_once([partial(done, ann, "editPost", post, body=text) for text in texts])

    seen = history(post)
    assert sorted([seen["body"], *former_texts(post)]) == sorted(["first", *texts])
    assert former_texts(post)[-1] == "first"
    assert seen["edits"]["totalCount"] == len(texts)
