"""An account whose address receives no mail may take back, but not write."""

from typing import Any

import pytest

from content.models import Post
from tests.client import Api, problems
from tests.content.steps import act, done, look, post_count, reject, write
from tests.people import Person

CAN = "viewerCanLike viewerCanReply viewerCanEdit viewerCanDelete"


def test_it_cannot_publish(ann: Person) -> None:
    reject(ann)

    refused = ann.api.do("createPost", "post { id }", body="Hi.")

    assert problems(refused) == [("NOT_ALLOWED", None)]
    assert refused["post"] is None
    assert not Post.objects.exists()


def test_it_cannot_answer(ann: Person, bob: Person, api: Api) -> None:
    post = write(bob)["id"]
    reject(ann)

    refused = ann.api.do("createPost", "post { id }", body="Hi.", replyToId=post)

    assert problems(refused) == [("NOT_ALLOWED", None)]
    assert look(api, post)["replyCount"] == 0


@pytest.mark.parametrize(("mutation", "more"), [("likePost", {}), ("editPost", {"body": "Else."})])
def test_it_can_neither_like_nor_edit(
    ann: Person, bob: Person, api: Api, mutation: str, more: dict[str, Any]
) -> None:
    post = write(ann if mutation == "editPost" else bob)
    reject(ann)

    assert problems(act(ann, mutation, post["id"], **more)) == [("NOT_ALLOWED", None)]
    assert look(api, post["id"]) == post


def test_it_may_take_a_like_back(ann: Person, bob: Person) -> None:
    post = write(bob)["id"]
    done(ann, "likePost", post)
    reject(ann)

    assert done(ann, "unlikePost", post)["likeCount"] == 0


def test_it_may_delete_its_posts(ann: Person) -> None:
    post = write(ann)["id"]
    reject(ann)

    assert done(ann, "deletePost", post) == post
    assert post_count(ann) == 0


def test_it_is_told_beforehand_what_it_may_do(ann: Person, bob: Person) -> None:
    mine, theirs = write(ann)["id"], write(bob)["id"]
    reject(ann)

    assert list(look(ann.api, mine, CAN).values()) == [False, False, False, True]
    assert list(look(ann.api, theirs, CAN).values()) == [False, False, False, False]


def test_others_are_told_beforehand_what_they_may_do(ann: Person, bob: Person, api: Api) -> None:
    post = write(ann)["id"]

    assert list(look(ann.api, post, CAN).values()) == [False, True, True, True]
    assert list(look(bob.api, post, CAN).values()) == [True, True, False, False]
    assert list(look(api, post, CAN).values()) == [False, False, False, False]


def test_its_posts_stay_to_be_seen_and_liked(ann: Person, bob: Person) -> None:
    post = write(ann)["id"]
    reject(ann)

    assert done(bob, "likePost", post)["likeCount"] == 1
