"""Sending the same post again."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine

from content.models import IdempotencyKey, Post
from content.tasks import prune_idempotency_keys
from tests.client import Api, problems
from tests.content.races import at_once
from tests.content.steps import ABSENT_POST, done, feed, look, post_count, reject, write
from tests.people import Person, make_person

pytestmark = pytest.mark.database


def again(author: Person, body: str = "Hello.", key: str = "k", **given: Any) -> Any:
    """The payload of sending a post with a key."""
    return author.api.do(
        "createPost", "post { id } postEdge { cursor }", body=body, idempotencyKey=key, **given
    )


def sweep() -> None:
    for step in prune_idempotency_keys(8):
        step()


def sweep_after(wait: timedelta, now: time_machine.Traveller) -> None:
    """Sweep later, and come back while tokens are still valid."""
    now.shift(wait)
    sweep()
    now.shift(-wait)


def test_the_same_again_returns_the_first_post(ann: Person) -> None:
    first = again(ann)

    assert again(ann) == first
    assert first["errors"] == []
    assert post_count(ann) == Post.objects.count() == 1


def test_the_same_reply_again_is_counted_once(ann: Person, api: Api) -> None:
    post = write(ann)["id"]

    answers = [again(ann, replyToId=post) for _ in range(3)]

    assert answers[0] == answers[1] == answers[2]
    assert look(api, post)["replyCount"] == 1


def test_the_same_again_shows_the_post_as_it_is_now(ann: Person, bob: Person) -> None:
    post = write(ann, "Before.", idempotencyKey="k")["id"]
    done(ann, "editPost", post, body="After.")
    done(bob, "likePost", post)

    now = write(ann, "Before.", idempotencyKey="k")

    assert (now["id"], now["body"], now["likeCount"]) == (post, "After.", 1)


def test_the_same_reply_again_succeeds_when_the_answered_post_is_gone(ann: Person) -> None:
    post = write(ann)["id"]
    reply = again(ann, replyToId=post)
    done(ann, "deletePost", post)

    assert again(ann, replyToId=post) == reply


@pytest.mark.django_db(transaction=True)
def test_the_same_twenty_times_at_once_is_one_post(ann: Person) -> None:
    for number, key in enumerate(("first", "second", "third"), 1):
        answers = at_once([partial(again, ann, key=key)] * 20)

        assert answers == [answers[0]] * 20
        assert answers[0]["errors"] == []
        assert Post.objects.count() == post_count(ann) == number


@pytest.mark.django_db(transaction=True)
def test_different_posts_at_once_with_one_key_are_one_post_and_mismatches(ann: Person) -> None:
    answers = at_once([partial(again, ann, body=f"text {number}") for number in range(8)])

    assert sum(answer["errors"] == [] for answer in answers) == Post.objects.count() == 1
    assert (
        sum(problems(answer) == [("IDEMPOTENCY_MISMATCH", "input.idempotencyKey")] for answer in answers) == 7
    )


def test_another_text_is_a_mismatch(ann: Person) -> None:
    again(ann, "one")

    refused = again(ann, "two")

    assert problems(refused) == [("IDEMPOTENCY_MISMATCH", "input.idempotencyKey")]
    assert (refused["post"], refused["postEdge"]) == (None, None)
    assert post_count(ann) == 1


def test_another_answered_post_is_a_mismatch(ann: Person, api: Api) -> None:
    one, other = write(ann)["id"], write(ann)["id"]
    again(ann, replyToId=one)

    refused = [again(ann, replyToId=other), again(ann), again(ann, replyToId=ABSENT_POST)]

    assert [problems(each) for each in refused] == [[("IDEMPOTENCY_MISMATCH", "input.idempotencyKey")]] * 3
    assert look(api, other)["replyCount"] == 0


def test_a_post_deleted_meanwhile_is_not_found_and_not_written_again(ann: Person, api: Api) -> None:
    done(ann, "deletePost", again(ann)["post"]["id"])

    refused = again(ann)

    assert problems(refused) == [("NOT_FOUND", "input.idempotencyKey")]
    assert refused["post"] is None
    assert (feed(api), post_count(ann)) == ([], 0)


def test_a_refused_text_uses_up_nothing(ann: Person) -> None:
    refused = again(ann, " ")

    assert problems(refused) == [("REQUIRED", "input.body")]
    assert again(ann, "Now with text.")["errors"] == []


def test_a_refused_reply_uses_up_nothing(ann: Person) -> None:
    refused = again(ann, replyToId=ABSENT_POST)

    assert problems(refused) == [("NOT_FOUND", "input.replyToId")]
    assert not IdempotencyKey.objects.exists()
    assert again(ann, "Another text.")["errors"] == []


def test_a_refused_account_uses_up_nothing(ann: Person) -> None:
    reject(ann)

    assert problems(again(ann)) == [("NOT_ALLOWED", None)]
    assert not IdempotencyKey.objects.exists()


def test_another_authors_same_key_is_another_key(ann: Person, bob: Person) -> None:
    mine, theirs = again(ann, "mine"), again(bob, "theirs")

    assert mine["errors"] == theirs["errors"] == []
    assert again(ann, "mine") == mine
    assert again(bob, "theirs") == theirs


def test_other_keys_are_other_posts(ann: Person) -> None:
    keys = ["k", "K", "k ", "\u00e9", "e\u0301", "k" * 64, "\U0001f600" * 64]

    posts = [again(ann, key=key)["post"]["id"] for key in keys]

    assert len(set(posts)) == post_count(ann) == len(keys)


@pytest.mark.parametrize(
    ("key", "code"),
    [
        pytest.param("", "REQUIRED", id="empty"),
        pytest.param(" ", "REQUIRED", id="a space"),
        pytest.param("\n\u2003", "REQUIRED", id="white space"),
        pytest.param("k" * 65, "TOO_LONG", id="65 characters"),
        pytest.param("a\x00b", "INVALID", id="NUL"),
        pytest.param("a\ud800b", "INVALID", id="half a pair"),
    ],
)
def test_a_key_that_cannot_be_kept_is_refused(ann: Person, key: str, code: str) -> None:
    assert problems(again(ann, key=key)) == [(code, "input.idempotencyKey")]
    assert post_count(ann) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("kept", [timedelta(0), timedelta(hours=24), timedelta(hours=47, minutes=59)])
def test_a_key_is_kept_for_its_time(kept: timedelta) -> None:
    with time_machine.travel("2026-11-24T12:00:00Z", tick=False) as now:
        ann = make_person("ann")
        first = again(ann)
        sweep_after(kept, now)

        assert again(ann) == first


@pytest.mark.django_db
def test_a_key_is_kept_for_its_time_when_the_post_is_deleted() -> None:
    with time_machine.travel("2026-11-24T12:00:00Z", tick=False) as now:
        ann = make_person("ann")
        done(ann, "deletePost", again(ann)["post"]["id"])
        sweep_after(timedelta(hours=24), now)

        assert problems(again(ann)) == [("NOT_FOUND", "input.idempotencyKey")]


@pytest.mark.django_db
def test_a_key_is_forgotten_after_its_time_and_its_post_stays(api: Api) -> None:
    with time_machine.travel("2026-11-24T12:00:00Z", tick=False) as now:
        ann = make_person("ann")
        first = again(ann)
        sweep_after(timedelta(hours=48, seconds=1), now)

        second = again(ann, "Another text.")

    assert second["errors"] == []
    assert set(feed(api)) == {first["post"]["id"], second["post"]["id"]}


def test_nothing_is_to_be_pruned_before_its_time(ann: Person) -> None:
    again(ann)

    assert prune_idempotency_keys(8) == []


def test_another_visibility_is_a_mismatch(ann: Person) -> None:
    first = again(ann)

    refused = again(ann, visibility="FOLLOWERS")

    assert problems(refused) == [("IDEMPOTENCY_MISMATCH", "input.idempotencyKey")]
    assert again(ann, visibility="PUBLIC") == first
    assert Post.objects.count() == 1


def test_a_reply_made_narrower_is_the_same_again(ann: Person) -> None:
    post = write(ann, visibility="FOLLOWERS")["id"]

    answers = [again(ann, replyToId=post) for _ in range(2)]

    assert answers[0] == answers[1]
    assert answers[0]["errors"] == []
