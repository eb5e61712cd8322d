"""`manage.py check_counts` finds every wrong count, and corrects it."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from django.core.management import CommandError, call_command, execute_from_command_line
from django.db.models import QuerySet

from accounts.models import User
from content.actions.follows import follow_user
from content.counts import COUNTERS, WrongCount, wrong_counts
from content.models import Hashtag, Like, Post
from tests.content.races import at_once
from tests.content.steps import done, post_count, write
from tests.people import Person, make_person, make_post

pytestmark = pytest.mark.database


def post(**found: Any) -> QuerySet[Post]:
    return Post.objects.filter(is_reply=False, **found)


def user() -> QuerySet[User]:
    return User.objects.filter(username="ann")


def tag() -> QuerySet[Hashtag]:
    return Hashtag.objects.filter(name="one")


# What a bug could leave behind, and what is then said.
PLANTS = {
    "too many likes": (lambda: post().update(like_count=3), "like_count is 3, should be 2"),
    "too few likes": (lambda: post().update(like_count=0), "like_count is 0, should be 2"),
    "a like that went uncounted": (lambda: Like.objects.all().delete(), "like_count is 2, should be 0"),
    "too many replies": (lambda: post().update(reply_count=2), "reply_count is 2, should be 1"),
    "too few replies": (lambda: post().update(reply_count=0), "reply_count is 0, should be 1"),
    "too many posts": (lambda: user().update(post_count=9), "post_count is 9, should be 2"),
    "too many followers": (lambda: user().update(follower_count=2), "follower_count is 2, should be 1"),
    "too many followed": (lambda: user().update(following_count=1), "following_count is 1, should be 0"),
    "too many posts with a hashtag": (lambda: tag().update(post_count=2), "post_count is 2, should be 1"),
    "too few posts with a hashtag": (lambda: tag().update(post_count=0), "post_count is 0, should be 1"),
    "too few posts": (lambda: user().update(post_count=1), "post_count is 1, should be 2"),
}
every_plant = pytest.mark.parametrize(("plant", "said"), PLANTS.values(), ids=PLANTS)


@pytest.fixture
def top(ann: Person) -> Post:
    """A post with two likes, a hashtag and a reply; its author wrote two, and has one follower."""
    top = make_post(ann, "#one", likes=2)
    make_post(ann, reply_to=top)
    follow_user(user=make_person().user, user_id=ann.user.pk)
    return top


def check_counts(*arguments: str) -> list[str]:
    """The lines that the command prints."""
    out = io.StringIO()
    call_command("check_counts", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_right_counts_are_right(top: Post) -> None:
    assert check_counts() == ["every count is right"]


def test_an_empty_network_counts_right(db: None) -> None:
    assert check_counts() == ["every count is right"]


@every_plant
def test_a_wrong_count_is_told(top: Post, plant: Any, said: str) -> None:
    plant()
    out = io.StringIO()

    with pytest.raises(CommandError, match="1 counts are wrong"):
        call_command("check_counts", stdout=out)

    (line,) = out.getvalue().splitlines()
    assert line.endswith(f": {said}")


@every_plant
def test_a_wrong_count_is_corrected(top: Post, plant: Any, said: str) -> None:
    plant()

    lines = check_counts("--fix")

    assert lines[0].endswith(f": {said}")
    assert lines[1:] == ["1 counts corrected"]
    assert check_counts() == ["every count is right"]


def test_every_wrong_count_is_corrected_at_once(top: Post, ann: Person) -> None:
    post().update(like_count=7, reply_count=7)
    user().update(post_count=7)

    assert check_counts("--fix")[-1] == "3 counts corrected"

    top.refresh_from_db()
    assert (top.like_count, top.reply_count, post_count(ann)) == (2, 1, 2)


def test_a_look_changes_nothing(top: Post) -> None:
    post().update(like_count=7)

    with pytest.raises(CommandError):
        check_counts()

    assert post(like_count=7).exists()


def test_the_row_at_fault_is_named(top: Post, ann: Person) -> None:
    post().update(like_count=7)
    user().update(post_count=0)

    assert [str(wrong) for wrong in wrong_counts()] == [
        f"Post {top.pk}: like_count is 7, should be 2",
        f"User {ann.user.pk}: post_count is 0, should be 2",
    ]


def test_what_was_right_again_before_it_was_fixed_stays_right(top: Post) -> None:
    post().update(like_count=7)
    (wrong,) = wrong_counts()
    post().update(like_count=2)

    wrong.fix()

    assert post(like_count=2).exists()


def test_a_row_that_is_gone_needs_no_fix(top: Post) -> None:
    WrongCount(COUNTERS[0], top.pk + 1, 0, 1).fix()

    assert list(wrong_counts()) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("arguments", "exit_code"), [([], 1), (["--fix"], None)])
def test_the_exit_code_tells(
    top: Post, capsys: pytest.CaptureFixture[str], arguments: list[str], exit_code: int | None
) -> None:
    post().update(like_count=7)

    assert exit_code_of(["manage.py", "check_counts", *arguments]) == exit_code

    assert f"Post {top.pk}: like_count is 7, should be 2" in capsys.readouterr().out
    assert post(like_count=2).exists() == (exit_code is None)


def exit_code_of(command: list[str]) -> Any:
    try:
        execute_from_command_line(command)
    except SystemExit as ended:
        return ended.code
    return None


@pytest.mark.django_db(transaction=True)
def test_fixing_while_people_like_and_write_leaves_the_counts_right(ann: Person) -> None:
    people = [make_person() for _ in range(7)]
    for number in range(8):
        top = write(ann, f"top {number}")["id"]
        post(body=f"top {number}").update(like_count=50)
        user().update(post_count=50)
        acts: list[Callable[[], object]] = [wrong.fix for wrong in wrong_counts()]
        acts += [partial(done, person, "likePost", top) for person in people]

        acts += [partial(write, ann)] * 7

        at_once(acts)

        assert list(wrong_counts()) == []
    assert post_count(ann) == 64


def test_what_is_for_followers_or_deleted_is_not_counted(ann: Person, bob: Person) -> None:
    top = make_post(ann, "#one")
    make_post(bob, "#one", reply_to=top)
    for changes in ({"visibility": "FOLLOWERS"}, {"visibility": "PUBLIC", "deleted_at": datetime.now(UTC)}):
        Post.objects.filter(is_reply=True).update(**changes)

        assert sorted(str(wrong).partition(": ")[2] for wrong in wrong_counts()) == [
            "post_count is 1, should be 0",  # bob's
            "post_count is 2, should be 1",  # the hashtag's
            "reply_count is 1, should be 0",
        ]


def test_what_is_being_taken_away_needs_no_count(top: Post, ann: Person) -> None:
    user().update(is_active=False, deleted_at=datetime.now(UTC), post_count=9, follower_count=9)
    Post.objects.filter(pk=top.pk).update(like_count=9, reply_count=9, deleted_at=datetime.now(UTC))

    assert [wrong.counter.model for wrong in wrong_counts()] == [Hashtag]
