"""What was deleted is taken away in the background, whatever hangs on it: no row is left, all counts hold."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import IntegrityError, transaction

from accounts.actions.deletion import delete_user, forget_user
from accounts.models import (
    AuditEntry,
    EmailCheck,
    Enrichment,
    Mail,
    ModerationEntry,
    PersonNames,
    RefreshToken,
    Session,
    User,
)
from content.actions import purge as sweep
from content.actions.deletion import delete_post
from content.counts import wrong_counts
from content.models import (
    Bookmark,
    DataExport,
    Follow,
    Hashtag,
    IdempotencyKey,
    Like,
    Mention,
    Notification,
    Post,
    PostEdit,
    PostHashtag,
    Report,
)
from content.tasks import purge_deleted_posts, purge_deleted_users
from tests.accounts.steps import another_session, profile, refused_reason
from tests.client import Api, problems
from tests.content.large import (
    crowd,
    delete_and_purge,
    follows,
    hang_everything_on,
    keep_everything_about,
    likes,
    pointing_at,
    posts_of,
    purge,
    tagged,
    tie_everything_to,
)
from tests.content.races import at_once
from tests.content.steps import act, done, feed, look, write
from tests.people import Person, deactivate, make_person, make_post, post_id, reactivate

pytestmark = pytest.mark.database

# A transaction writes at most the rows of a batch, each perhaps with one that it was counted in.
BOUND = sweep.AT_MOST
OF_A_POST = (Like, Bookmark, Mention, Notification, Report, PostEdit, PostHashtag)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of ten, so that little is much."""
    monkeypatch.setattr(sweep, "AT_MOST", 10)
    monkeypatch.setattr(sweep, "HALF", 5)


@pytest.mark.long
def test_a_post_with_thousands_of_likes_and_replies_is_taken_away_whole(ann: Person, bob: Person) -> None:
    post = make_post(ann)
    likes(crowd(3_000), [post])
    posts_of(bob.user, 3_000, reply_to=post)
    delete_post(user=ann.user, post_id=post.pk)

    written = purge()

    assert max(written) <= BOUND
    assert not Post.objects.filter(pk=post.pk).exists()
    assert Post.objects.filter(reply_to=None, is_reply=True, author=bob.user).count() == 3_000
    assert (Like.objects.count(), Notification.objects.count()) == (0, 0)
    assert list(wrong_counts()) == []


def test_everything_that_hangs_on_a_post_goes_with_it(ann: Person, small: None) -> None:
    post, other = make_post(ann), make_post(ann)
    people = crowd(12)
    for each in (post, other):
        hang_everything_on(each, people) if each is post else likes(people, [each])
    delete_post(user=ann.user, post_id=post.pk)

    written = purge()

    assert max(written) <= 10
    assert [
        model.__name__ for model in OF_A_POST if model._default_manager.filter(post=post.pk).exists()
    ] == []
    assert IdempotencyKey.objects.get().post_id is None
    assert (Like.objects.count(), Post.objects.count()) == (12, 13)
    assert list(wrong_counts()) == []


def test_a_post_is_gone_at_once_and_its_rows_later(ann: Person, bob: Person) -> None:
    post = write(ann, "#tag")["id"]
    done(bob, "likePost", post)

    done(ann, "deletePost", post)

    assert (look(bob.api, post), Like.objects.count()) == (None, 1)
    assert list(wrong_counts()) == []
    purge()
    assert (Like.objects.count(), Post.objects.count()) == (0, 0)


def test_a_reply_to_what_is_gone_stays_a_reply(ann: Person, bob: Person) -> None:
    top = make_post(ann)
    reply = make_post(bob, reply_to=top)
    delete_post(user=ann.user, post_id=top.pk)

    purge()

    assert look(bob.api, post_id(reply), "replyTo { id }") == {"replyTo": None}
    assert (feed(bob.api), feed(bob.api, includeReplies=True)) == ([], [post_id(reply)])


def test_an_idempotency_key_outlives_its_post(ann: Person) -> None:
    post = write(ann, "Once.", idempotencyKey="k")["id"]
    done(ann, "deletePost", post)
    purge()

    again = ann.api.do("createPost", "post { id }", body="Once.", idempotencyKey="k")

    assert problems(again) == [("NOT_FOUND", "input.idempotencyKey")]


def test_there_is_nothing_to_do_for_what_was_not_deleted(ann: Person) -> None:
    hang_everything_on(make_post(ann), crowd(2))

    assert (purge(), purge(ann.user)) == ([0], [0])
    assert (purge_deleted_posts(8), purge_deleted_users(8)) == ([], [])
    assert Post.objects.count() == 3


@pytest.mark.long
def test_an_account_with_thousands_of_posts_and_likes_is_taken_away_whole(ann: Person, bob: Person) -> None:
    likes([ann.user], posts_of(bob.user, 2_500))
    answered = make_post(bob)
    posts_of(ann.user, 1_200, reply_to=answered)
    tagged(posts_of(ann.user, 1_300), ["one", "two"])
    follows(crowd(1_100), [ann.user])

    written = delete_and_purge(ann.user)

    assert max(written) <= BOUND
    assert not User.objects.filter(pk=ann.user.pk).exists()
    assert look(bob.api, post_id(answered), "replyCount author { postCount }") == {
        "replyCount": 0,
        "author": {"postCount": 2_501},
    }
    assert set(Post.objects.values_list("author", "like_count")) == {(bob.user.pk, 0)}
    assert not Hashtag.objects.exists()
    assert set(User.objects.values_list("following_count", flat=True)) == {0}
    assert list(wrong_counts()) == []


def test_no_row_points_at_an_account_that_is_gone(ann: Person, bob: Person, small: None) -> None:
    tie_everything_to(ann.user, [*crowd(6), bob.user])
    keep_everything_about(ann.user)
    hang_everything_on(make_post(ann), crowd(3))
    likes([ann.user], posts_of(bob.user, 12))
    another_session(ann)

    written = delete_and_purge(ann.user)

    assert max(written) <= 10
    assert pointing_at(ann.user) == {}
    assert not User.objects.filter(pk=ann.user.pk).exists()
    assert not DataExport.objects.exists()
    assert RefreshToken.objects.count() == Session.objects.count()
    assert list(wrong_counts()) == []


def test_an_archive_goes_with_its_owner(ann: Person) -> None:
    name = storages["exports"].save("archive.zip", ContentFile(b"all about ann"))
    DataExport.objects.create(user=ann.user, file=name, expires_at=datetime.now(UTC))

    delete_and_purge(ann.user)

    assert not storages["exports"].exists(name)
    assert not DataExport.objects.exists()


def test_every_kind_of_row_that_points_at_a_post_is_known() -> None:
    pointing = {relation.related_model for relation in Post._meta.related_objects}

    assert pointing == {*sweep.OF_A_POST, PostHashtag, Post, IdempotencyKey}


def test_every_kind_of_row_that_points_at_an_account_is_known() -> None:
    pointing = {(each.related_model, each.field.name) for each in User._meta.related_objects}

    counted = {(Post, "author"), (Like, "user"), (Follow, "follower"), (Follow, "followed")}
    of_accounts = {
        *((model, "user") for model in (Session, EmailCheck, Enrichment, PersonNames, Mail)),
        *((model, "user") for model in (AuditEntry, LogEntry)),
        *((ModerationEntry, column) for column in ("moderator", "person")),
    }
    assert pointing == {*sweep.OF_AN_ACCOUNT, *counted, *of_accounts}


def test_what_others_have_stays_when_an_account_goes(ann: Person, bob: Person) -> None:
    people = crowd(3)
    tie_everything_to(bob.user, people)
    before = pointing_at(bob.user)
    likes(people, [make_post(bob)])

    delete_and_purge(ann.user)

    assert pointing_at(bob.user) == {**before, "Post": 1, "Notification": before["Notification"] + 3}
    assert {"Block", "Follow", "Session"} < set(before)
    assert list(wrong_counts()) == []


def test_a_deleted_account_is_gone_at_once_everywhere(ann: Person, bob: Person) -> None:
    post = write(ann)["id"]
    done(ann, "likePost", write(bob)["id"])

    delete_user(user_id=ann.user.pk)

    assert refused_reason(ann.api.send("{ viewer { email } }")) == "REVOKED"
    assert (profile(Api(), "ann"), look(bob.api, post)) == (None, None)
    assert feed(bob.api) == [post_id(Post.objects.get(author=bob.user))]


def test_deleting_an_account_is_safe_to_repeat(ann: Person) -> None:
    delete_user(user_id=ann.user.pk)
    marked = User.objects.get(pk=ann.user.pk).deleted_at

    delete_user(user_id=ann.user.pk)

    assert User.objects.get(pk=ann.user.pk).deleted_at == marked
    purge(ann.user)
    delete_user(user_id=ann.user.pk)
    assert not User.objects.filter(pk=ann.user.pk).exists()


def test_a_moderators_decisions_outlive_their_account(ann: Person, bob: Person) -> None:
    deactivate(ann)
    moderator = User.objects.get(username="moderator0")
    (entry,) = moderator.moderation.all()

    delete_and_purge(moderator)

    entry.refresh_from_db()
    assert (entry.moderator, entry.subject_key) == (None, ann.user.pk)


def test_counts_stay_while_an_author_is_deactivated_and_go_when_they_are_deleted(
    ann: Person, bob: Person
) -> None:
    top = make_post(bob, likes=1)
    reply = make_post(ann, "#tag", reply_to=top)
    done(ann, "likePost", post_id(top))
    counts = "likeCount replyCount"

    deactivate(ann)
    assert look(bob.api, post_id(top), counts) == {"likeCount": 2, "replyCount": 1}

    reactivate(ann)
    assert look(bob.api, post_id(reply), "id") == {"id": post_id(reply)}

    delete_and_purge(ann.user)
    assert look(bob.api, post_id(top), counts) == {"likeCount": 1, "replyCount": 0}


@pytest.mark.parametrize("batches", [1, 2, 5, 9, 14, 25])
def test_a_sweep_that_was_killed_is_taken_up_where_it_was(
    ann: Person, bob: Person, small: None, batches: int
) -> None:
    tie_everything_to(ann.user, crowd(7))
    likes([ann.user], posts_of(bob.user, 23))
    tagged(posts_of(ann.user, 17, reply_to=make_post(bob)), ["one"])
    delete_user(user_id=ann.user.pk)
    with transaction.atomic():
        purge(ann.user, batches=batches)
        transaction.set_rollback(True)  # as when it is killed before the end of a transaction
    assert list(wrong_counts()) == []
    purge(ann.user, batches=batches)
    assert list(wrong_counts()) == []

    purge(ann.user)

    assert (pointing_at(ann.user), User.objects.filter(pk=ann.user.pk).count()) == ({}, 0)
    assert list(wrong_counts()) == []


def test_the_steps_of_the_worker_do_it_all(ann: Person, bob: Person) -> None:
    likes([ann.user], posts_of(bob.user, 5))
    delete_post(user=bob.user, post_id=Post.objects.first().pk)  # type: ignore[union-attr]
    delete_user(user_id=ann.user.pk)

    _work()

    assert (purge_deleted_posts(8), purge_deleted_users(8)) == ([], [])
    assert (Post.objects.count(), Like.objects.count(), User.objects.count()) == (4, 0, 1)


@pytest.mark.django_db(transaction=True)
def test_several_workers_take_the_same_account_away_at_once(ann: Person, bob: Person) -> None:
    likes([ann.user], posts_of(bob.user, 700))
    tagged(posts_of(ann.user, 800, reply_to=make_post(bob)), ["one"])
    tie_everything_to(ann.user, crowd(20))
    delete_user(user_id=ann.user.pk)

    at_once([_work] * 3)

    assert pointing_at(ann.user) == {}
    assert list(wrong_counts()) == []


@pytest.mark.django_db(transaction=True)
def test_people_go_on_while_an_account_is_taken_away(ann: Person, small: None) -> None:
    people = [make_person() for _ in range(4)]
    posts = [make_post(person) for person in people]
    likes([ann.user], posts)
    posts_of(ann.user, 30, reply_to=posts[0])
    follows([ann.user], [person.user for person in people])
    delete_user(user_id=ann.user.pk)
    acts: list[Callable[[], Any]] = [_work] * 2
    for person in people:
        for post in posts:
            acts.append(partial(act, person, "likePost", post_id(post)))
            acts.append(partial(write, person, "#one", replyToId=post_id(post)))
        acts += [partial(person.api.do, "follow", "", userId=other.id) for other in people if other != person]

    at_once(acts)

    assert pointing_at(ann.user) == {}
    assert list(wrong_counts()) == []
    assert Follow.objects.count() == 12


@pytest.mark.django_db(transaction=True)
def test_posts_are_taken_away_while_others_like_and_answer_them(ann: Person, bob: Person) -> None:
    people = [make_person() for _ in range(4)]
    for _ in range(3):
        posts = [make_post(ann, "#one", likes=1) for _ in range(4)]
        acts: list[Callable[[], Any]] = [
            partial(delete_post, user=ann.user, post_id=post.pk) for post in posts
        ]
        acts += [partial(act, person, "likePost", post_id(post)) for person in people for post in posts]
        acts += [
            partial(person.api.do, "createPost", "", body="#two", replyToId=post_id(post))
            for person in people
            for post in posts
        ]
        acts += [purge] * 6

        at_once(random.sample(acts, len(acts)))
        purge()

        assert not Post.objects.filter(author=ann.user).exists()
        assert (Like.objects.count(), Post.objects.exclude(reply_to=None).count()) == (0, 0)
        assert list(wrong_counts()) == []


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_to_forget_an_account_that_still_has_something(ann: Person) -> None:
    make_post(ann)
    delete_user(user_id=ann.user.pk)

    with pytest.raises(IntegrityError):
        _forget(ann.user)

    assert User.objects.filter(pk=ann.user.pk).exists()


def _forget(user: User) -> None:
    while forget_user(user_id=user.pk, at_most=10):
        pass


def _work() -> None:
    """What a worker does until nothing is left."""
    for _ in range(500):
        steps = [*purge_deleted_posts(1), *purge_deleted_users(1)]
        for step in steps:
            step()
        if not steps:
            return
