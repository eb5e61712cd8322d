"""Confirming one's address by the link that was mailed to it."""

from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import AuditEntry, EmailCheck, Enrichment, User
from services.sandbox import Sandbox
from services.sandbox_answers import Provider
from tests.accounts.letters import (
    ask_confirmation,
    confirm,
    confirmation_token,
    reset_token,
    subjects,
    viewer,
)
from tests.accounts.steps import NEW_PASSWORD, at, profile, sign_up, work
from tests.client import Api, problems
from tests.content.steps import reject
from tests.people import PASSWORD, Person, deactivate

ANN = "ann@example.com"
UNUSABLE = [("INVALID_TOKEN", "input.token")]


def state() -> str:
    """What is known about the only account's address."""
    known: str = User.objects.get(username="ann").email_verification
    return known


def test_the_link_confirms_the_address(ann: Person) -> None:
    assert viewer(ann.api) == (ANN, "UNCONFIRMED")

    payload = confirm(confirmation_token(ann.api, ANN))

    assert (payload["user"], payload["errors"]) == ({"username": "ann"}, [])
    assert viewer(ann.api) == (ANN, "CONFIRMED")


@pytest.mark.parametrize("given", [{"email": None}, {"email": None, "password": None}, {"password": "any"}])
def test_null_is_the_present_address_too(ann: Person, given: dict[str, Any]) -> None:
    assert ask_confirmation(ann.api, **given)["errors"] == []

    assert subjects(ANN) == ["Confirm your address"]


def test_the_link_needs_no_sign_in_and_works_under_a_stale_token(ann: Person) -> None:
    token = confirmation_token(ann.api, ANN)

    assert confirm(token, Api("stale"))["errors"] == []


def test_confirming_is_nobodys_sign_in(ann: Person) -> None:
    reply = Api().send("mutation { requestEmailConfirmation(input: {}) { errors { code } } }")

    assert (reply.codes, reply.data) == (["UNAUTHENTICATED"], {"requestEmailConfirmation": None})


def test_confirming_again_succeeds_until_the_day_is_over(ann: Person) -> None:
    token = confirmation_token(ann.api, ANN)

    for hours in (0, 1, 23.9):
        with at(hours=hours):
            assert confirm(token)["errors"] == []
    with at(hours=24.1):
        assert problems(confirm(token)) == UNUSABLE
    assert AuditEntry.objects.filter(event="EMAIL_CONFIRMED").count() == 1


def test_a_link_is_over_after_a_day(ann: Person) -> None:
    token = confirmation_token(ann.api, ANN)

    with at(hours=24.1):
        assert problems(confirm(token)) == UNUSABLE
    assert state() == "UNCONFIRMED"


def test_every_link_that_was_mailed_works(ann: Person) -> None:
    first, second = confirmation_token(ann.api, ANN), confirmation_token(ann.api, ANN)

    assert confirm(first)["errors"] == confirm(second)["errors"] == []


def test_what_is_confirmed_already_is_not_mailed_about(ann: Person) -> None:
    confirm(confirmation_token(ann.api, ANN))

    assert ask_confirmation(ann.api)["errors"] == []

    assert subjects(ANN) == ["Confirm your address"]


def test_a_new_password_leaves_the_link_as_it_is(ann: Person) -> None:
    token = confirmation_token(ann.api, ANN)
    ann.api.do("changePassword", "token", currentPassword=PASSWORD, newPassword=NEW_PASSWORD)

    assert confirm(token)["errors"] == []


def test_a_link_to_set_a_password_confirms_nothing(ann: Person) -> None:
    assert problems(confirm(reset_token())) == UNUSABLE
    assert state() == "UNCONFIRMED"


@pytest.mark.parametrize("spoil", [0, 1, 2, 3, 4, 5])
def test_what_is_no_token_confirms_nothing(ann: Person, spoil: int) -> None:
    token = confirmation_token(ann.api, ANN)
    spoiled = ["", token[:-1], token + "A", token * 1_400, token.replace(":", ""), "\x00\ud800"][spoil]

    assert problems(confirm(spoiled)) == UNUSABLE
    assert state() == "UNCONFIRMED"


def test_somebody_elses_link_confirms_their_address_whoever_follows_it(ann: Person, bob: Person) -> None:
    token = confirmation_token(bob.api, "bob@example.com")

    assert confirm(token, ann.api)["user"] == {"username": "bob"}

    assert viewer(ann.api) == (ANN, "UNCONFIRMED")
    assert viewer(bob.api) == ("bob@example.com", "CONFIRMED")


def test_somebody_deactivated_confirms_nothing(ann: Person) -> None:
    token = confirmation_token(ann.api, ANN)
    deactivate(ann)

    assert problems(confirm(token)) == UNUSABLE
    assert state() == "UNCONFIRMED"


def test_somebody_whose_address_was_rejected_shows_that_it_receives_mail(ann: Person) -> None:
    reject(ann)

    confirm(confirmation_token(ann.api, ANN))

    assert problems(ann.api.do("createPost", "post { id }", body="Hello.")) == []


def test_where_it_is_required_nobody_publishes_before(ann: Person, settings: Settings) -> None:
    settings.REQUIRE_CONFIRMED_EMAIL = True
    assert problems(ann.api.do("createPost", "post { id }", body="Hello.")) == [("NOT_ALLOWED", None)]

    confirm(confirmation_token(ann.api, ANN))

    assert problems(ann.api.do("createPost", "post { id }", body="Hello.")) == []


@pytest.mark.django_db
def test_what_enrichment_found_is_for_others_once_the_address_is_confirmed(sandbox: Sandbox) -> None:
    grace = Api(sign_up(Api())["token"])
    work(1)
    assert profile(grace, "grace")["bio"] is not None
    assert profile(Api(), "grace")["bio"] is None

    confirm(confirmation_token(grace, "grace@example.com"))

    assert profile(Api(), "grace") == profile(grace, "grace")


@pytest.mark.django_db
def test_who_confirms_before_hunter_has_answered_is_enriched_all_the_same(sandbox: Sandbox) -> None:
    grace = Api(sign_up(Api(), email="pending+grace@example.com")["token"])
    confirm(confirmation_token(grace, "pending+grace@example.com"))

    work()

    assert viewer(grace)[1] == "CONFIRMED"
    assert Enrichment.objects.get().outcome == "DONE"


@pytest.mark.django_db
def test_who_confirms_before_hunter_says_no_stays_confirmed(sandbox: Sandbox) -> None:
    grace = Api(sign_up(Api(), email="later-invalid+grace@example.com")["token"])
    confirm(confirmation_token(grace, "later-invalid+grace@example.com"))

    work()

    assert viewer(grace)[1] == "CONFIRMED"
    assert EmailCheck.objects.get().next_attempt_at is None
    assert sandbox.count(Provider.CLEARBIT, "later-invalid+grace@example.com") == 0
