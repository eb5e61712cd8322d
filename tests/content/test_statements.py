"""How many SQL statements each mutation needs: the same on both databases, and whatever hangs on the post.

One of them says who asks. The transaction's own (BEGIN, SAVEPOINT, …) are not counted: they are the one
difference between the databases.
"""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.models import Post
from tests.content.steps import ABSENT_POST, done, write
from tests.people import Person, make_person, make_post, post_id

TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


def statements(person: Person, mutation: str, fields: str = "__typename", **given: Any) -> int:
    """How many a mutation needs that must succeed."""
    with CaptureQueriesContext(connection) as captured:
        payload = person.api.do(mutation, fields, **given)
    assert payload["errors"] == []
    return counted(captured)


def counted(captured: CaptureQueriesContext) -> int:
    return sum(not query["sql"].startswith(TRANSACTION) for query in captured.captured_queries)


@pytest.fixture(params=[0, 12], ids=["bare", "busy"])
def post(request: pytest.FixtureRequest, ann: Person) -> Post:
    """A post of ann's with nothing, or with many likes, replies and former texts."""
    post = make_post(ann, "first", likes=request.param)
    for number in range(request.param):
        make_post(ann, reply_to=post)
        done(ann, "editPost", post_id(post), body=f"text {number}")
    return post


def test_publishing_takes_4(ann: Person, post: Post) -> None:
    assert statements(ann, "createPost", body="x") == 4  # the post, its words, the author's count


def test_answering_takes_7(bob: Person, post: Post) -> None:
    # The answered post is found and counted up, its author is told.
    assert statements(bob, "createPost", body="x", replyToId=post_id(post)) == 7


def test_publishing_with_a_key_takes_6(ann: Person) -> None:
    # The key is written, and at the end tied to the post.
    assert statements(ann, "createPost", body="x", idempotencyKey="k") == 6


def test_publishing_again_with_a_key_takes_3(ann: Person) -> None:
    write(ann, "x", idempotencyKey="k")

    assert statements(ann, "createPost", body="x", idempotencyKey="k") == 3


def test_liking_takes_5(bob: Person, post: Post) -> None:
    assert statements(bob, "likePost", postId=post_id(post)) == 5  # lock, insert, count, notify


def test_liking_again_takes_3(bob: Person, post: Post) -> None:
    done(bob, "likePost", post_id(post))

    assert statements(bob, "likePost", postId=post_id(post)) == 3


def test_unliking_takes_5(bob: Person, post: Post) -> None:
    done(bob, "likePost", post_id(post))

    assert statements(bob, "unlikePost", postId=post_id(post)) == 5  # lock, delete, count, withdraw


def test_unliking_again_takes_3(bob: Person, post: Post) -> None:
    assert statements(bob, "unlikePost", postId=post_id(post)) == 3


def test_reading_the_liked_post_takes_2_more(bob: Person, post: Post) -> None:
    fields = "post { likeCount viewerHasLiked viewerCanLike author { username displayName } }"

    assert statements(bob, "likePost", fields, postId=post_id(post)) == 7  # the like, the author


def test_editing_takes_7(ann: Person, post: Post) -> None:
    # Lock, former text, text, words, former hashtags, former mentions.
    assert statements(ann, "editPost", postId=post_id(post), body="new") == 7


def test_editing_to_the_same_takes_2(ann: Person, post: Post) -> None:
    done(ann, "editPost", post_id(post), body="same")

    assert statements(ann, "editPost", postId=post_id(post), body="same") == 2


def test_deleting_takes_6(ann: Person, post: Post) -> None:
    # Who asks, sight, lock, mark, hashtags, the count of the author. The worker does the rest.
    assert statements(ann, "deletePost", postId=post_id(post)) == 6


def test_deleting_what_is_not_there_takes_2(ann: Person) -> None:
    assert statements(ann, "deletePost", postId=ABSENT_POST) == 2


def test_liking_several_in_a_document_asks_once_who_asks(ann: Person, bob: Person) -> None:
    posts = [post_id(make_post(ann)) for _ in range(5)]
    likes = " ".join(
        f'm{number}: likePost(input: {{postId: "{post}"}}) {{ errors {{ code }} }}'
        for number, post in enumerate(posts)
    )

    with CaptureQueriesContext(connection) as captured:
        bob.api.read(f"mutation {{ {likes} }}")

    assert counted(captured) == 1 + 5 * 4


def test_many_people_liking_one_post_need_no_more_than_the_first(ann: Person) -> None:
    post = make_post(ann)

    counts = [statements(make_person(), "likePost", postId=post_id(post)) for _ in range(3)]

    assert counts == [5, 5, 5]
