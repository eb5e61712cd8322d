"""Likes at the same moment: the count is the rows."""

import random
from functools import partial

import pytest

from content.counts import wrong_counts
from content.models import Like, Post
from tests.client import Api
from tests.content.races import at_once
from tests.content.steps import done, look, write
from tests.people import Person, make_person
from tests.sparing import others_long

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


def test_200_likes_by_200_people_are_200(ann: Person, api: Api) -> None:
    post = write(ann)["id"]
    people = [make_person() for _ in range(200)]

    answers = at_once([partial(done, person, "likePost", post) for person in people])

    assert sorted(answer["likeCount"] for answer in answers) == list(range(1, 201))
    assert look(api, post)["likeCount"] == Like.objects.count() == 200


def test_200_likes_by_one_person_are_one(ann: Person, bob: Person, api: Api) -> None:
    post = write(ann)["id"]

    answers = at_once([partial(done, bob, "likePost", post)] * 200)

    assert answers == [answers[0]] * 200
    assert look(api, post)["likeCount"] == Like.objects.count() == 1


@pytest.mark.parametrize("seed", others_long(0, [1, 2]))
def test_likes_and_unlikes_in_any_order_end_with_the_count_of_the_rows(
    ann: Person, api: Api, seed: int
) -> None:
    chance = random.Random(seed)
    post = write(ann)["id"]
    people = [make_person() for _ in range(4)]
    mutations = ["likePost", "unlikePost"] * 40

    answers = at_once([partial(done, chance.choice(people), mutation, post) for mutation in mutations])

    assert {answer["likeCount"] for answer in answers} <= set(range(len(people) + 1))
    assert look(api, post)["likeCount"] == Like.objects.count()
    assert list(wrong_counts()) == []


def test_likes_of_many_posts_by_many_people_all_count(ann: Person) -> None:
    posts = [write(ann)["id"] for _ in range(4)]
    people = [make_person() for _ in range(12)]

    at_once([partial(done, person, "likePost", post) for person in people for post in posts])

    assert list(Post.objects.values_list("like_count", flat=True)) == [12] * 4
    assert list(wrong_counts()) == []


def test_likes_and_edits_of_one_post_do_not_undo_each_other(ann: Person, api: Api) -> None:
    post = write(ann)["id"]
    people = [make_person() for _ in range(24)]
    likes = [partial(done, person, "likePost", post) for person in people]
    edits = [partial(done, ann, "editPost", post, body=f"text {number}") for number in range(24)]

    at_once([act for pair in zip(likes, edits, strict=True) for act in pair])

    seen = look(api, post, "likeCount edits { totalCount }")
    assert seen == {"likeCount": 24, "edits": {"totalCount": 24}}
