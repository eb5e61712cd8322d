"""What the database holds of ties, hashtags, mentions and notifications, whatever the code does."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError

from accounts.keys import new_key
from content.models import Bookmark, Mention, Notification, Post, PostHashtag
from tests.content.steps import done, tied, write
from tests.content.test_constraints import refused, run
from tests.people import Person

pytestmark = pytest.mark.database

TIES = {
    "follow": ("content_follow", "follower_id", "followed_id"),
    "block": ("content_block", "blocker_id", "blocked_id"),
    "mute": ("content_mute", "muter_id", "muted_id"),
}
every_tie = pytest.mark.parametrize("tie", TIES)


def insert(table: str, **values: Any) -> None:
    """One row by SQL."""
    columns, places = ", ".join(values), ", ".join(["%s"] * len(values))
    run(f"INSERT INTO {table} ({columns}) VALUES ({places})", *values.values())  # noqa: S608  # our own words


def insert_tie(tie: str, one: int, other: int) -> None:
    table, from_, to = TIES[tie]
    insert(table, **{"id": new_key(), from_: one, to: other})


@every_tie
def test_a_tie_is_possible_once_in_each_direction(ann: Person, bob: Person, tie: str) -> None:
    table, from_, to = TIES[tie]
    insert_tie(tie, ann.user.pk, bob.user.pk)
    insert_tie(tie, bob.user.pk, ann.user.pk)

    with refused(f"{tie}_once_per_pair", f"{table}.{from_}, {table}.{to}"):
        insert_tie(tie, ann.user.pk, bob.user.pk)


@every_tie
def test_nobody_can_be_tied_to_themselves(ann: Person, tie: str) -> None:
    with refused(f"{tie}_not_oneself"):
        insert_tie(tie, ann.user.pk, ann.user.pk)


@every_tie
def test_a_tie_needs_both_people(ann: Person, tie: str) -> None:
    for one, other in ((ann.user.pk, new_key()), (new_key(), ann.user.pk)):
        with pytest.raises(IntegrityError):
            insert_tie(tie, one, other)


@pytest.fixture
def post(ann: Person, bob: Person) -> Post:
    """A post by ann with the hashtag #tea that mentions bob, which bob likes and keeps; he follows ann."""
    sent = write(ann, "#tea @bob")["id"]
    for mutation in ("likePost", "bookmarkPost"):
        done(bob, mutation, sent)
    tied(bob, "follow", ann)
    return Post.objects.get()


# What the fixture made already: the row written again, its table, what refuses it, and by which columns.
AGAIN: dict[str, tuple[Callable[[], dict[str, Any]], str, str, list[str]]] = {
    "a bookmark": (
        lambda: Bookmark.objects.values("post_id", "user_id").get() | {"id": new_key()},
        "content_bookmark",
        "bookmark_once_per_user_and_post",
        ["post_id", "user_id"],
    ),
    "a mention": (
        lambda: Mention.objects.values("post_id", "user_id").get() | {"position": 1},
        "content_mention",
        "mention_once_per_post",
        ["post_id", "user_id"],
    ),
    "a hashtag of a post": (
        lambda: PostHashtag.objects.values("post_id", "hashtag_id").get() | {"position": 1},
        "content_posthashtag",
        "post_hashtag_once_per_post",
        ["post_id", "hashtag_id"],
    ),
    "a hashtag": (
        lambda: {"id": new_key(), "name": "tea", "search_key": "tea", "post_count": 0},
        "content_hashtag",
        "hashtag_name_unique",
        ["name"],
    ),
    "a notification of a post": (
        lambda: notification(kind="LIKE"),
        "content_notification",
        "notification_once_per_post",
        ["recipient_id", "kind", "actor_id", "post_id"],
    ),
    "a notification of a follow": (
        lambda: notification(kind="FOLLOW"),
        "content_notification",
        "notification_once_per_follow",
        ["recipient_id", "kind", "actor_id"],
    ),
}


def notification(kind: str) -> dict[str, Any]:
    """The columns of the notification of this kind, with another key."""
    columns = ("recipient_id", "kind", "actor_id", "post_id", "is_read")
    return {**Notification.objects.values(*columns).get(kind=kind), "id": new_key()}


@pytest.mark.parametrize(("again", "table", "name", "columns"), AGAIN.values(), ids=AGAIN)
def test_what_is_there_cannot_be_there_twice(
    post: Post, again: Callable[[], dict[str, Any]], table: str, name: str, columns: list[str]
) -> None:
    with refused(name, ", ".join(f"{table}.{column}" for column in columns)):
        insert(table, **again())


@pytest.mark.parametrize(
    ("table", "change", "name"),
    [
        ("content_post", "visibility = 'FRIENDS'", "post_visibility_known"),
        ("content_post", "visibility = NULL", "visibility"),
        ("content_post", "like_count = -1", "like_count"),
        ("content_hashtag", "name = ''", "hashtag_name_not_empty"),
        ("content_hashtag", "post_count = -1", "post_count"),
        ("content_notification", "actor_id = recipient_id", "notification_not_of_oneself"),
        ("content_notification", "kind = 'FOLLOW'", "notification_has_a_post_but_for_follow"),
        ("content_notification", "kind = 'LIKE', post_id = NULL", "notification_has_a_post_but_for_follow"),
        ("content_notification", "kind = 'POKE'", "notification_has_a_post_but_for_follow"),
        ("accounts_user", "follower_count = -1", "follower_count"),
        ("accounts_user", "following_count = -1", "following_count"),
    ],
)
def test_no_row_can_become(post: Post, table: str, change: str, name: str) -> None:
    with refused(name):
        run(f"UPDATE {table} SET {change}")  # noqa: S608  # our own words


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("content_bookmark", "post_id"),
        ("content_bookmark", "user_id"),
        ("content_mention", "post_id"),
        ("content_mention", "user_id"),
        ("content_posthashtag", "post_id"),
        ("content_posthashtag", "hashtag_id"),
        ("content_notification", "recipient_id"),
        ("content_notification", "actor_id"),
    ],
)
def test_no_row_can_point_at_what_is_not_there(post: Post, table: str, column: str) -> None:
    with pytest.raises(IntegrityError):
        run(f"UPDATE {table} SET {column} = %s", new_key())  # noqa: S608  # our own words


def test_a_notification_cannot_tell_of_a_post_that_is_not_there(post: Post) -> None:
    with pytest.raises(IntegrityError):
        run("UPDATE content_notification SET post_id = %s WHERE kind = 'LIKE'", new_key())
