"""What the database itself refuses, whatever the code does."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from accounts.models import EmailCheck, Enrichment, RefreshToken, Session, User
from tests.people import Person

pytestmark = pytest.mark.database


def create(**changes: Any) -> User:
    """A row that is right but for `changes`."""
    email = changes.get("email", "grace@example.com")
    given = {"username": "grace", "email": email, "email_key": email, "password": "x", **changes}
    return User.objects.create(**given)


def refusal(act: Callable[[], object]) -> str:
    """What the database says when it refuses."""
    with pytest.raises((IntegrityError, DataError)) as caught, transaction.atomic():
        act()
    return str(caught.value)


@pytest.mark.parametrize("username", ["ann", "ANN", "aNn"])
def test_usernames_are_unique_whatever_the_case(ann: Person, username: str) -> None:
    message = refusal(lambda: create(username=username))

    assert "username" in message


def test_addresses_are_unique_by_their_key(ann: Person) -> None:
    assert "email" in refusal(lambda: create(email="other@example.com", email_key="ann@example.com"))


@pytest.mark.django_db
@pytest.mark.parametrize("username", ["", "ab", "two words", "gráce", "a-b-c", "x.y", "abc\x01"])
def test_a_username_has_its_form(username: str) -> None:
    assert "user_username_form" in refusal(lambda: create(username=username))


@pytest.mark.django_db
def test_a_username_is_not_too_long() -> None:
    assert refusal(lambda: create(username="x" * 31)) != ""


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["", "valid", "BOUNCED"])
def test_an_address_is_in_a_known_state(state: str) -> None:
    assert "user_email_verification_known" in refusal(lambda: create(email_verification=state))


def test_a_count_of_posts_is_not_negative(ann: Person) -> None:
    assert "post_count" in refusal(lambda: User.objects.update(post_count=-1))


def test_a_refresh_token_is_unique(ann: Person) -> None:
    token = RefreshToken.objects.get()
    token.pk = None

    assert "token_hash" in refusal(token.save)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"outcome": "MAYBE", "next_attempt_at": None}, "enrichment_outcome_known"),
        ({"outcome": "PENDING", "next_attempt_at": None}, "enrichment_pending_has_a_next_attempt"),
        ({"outcome": "DONE", "next_attempt_at": datetime.now(UTC)}, "enrichment_pending_has_a_next_attempt"),
    ],
)
def test_a_lookup_is_either_open_or_settled(ann: Person, changes: dict[str, Any], constraint: str) -> None:
    def add() -> None:
        Enrichment.objects.create(user=ann.user, created_at=datetime.now(UTC), **changes)

    assert constraint in refusal(add)


@pytest.mark.parametrize("model", [EmailCheck, Enrichment])
def test_an_account_has_one_job_of_a_kind(ann: Person, model: type[EmailCheck] | type[Enrichment]) -> None:
    def add() -> None:
        now = datetime.now(UTC)
        model._default_manager.create(user=ann.user, created_at=now, next_attempt_at=now)

    add()

    assert "user_id" in refusal(add)


def test_the_lower_case_of_a_name_is_kept_by_the_database(ann: Person) -> None:
    User.objects.update(username="Ann_Lee")

    with connection.cursor() as cursor:
        cursor.execute("SELECT username_lower FROM accounts_user")
        assert cursor.fetchall() == [("ann_lee",)]


def test_with_an_account_all_that_belongs_to_it_goes(ann: Person) -> None:
    now = datetime.now(UTC)
    EmailCheck.objects.create(user=ann.user, created_at=now, next_attempt_at=now)
    Enrichment.objects.create(user=ann.user, created_at=now, next_attempt_at=now)

    User.objects.all().delete()

    counts = [model._default_manager.count() for model in (Session, RefreshToken, EmailCheck, Enrichment)]
    assert counts == [0, 0, 0, 0]
