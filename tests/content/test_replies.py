"""Answering a post."""

import pytest

from content.models import Post
from tests.client import Api, problems
from tests.content.steps import NO_POSTS, done, feed, look, post_count, write
from tests.people import Person, deactivate, make_person


def replies(post_id: str) -> list[str]:
    read: list[dict[str, str]] = look(Api(), post_id, "replies { nodes { id } }")["replies"]["nodes"]
    return [reply["id"] for reply in read]


def refusal(person: Person, reply_to_id: str) -> list[tuple[str, str | None]]:
    """What is told about a reply that must not be published; that nothing was written is checked."""
    before = Post.objects.count(), post_count(person)
    payload = person.api.do(
        "createPost", "post { id } postEdge { cursor }", body="Hi.", replyToId=reply_to_id
    )
    assert (payload["post"], payload["postEdge"]) == (None, None)
    assert (Post.objects.count(), post_count(person)) == before
    return problems(payload)


def test_a_reply_shows_what_it_answers(ann: Person, bob: Person, api: Api) -> None:
    post = write(ann)

    reply = write(bob, "No.", replyToId=post["id"])

    assert reply["replyTo"] == {"id": post["id"]}
    assert look(api, reply["id"]) == reply


def test_replies_are_listed_oldest_first_and_counted(ann: Person, bob: Person, api: Api) -> None:
    post = write(ann)

    answers = [write(each, replyToId=post["id"])["id"] for each in (bob, ann, bob)]

    assert replies(post["id"]) == answers
    assert look(api, post["id"])["replyCount"] == 3
    assert (post_count(ann), post_count(bob)) == (2, 2)


def test_a_reply_can_be_answered_and_counts_for_its_own_parent_only(ann: Person, api: Api) -> None:
    top = write(ann)["id"]
    middle = write(ann, replyToId=top)["id"]

    write(ann, replyToId=middle)

    assert [look(api, each)["replyCount"] for each in (top, middle)] == [1, 1]


def test_replies_are_in_the_feed_only_when_asked_for(ann: Person, api: Api) -> None:
    post = write(ann)["id"]
    reply = write(ann, replyToId=post)["id"]

    assert feed(api) == [post]
    assert feed(api, includeReplies=True) == [reply, post]


def test_the_cursor_of_a_new_replys_edge_works_among_the_replies(ann: Person, api: Api) -> None:
    post = write(ann)["id"]
    first = ann.api.do("createPost", "postEdge { cursor }", body="first", replyToId=post)
    second = write(ann, replyToId=post)["id"]

    document = (
        "query($id: ID!, $after: String!) { post(id: $id) { replies(after: $after) { nodes { id } } } }"
    )
    read = api.read(document, id=post, after=first["postEdge"]["cursor"])
    assert read["post"]["replies"]["nodes"] == [{"id": second}]


@pytest.mark.parametrize("no_post", NO_POSTS.values(), ids=NO_POSTS)
def test_what_is_no_post_cannot_be_answered(ann: Person, no_post: str) -> None:
    assert refusal(ann, no_post) == [("NOT_FOUND", "input.replyToId")]


def test_a_person_cannot_be_answered(ann: Person, bob: Person) -> None:
    assert refusal(ann, bob.id) == [("NOT_FOUND", "input.replyToId")]


def test_a_deleted_post_cannot_be_answered(ann: Person) -> None:
    post = write(ann)["id"]
    done(ann, "deletePost", post)

    assert refusal(ann, post) == [("NOT_FOUND", "input.replyToId")]


def test_a_deactivated_persons_post_cannot_be_answered(ann: Person, bob: Person) -> None:
    post = write(bob)["id"]
    deactivate(bob)

    assert refusal(ann, post) == [("NOT_FOUND", "input.replyToId")]
    assert Post.objects.get().reply_count == 0


def test_a_refused_text_does_not_count_as_a_reply(ann: Person, api: Api) -> None:
    post = write(ann)["id"]

    payload = ann.api.do("createPost", "post { id }", body=" ", replyToId=post)

    assert problems(payload) == [("REQUIRED", "input.body")]
    assert look(api, post)["replyCount"] == 0


def test_many_people_answer_one_post(ann: Person, api: Api) -> None:
    post = write(ann)["id"]

    answers = [write(make_person(), replyToId=post)["id"] for _ in range(5)]

    assert replies(post) == answers
    assert look(api, post)["replyCount"] == 5
