"""What the database holds, whatever the code does: by SQL, past every action."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.keys import new_key
from content.actions.purge import purge_posts
from content.models import IdempotencyKey, Post
from tests.content.steps import done, write
from tests.people import Person

pytestmark = pytest.mark.database


def run(sql: str, *parameters: Any) -> None:
    """One statement, and the checks that wait for the transaction's end."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        connection.check_constraints()


def refused(name: str, columns: str = "") -> Any:
    """The failure of a constraint. SQLite names a unique one by its columns only."""
    told = columns if columns and connection.vendor == "sqlite" else name
    return pytest.raises(IntegrityError, match=told)


def insert_like(post: int, user: int) -> None:
    run("INSERT INTO content_like (id, post_id, user_id) VALUES (%s, %s, %s)", new_key(), post, user)


@pytest.fixture
def post(ann: Person) -> Post:
    write(ann)
    return Post.objects.get()


def test_a_like_by_sql_is_possible_once(post: Post, bob: Person) -> None:
    insert_like(post.pk, bob.user.pk)

    with refused("like_once_per_user_and_post", "content_like.post_id, content_like.user_id"):
        insert_like(post.pk, bob.user.pk)


def test_a_like_needs_its_post(bob: Person) -> None:
    with pytest.raises(IntegrityError):
        insert_like(new_key(), bob.user.pk)


def test_a_like_needs_its_user(post: Post) -> None:
    with pytest.raises(IntegrityError):
        insert_like(post.pk, new_key())


def test_a_post_with_likes_cannot_be_dropped_from_under_them(post: Post, bob: Person) -> None:
    insert_like(post.pk, bob.user.pk)

    with pytest.raises(IntegrityError):
        run("DELETE FROM content_post WHERE id = %s", post.pk)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("body = ''", "post_body_not_empty"),
        ("like_count = -1", "like_count"),
        ("reply_count = -1", "reply_count"),
        ("reply_to_id = id", "post_answering_is_a_reply"),
        ("body = NULL", "body"),
        ("author_id = NULL", "author_id"),
    ],
)
def test_a_post_cannot_become(post: Post, change: str, name: str) -> None:
    with refused(name):
        run(f"UPDATE content_post SET {change} WHERE id = %s", post.pk)  # noqa: S608  # our own words


def test_a_reply_cannot_lose_its_mark_while_it_answers(post: Post, ann: Person) -> None:
    write(ann, replyToId=write(ann)["id"])

    with refused("post_answering_is_a_reply"):
        run("UPDATE content_post SET is_reply = %s WHERE reply_to_id IS NOT NULL", False)


def test_a_reply_may_lose_what_it_answers(post: Post, ann: Person) -> None:
    write(ann, replyToId=write(ann)["id"])

    run("UPDATE content_post SET reply_to_id = NULL WHERE is_reply = %s", True)

    assert Post.objects.filter(is_reply=True, reply_to=None).count() == 1


def test_a_post_cannot_answer_what_is_not_there(post: Post) -> None:
    with pytest.raises(IntegrityError):
        run("UPDATE content_post SET is_reply = %s, reply_to_id = %s", True, new_key())


def test_a_post_needs_its_author(post: Post) -> None:
    with pytest.raises(IntegrityError):
        run("UPDATE content_post SET author_id = %s", new_key())


def test_a_count_of_posts_cannot_be_negative(ann: Person) -> None:
    with refused("post_count"):
        run("UPDATE accounts_user SET post_count = -1")


def test_a_former_text_needs_its_post(post: Post, ann: Person) -> None:
    with pytest.raises(IntegrityError):
        run("INSERT INTO content_postedit (id, post_id, body) VALUES (%s, %s, 'a')", new_key(), new_key())


def test_a_key_is_an_authors_once(ann: Person) -> None:
    write(ann, idempotencyKey="k")

    with refused(
        "idempotency_key_unique_per_author", "content_idempotencykey.author_id, content_idempotencykey.key"
    ):
        run(
            "INSERT INTO content_idempotencykey (author_id, key, request_hash, created_at)"
            " SELECT author_id, key, request_hash, created_at FROM content_idempotencykey"
        )


def test_a_key_outlives_its_post(ann: Person) -> None:
    post = write(ann, idempotencyKey="k")["id"]

    done(ann, "deletePost", post)
    while purge_posts():
        pass

    assert IdempotencyKey.objects.get().post is None


def test_a_text_of_5001_characters_is_refused_by_the_database(post: Post) -> None:
    with refused("post_body_not_too_long"):
        run("UPDATE content_post SET body = %s WHERE id = %s", "x" * 5001, post.pk)
