"""Deleting one's account: gone at once, taken away in the background, nothing personal left."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.storage import storages
from django.db import connection
from pytest_django import Settings

from accounts.actions.moderation import accept_address
from accounts.models import Enrichment, FormerName, ModerationEntry, User
from accounts.tasks import due_mails, prune_former_names
from content.actions.exports import STORAGE
from content.actions.moderation import remove_post
from content.counts import wrong_counts
from content.models import DataExport
from content.tasks import due_exports
from tests.accounts.steps import refused_reason
from tests.accounts.steps import sign_up as try_to_sign_up
from tests.client import Api, problems
from tests.content.large import purge
from tests.content.steps import done, write
from tests.people import PASSWORD, Person, make_person, make_post, moderator

pytestmark = pytest.mark.database

VIEWER = "{ viewer { email } }"
PERSONAL = ["zoe_personal", "zoe_personal@example.com", "a text of zoe", "lives in Zoetown"]
# Words of posts. No two begin alike: an index may keep of a word only what it has not in common with another.
WORDS = ["quagga", "okapi", "xylophone", "yurt", "jackdaw", "vicuna"]


@pytest.fixture
def zoe(db: None) -> Person:
    """Somebody whose traces are easy to find."""
    return make_person("zoe_personal")


def delete(person: Person, password: str = PASSWORD) -> Any:
    return person.api.do("deleteAccount", "deletedUserId", password=password)


def everything() -> str:
    """Every value of every column of every table, those in which an index lies among them."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  # names of ours
            found += [str(row) for row in cursor.fetchall()]
    return "\n".join(found)


def left(words: list[str]) -> list[str]:
    """Which of these words still stand somewhere."""
    found = everything()
    return [word for word in words if word in found]


def leave_traces(zoe: Person, bob: Person) -> None:
    """Everything that could hold something personal."""
    zoe.api.do("updateProfile", "user { id }", bio="lives in Zoetown")
    post = write(zoe, "a text of zoe, quagga #okapi")["id"]
    done(zoe, "editPost", post, body="a text of zoe, xylophone #yurt")
    write(zoe, "a text of zoe for few, jackdaw #vicuna", visibility="FOLLOWERS", idempotencyKey="k")
    bob.api.do("follow", "user { id }", userId=zoe.id)
    done(bob, "likePost", post)
    done(zoe, "likePost", write(bob, "hello")["id"])
    Enrichment.objects.filter(user=zoe.user).delete()
    removed = make_post(zoe)
    why = "zoe_personal wrote a text of zoe as zoe_personal@example.com"
    User.objects.filter(pk=zoe.user.pk).update(email_verification="REJECTED")
    accept_address(moderator=moderator(), user_id=zoe.user.pk, reason=why)
    remove_post(moderator=moderator(), post_id=removed.pk, reason=why)
    zoe.api.do("requestEmailConfirmation", "errors { code }")
    zoe.api.do("requestDataExport", "dataExport { id }", password=PASSWORD)
    Api().do("requestPasswordReset", "errors { code }", email="zoe_personal@example.com")
    for step in [*due_mails(8), *due_exports(8)]:
        step()


def test_it_says_whose_account_is_gone(zoe: Person) -> None:
    assert delete(zoe) == {"deletedUserId": zoe.id, "errors": []}


def test_a_wrong_password_deletes_nothing(zoe: Person) -> None:
    assert problems(delete(zoe, "not my password")) == [("INVALID_CREDENTIALS", "input.password")]
    assert zoe.api.read(VIEWER)["viewer"]["email"] == "zoe_personal@example.com"


def test_tokens_and_password_are_dead_at_once(zoe: Person) -> None:
    delete(zoe)

    assert refused_reason(zoe.api.send(VIEWER)) == "REVOKED"
    signed_in = Api().do("tokenAuth", "token", username="zoe_personal", password=PASSWORD)
    assert problems(signed_in) == [("INVALID_CREDENTIALS", None)]


def test_nothing_personal_is_left_in_any_column_of_any_table(zoe: Person, bob: Person) -> None:
    leave_traces(zoe, bob)
    assert left(PERSONAL + WORDS) == PERSONAL + WORDS

    delete(zoe)
    purge(zoe.user)

    assert left(PERSONAL + WORDS) == []
    assert list(wrong_counts()) == []
    done_by = ModerationEntry.objects.order_by("pk").values_list(
        "action", "moderator__username", "subject_key"
    )
    assert [(action, name) for action, name, _ in done_by] == [
        ("accept_address", "moderator0"),
        ("remove_post", "moderator0"),
    ]
    assert done_by[0][2] == zoe.user.pk


def test_archives_are_gone_with_the_account(zoe: Person, bob: Person) -> None:
    leave_traces(zoe, bob)
    name = DataExport.objects.get().file

    delete(zoe)
    purge(zoe.user)

    assert not storages[STORAGE].exists(name)


@pytest.mark.parametrize("name", ["zoe_personal", "ZOE_Personal"])
def test_the_name_is_free_after_30_days_and_not_before(zoe: Person, name: str) -> None:
    delete(zoe)
    purge(zoe.user)
    gone_at = FormerName.objects.get().free_at - timedelta(days=30)

    early = try_to_sign_up(Api(), username=name, email="other@example.com")
    assert problems(early) == [("TAKEN", "input.username")]
    with time_machine.travel(gone_at + timedelta(days=30, seconds=1), tick=False):
        assert problems(try_to_sign_up(Api(), username=name, email="other@example.com")) == []


@pytest.mark.parametrize("kept", [True, False])
def test_a_name_stays_taken_when_the_key_changes_and_the_former_one_is_kept(
    zoe: Person, settings: Settings, kept: bool
) -> None:
    delete(zoe)
    purge(zoe.user)
    settings.SECRET_KEY_FALLBACKS = ["one before that", settings.SECRET_KEY] if kept else []
    settings.SECRET_KEY = "another key than before"

    again = try_to_sign_up(Api(), username="Zoe_personal", email="other@example.com")

    assert problems(again) == ([("TAKEN", "input.username")] if kept else [])


def test_the_next_owner_of_a_name_is_not_signed_in_by_the_former_ones_token(zoe: Person) -> None:
    delete(zoe)
    purge(zoe.user)
    FormerName.objects.all().delete()
    make_person("zoe_personal")

    assert refused_reason(zoe.api.send(VIEWER)) == "REVOKED"


def test_what_is_kept_of_a_name_is_forgotten_when_it_is_free(zoe: Person) -> None:
    delete(zoe)
    purge(zoe.user)

    with time_machine.travel(FormerName.objects.get().free_at + timedelta(seconds=1), tick=False):
        for step in prune_former_names(8):
            step()

    assert FormerName.objects.count() == 0
    assert User.objects.filter(username="zoe_personal").count() == 0
