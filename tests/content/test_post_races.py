"""Posts deleted at the moment when others like, answer and delete: nothing hangs, all counts hold."""

import random
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from content.counts import wrong_counts
from content.models import Hashtag, Like, Post
from tests.client import problems
from tests.content.large import purge
from tests.content.races import at_once
from tests.content.steps import POST, act, done, feed, hashtags, look, post_count, write
from tests.people import Person, make_person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
ROUNDS = 4


def answer_to(post_id: str, person: Person) -> Any:
    return person.api.do("createPost", f"post {{ {POST} }}", body="Hi.", replyToId=post_id)


def done_or_not_found(acts: list[Callable[[], Any]], field: str = "input.postId") -> list[bool]:
    """Which of `acts` succeeded, when done at once in any order; the others must have found nothing.

    Afterwards the worker takes away what was deleted.
    """
    order = random.sample(range(len(acts)), len(acts))
    answers = dict(zip(order, at_once([acts[number] for number in order]), strict=True))
    found = [problems(answers[number]) for number in range(len(acts))]
    assert all(each in ([], [("NOT_FOUND", field)]) for each in found), found
    purge()
    return [each == [] for each in found]


def test_a_post_that_is_deleted_while_people_like_it_leaves_nothing(ann: Person) -> None:
    people = [make_person() for _ in range(15)]
    for _ in range(ROUNDS):
        post = write(ann)["id"]
        likes = [partial(act, person, "likePost", post) for person in people]

        done_or_not_found([*likes, partial(act, ann, "deletePost", post)])

        assert not Like.objects.exists()
    assert (Post.objects.count(), post_count(ann)) == (0, 0)


def test_a_post_that_is_deleted_while_people_unlike_it_leaves_nothing(ann: Person) -> None:
    people = [make_person() for _ in range(8)]
    for _ in range(ROUNDS):
        post = write(ann)["id"]
        for person in people:
            done(person, "likePost", post)
        unlikes = [partial(act, person, "unlikePost", post) for person in people]

        done_or_not_found([*unlikes, partial(act, ann, "deletePost", post)])

        assert not Like.objects.exists()
    assert (Post.objects.count(), post_count(ann)) == (0, 0)


def test_a_post_that_is_deleted_many_times_at_once_is_uncounted_once(ann: Person, bob: Person) -> None:
    parent, other = write(bob)["id"], write(ann)["id"]
    for _ in range(ROUNDS):
        reply = write(ann, replyToId=parent)["id"]

        assert all(done_or_not_found([partial(act, ann, "deletePost", reply)] * 12))

        assert (look(ann.api, parent)["replyCount"], post_count(ann)) == (0, 1)
    assert set(feed(ann.api)) == {parent, other}


def test_a_post_and_its_replies_are_deleted_at_once(ann: Person, bob: Person) -> None:
    for _ in range(ROUNDS):
        post = write(ann)["id"]
        middle = write(bob, replyToId=post)["id"]
        leaves = [write(ann, replyToId=middle)["id"] for _ in range(4)]
        deletes = [partial(act, ann, "deletePost", each) for each in [post, *leaves]]

        assert all(done_or_not_found([partial(act, bob, "deletePost", middle), *deletes]))

        assert not Post.objects.exists()
    assert (post_count(ann), post_count(bob)) == (0, 0)


def test_a_post_is_answered_while_it_is_deleted(ann: Person) -> None:
    people = [make_person() for _ in range(7)]
    published = 0
    for _ in range(ROUNDS):
        post = write(ann)["id"]
        answers = [partial(answer_to, post, person) for person in people * 2]

        *answered, deleted = done_or_not_found(
            [*answers, partial(act, ann, "deletePost", post)], "input.replyToId"
        )

        published += sum(answered)
        assert deleted
        assert Post.objects.filter(reply_to=None, is_reply=True).count() == published
    assert Post.objects.count() == published
    assert list(wrong_counts()) == []


def test_a_post_is_answered_while_it_and_its_other_replies_are_deleted(ann: Person, bob: Person) -> None:
    for _ in range(ROUNDS):
        post = write(ann)["id"]
        replies = [write(bob, replyToId=post)["id"] for _ in range(5)]

        done_or_not_found(
            [
                *[partial(answer_to, post, bob)] * 5,
                *(partial(act, bob, "deletePost", reply) for reply in replies),
                partial(act, ann, "deletePost", post),
            ],
            "input.replyToId",
        )

        assert list(wrong_counts()) == []


def come_and_go(person: Person, visibility: str) -> None:
    """Write a post with two hashtags, take one from it, delete it."""
    post = write(person, "#milk #tea", visibility=visibility)["id"]
    done(person, "editPost", post, body="#tea")
    done(person, "deletePost", post)
    purge()


@pytest.mark.parametrize("visibility", ["PUBLIC", "FOLLOWERS"])
def test_a_hashtag_is_given_to_a_post_while_the_last_that_had_it_loses_it(
    ann: Person, visibility: str
) -> None:
    acts: list[Callable[[], Any]] = [partial(write, ann, "#tea", visibility=visibility)]
    acts += [partial(come_and_go, make_person(), visibility) for _ in range(8)] * 2
    for _ in range(ROUNDS):
        kept = at_once(acts)[0]["id"]
        purge()

        assert list(hashtags(ann.api, kept)) == ["tea"]
        assert list(Hashtag.objects.values_list("name", flat=True)) == ["tea"]
        assert list(wrong_counts()) == []
        come_and_go(ann, visibility)
        done(ann, "deletePost", kept)
        purge()
        assert not Hashtag.objects.exists()


@pytest.mark.long
def test_anything_at_once_ends_with_right_counts(ann: Person, bob: Person) -> None:
    people = [ann, bob, make_person(), make_person()]
    for _ in range(ROUNDS):
        posts = [write(random.choice(people))["id"] for _ in range(3)]
        posts += [write(random.choice(people), replyToId=post)["id"] for post in posts * 2]
        mutations = ["likePost", "unlikePost", "deletePost"] * 16
        acts = [partial(act, random.choice(people), each, random.choice(posts)) for each in mutations]
        acts += [partial(answer_to, random.choice(posts), random.choice(people)) for _ in range(12)]
        acts += [partial(act, each, "editPost", random.choice(posts), body="New.") for each in people * 3]

        answers = at_once(random.sample(acts, len(acts)))

        codes = {code for answer in answers for code, _ in problems(answer)}
        assert codes <= {"NOT_FOUND", "NOT_ALLOWED", "SELF_ACTION"}
        assert list(wrong_counts()) == []
