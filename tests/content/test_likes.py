"""Liking a post, and taking it back."""

from typing import Any

import pytest

from content.models import Like
from tests.client import Api, problems
from tests.content.steps import NO_POSTS, act, done, look, write
from tests.people import Person, deactivate, make_person

pytestmark = pytest.mark.database

BOTH = ("likePost", "unlikePost")


def likers(post_id: str) -> list[str]:
    read = look(Api(), post_id, "likedBy { nodes { username } }")
    return [user["username"] for user in read["likedBy"]["nodes"]]


def test_a_like_is_counted_shown_and_known_to_its_giver_at_once(ann: Person, bob: Person) -> None:
    post = write(ann)

    liked = done(bob, "likePost", post["id"])

    assert liked == {**post, "likeCount": 1, "viewerHasLiked": True}
    assert look(bob.api, post["id"]) == liked
    assert likers(post["id"]) == ["bob"]


def test_a_like_is_its_givers_alone(ann: Person, bob: Person, api: Api) -> None:
    post = write(ann)["id"]

    done(bob, "likePost", post)

    assert [look(each, post)["viewerHasLiked"] for each in (ann.api, bob.api, api)] == [False, True, False]


def test_liking_twice_is_liking_once(ann: Person, bob: Person) -> None:
    post = write(ann)["id"]

    answers = [done(bob, "likePost", post) for _ in range(3)]

    assert answers == [answers[0]] * 3
    assert answers[0]["likeCount"] == Like.objects.count() == 1


def test_a_like_keeps_its_first_time_when_repeated(ann: Person, bob: Person, api: Api) -> None:
    post = write(ann)["id"]
    done(bob, "likePost", post)
    first = look(api, post, "likedBy { edges { likedAt cursor } }")

    done(bob, "likePost", post)

    assert look(api, post, "likedBy { edges { likedAt cursor } }") == first


def test_an_unlike_takes_the_like_back(ann: Person, bob: Person) -> None:
    post = write(ann)
    done(bob, "likePost", post["id"])

    assert done(bob, "unlikePost", post["id"]) == post
    assert likers(post["id"]) == []


def test_unliking_twice_is_unliking_once(ann: Person, bob: Person) -> None:
    post = write(ann)["id"]
    done(make_person("carol"), "likePost", post)
    done(bob, "likePost", post)

    answers = [done(bob, "unlikePost", post)["likeCount"] for _ in range(3)]

    assert answers == [1, 1, 1]
    assert likers(post) == ["carol"]


def test_unliking_what_was_never_liked_changes_nothing(ann: Person, bob: Person) -> None:
    post = write(ann)

    assert done(bob, "unlikePost", post["id"]) == post


def test_likers_are_listed_latest_first(ann: Person) -> None:
    post = write(ann)["id"]

    for name in ("bob", "carol", "dave"):
        done(make_person(name), "likePost", post)

    assert likers(post) == ["dave", "carol", "bob"]


def test_a_like_taken_back_and_given_again_is_the_latest(ann: Person, bob: Person) -> None:
    post, carol = write(ann)["id"], make_person("carol")
    for person, mutation in ((bob, "likePost"), (carol, "likePost"), (bob, "unlikePost"), (bob, "likePost")):
        done(person, mutation, post)

    assert likers(post) == ["bob", "carol"]


def test_ones_own_post_cannot_be_liked(ann: Person, api: Api) -> None:
    post = write(ann)

    refused = act(ann, "likePost", post["id"])

    assert problems(refused) == [("SELF_ACTION", "input.postId")]
    assert refused["post"] is None
    assert look(api, post["id"]) == post
    assert not Like.objects.exists()


@pytest.mark.parametrize("mutation", BOTH)
@pytest.mark.parametrize("no_post", NO_POSTS.values(), ids=NO_POSTS)
def test_what_is_no_post_is_not_found(ann: Person, mutation: str, no_post: str) -> None:
    assert problems(act(ann, mutation, no_post)) == [("NOT_FOUND", "input.postId")]


@pytest.mark.parametrize("mutation", BOTH)
def test_a_person_is_no_post(ann: Person, bob: Person, mutation: str) -> None:
    assert problems(act(ann, mutation, bob.id)) == [("NOT_FOUND", "input.postId")]


@pytest.mark.parametrize("mutation", BOTH)
def test_a_deleted_post_is_not_found(ann: Person, bob: Person, mutation: str) -> None:
    post = write(ann)["id"]
    done(bob, "likePost", post)
    done(ann, "deletePost", post)

    assert problems(act(bob, mutation, post)) == [("NOT_FOUND", "input.postId")]


@pytest.mark.parametrize("mutation", BOTH)
def test_a_deactivated_persons_post_is_not_found(ann: Person, bob: Person, mutation: str) -> None:
    post = write(ann)["id"]
    done(bob, "likePost", post)
    deactivate(ann)

    assert problems(act(bob, mutation, post)) == [("NOT_FOUND", "input.postId")]
    assert Like.objects.count() == 1


def several(person: Person, *steps: tuple[str, str]) -> list[Any]:
    """The posts that several mutations in one document return, in their order."""
    post = "post { id likeCount viewerHasLiked }"
    fields = [
        f'm{number}: {mutation}(input: {{postId: "{post_id}"}}) {{ {post} }}'
        for number, (mutation, post_id) in enumerate(steps)
    ]
    return [payload["post"] for payload in person.api.read(f"mutation {{ {' '.join(fields)} }}").values()]


def test_each_mutation_of_a_document_tells_of_its_own_moment(ann: Person, bob: Person) -> None:
    post = write(ann)["id"]
    done(make_person(), "likePost", post)

    seen = several(
        bob, *((mutation, post) for mutation in ("likePost", "likePost", "unlikePost", "likePost"))
    )

    assert [each["likeCount"] for each in seen] == [2, 2, 1, 2]
    assert [each["viewerHasLiked"] for each in seen] == [True, True, False, True]


def test_mutations_of_several_posts_in_a_document_do_not_mix(ann: Person, bob: Person) -> None:
    one, two = write(ann)["id"], write(ann)["id"]

    seen = several(bob, ("likePost", one), ("likePost", two), ("unlikePost", one))

    assert [(each["id"], each["likeCount"], each["viewerHasLiked"]) for each in seen] == [
        (one, 1, True),
        (two, 1, True),
        (one, 0, False),
    ]


def test_a_refused_mutation_of_a_document_leaves_the_others_done(ann: Person, bob: Person, api: Api) -> None:
    mine, theirs = write(bob)["id"], write(ann)["id"]

    seen = several(bob, ("likePost", mine), ("likePost", theirs))

    assert [each and each["likeCount"] for each in seen] == [None, 1]
    assert (look(api, mine)["likeCount"], look(api, theirs)["likeCount"]) == (0, 1)
