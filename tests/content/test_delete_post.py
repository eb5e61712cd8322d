"""Deleting a post."""

import pytest

from content.counts import wrong_counts
from content.models import Like, Post, PostEdit
from schema.engine.ids import encode_id
from tests.client import Api, problems
from tests.content.large import purge
from tests.content.steps import ABSENT_POST, NO_POSTS, act, done, feed, look, post_count, write
from tests.people import Person, deactivate, reactivate

pytestmark = pytest.mark.database

NO_IDS = {name: no_id for name, no_id in NO_POSTS.items() if name != "absent"}
POSTS_OF_ANN = """{ user(username: "ann") {
    posts { nodes { id } } all: posts(includeReplies: true) { nodes { id } } } }"""


def test_a_deleted_post_is_gone_everywhere(ann: Person, api: Api) -> None:
    post = write(ann)["id"]

    assert done(ann, "deletePost", post) == post

    assert (look(api, post), feed(api), post_count(ann)) == (None, [], 0)
    assert api.read("query($id: ID!) { node(id: $id) { id } }", id=post) == {"node": None}


def test_deleting_is_safe_to_repeat(ann: Person) -> None:
    post, other = write(ann)["id"], write(ann)["id"]

    assert [done(ann, "deletePost", post) for _ in range(3)] == [post] * 3
    assert post_count(ann) == 1
    assert feed(Api()) == [other]


def test_deleting_what_never_was_succeeds(ann: Person) -> None:
    assert done(ann, "deletePost", ABSENT_POST) == ABSENT_POST


@pytest.mark.parametrize("no_id", NO_IDS.values(), ids=NO_IDS)
def test_what_is_no_posts_id_is_not_found(ann: Person, no_id: str) -> None:
    refused = act(ann, "deletePost", no_id)

    assert problems(refused) == [("NOT_FOUND", "input.postId")]
    assert refused["deletedPostId"] is None


def test_the_id_of_a_person_deletes_nothing(ann: Person, api: Api) -> None:
    post = write(ann)["id"]
    same_key = encode_id("User", Post.objects.get().pk)

    assert problems(act(ann, "deletePost", same_key)) == [("NOT_FOUND", "input.postId")]
    assert feed(api) == [post]


def test_somebody_elses_post_cannot_be_deleted(ann: Person, bob: Person, api: Api) -> None:
    post = write(ann)

    refused = act(bob, "deletePost", post["id"])

    assert problems(refused) == [("NOT_ALLOWED", "input.postId")]
    assert refused["deletedPostId"] is None
    assert look(api, post["id"]) == post
    assert post_count(ann) == 1


def test_deleting_a_hidden_post_succeeds_and_deletes_nothing(ann: Person, bob: Person, api: Api) -> None:
    post = write(bob)
    deactivate(bob)

    assert done(ann, "deletePost", post["id"]) == post["id"]

    reactivate(bob)
    assert look(api, post["id"]) == post


def test_replies_stay_without_the_post_they_answered(ann: Person, bob: Person, api: Api) -> None:
    post = write(ann)["id"]
    reply = write(bob, "No.", replyToId=post)

    done(ann, "deletePost", post)

    assert look(api, reply["id"]) == {**reply, "replyTo": None}
    assert post_count(bob) == 1


def test_replies_that_stay_do_not_become_top_level_posts(ann: Person, api: Api) -> None:
    post = write(ann)["id"]
    reply = write(ann, replyToId=post)["id"]

    done(ann, "deletePost", post)

    read = api.read(POSTS_OF_ANN)
    assert feed(api) == read["user"]["posts"]["nodes"] == []
    assert feed(api, includeReplies=True) == [reply]
    assert read["user"]["all"]["nodes"] == [{"id": reply}]


def test_deleting_a_reply_lowers_its_parents_count_only(ann: Person, bob: Person, api: Api) -> None:
    top = write(ann)["id"]
    middle = write(ann, replyToId=top)["id"]
    leaf = write(bob, replyToId=middle)["id"]

    done(ann, "deletePost", middle)

    assert look(api, top)["replyCount"] == 0
    assert look(api, leaf)["replyTo"] is None
    assert (post_count(ann), post_count(bob)) == (1, 1)
    assert list(wrong_counts()) == []


def test_deleting_a_reply_whose_parent_is_gone_counts_right(ann: Person, api: Api) -> None:
    post = write(ann)["id"]
    reply = write(ann, replyToId=post)["id"]

    for each in (post, reply):
        done(ann, "deletePost", each)

    purge()

    assert post_count(ann) == 0
    assert not Post.objects.exists()


def test_likes_and_edits_go_with_the_post(ann: Person, bob: Person, api: Api) -> None:
    post = write(ann, "a")["id"]
    done(bob, "likePost", post)
    done(ann, "editPost", post, body="b")

    done(ann, "deletePost", post)

    read = api.read('{ user(username: "bob") { likedPosts { totalCount nodes { id } } } }')
    assert read["user"]["likedPosts"] == {"totalCount": 0, "nodes": []}
    purge()
    assert not Like.objects.exists()
    assert not PostEdit.objects.exists()


def test_others_posts_and_likes_stay(ann: Person, bob: Person, api: Api) -> None:
    post, other = write(ann)["id"], write(ann)["id"]
    for each in (post, other):
        done(bob, "likePost", each)

    done(ann, "deletePost", post)

    assert look(api, other, "likeCount likedBy { nodes { id } }") == {
        "likeCount": 1,
        "likedBy": {"nodes": [{"id": bob.id}]},
    }
