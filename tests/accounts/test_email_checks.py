"""Addresses that Hunter could not judge at signup, asked about again in the background."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import EmailCheck, Enrichment, User
from accounts.providers import verifier
from accounts.tasks import due_email_checks, due_enrichments
from services.sandbox import Sandbox
from services.sandbox_answers import Provider
from tests.accounts.steps import at, email_verification, sign_in, sign_up, work
from tests.client import Api

SETTLED = {
    "pending": "VALID",
    "strange": "VALID",
    "limited": "VALID",
    "down": "VALID",
    "garbage": "VALID",
    "later-invalid": "REJECTED",
}
NEVER = {"unauthorized": "http_401", "broke": "http_429", "dead": "connection_dropped"}
GIVEN_UP = "e-mail check of user {} given up after {} attempts"


def new_person(case: str) -> Api:
    """Somebody whose address the sandbox treats as this case."""
    return Api(sign_up(Api(), email=f"{case}+grace@example.com")["token"])


def waits_s() -> list[float]:
    """For each of several attempts: seconds from the attempt to the next."""
    waits: list[float] = []
    for day in range(1, 5):
        with at(days=day):
            for step in due_email_checks(1):
                step()
            planned: Any = EmailCheck.objects.get().next_attempt_at
            waits.append((planned - datetime.now(UTC)).total_seconds())
    return waits


@pytest.mark.django_db
@pytest.mark.parametrize(("case", "state"), SETTLED.items())
def test_an_address_is_judged_in_the_end(sandbox: Sandbox, case: str, state: str) -> None:
    person = new_person(case)

    work()

    assert email_verification(person) == state
    assert (EmailCheck.objects.get().next_attempt_at, EmailCheck.objects.get().problem) == (None, "")


@pytest.mark.django_db
def test_a_slow_answer_is_waited_for_in_the_background(sandbox: Sandbox, settings: Settings) -> None:
    settings.SIGNUP_VERIFY_DEADLINE_S = 0.2
    sandbox.slow_s = 0.6
    person = new_person("slow")

    work(1)

    assert email_verification(person) == "VALID"


@pytest.mark.django_db
@pytest.mark.parametrize(("case", "problem"), NEVER.items())
def test_while_hunter_fails_the_address_stays_pending_and_the_waits_grow(
    sandbox: Sandbox, settings: Settings, case: str, problem: str
) -> None:
    settings.PROVIDER_BACKOFF_S = 60.0
    person = new_person(case)

    waits = waits_s()

    assert all(later > sooner for sooner, later in pairwise(waits))
    assert 30 - 1 <= waits[0] <= 60
    assert email_verification(person) == "PENDING"
    assert (EmailCheck.objects.get().attempts, EmailCheck.objects.get().problem) == (4, problem)


@pytest.mark.django_db
def test_what_hunter_asked_for_at_signup_is_heeded(sandbox: Sandbox) -> None:
    new_person("limited")

    job = EmailCheck.objects.get()
    assert job.next_attempt_at == job.created_at + timedelta(seconds=1)


@pytest.mark.django_db
def test_retry_after_is_heeded_when_it_is_longer_than_the_backoff(sandbox: Sandbox) -> None:
    new_person("limited")

    with at(minutes=5):
        (step,) = due_email_checks(1)
        step()
        planned: Any = EmailCheck.objects.get().next_attempt_at
        wait_s = (planned - datetime.now(UTC)).total_seconds()

    assert 0.9 < wait_s <= 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("case", "calls"), [("pending", 3), ("later-invalid", 3), ("limited", 3), ("down", 4), ("garbage", 3)]
)
def test_a_judged_address_is_never_asked_about_again(sandbox: Sandbox, case: str, calls: int) -> None:
    new_person(case)

    work(8)

    assert sandbox.count(Provider.HUNTER, f"{case}+grace@example.com") == calls


@pytest.mark.django_db
def test_enrichment_begins_when_the_address_is_judged(sandbox: Sandbox) -> None:
    new_person("pending")
    assert due_enrichments(10) == []

    work()

    assert Enrichment.objects.get().outcome == "DONE"


@pytest.mark.django_db
@pytest.mark.parametrize("case", ["later-invalid", "claimed", "unauthorized", "dead"])
def test_a_second_provider_is_not_shown_an_address_that_hunter_did_not_pass(
    sandbox: Sandbox, case: str
) -> None:
    new_person(case)

    work()

    assert sandbox.calls()["calls"]["clearbit"] == {}
    assert sandbox.calls()["calls"]["hunter_enrichment"] == {}


@pytest.mark.django_db
def test_a_claimed_address_is_asked_about_once_in_all(sandbox: Sandbox) -> None:
    new_person("claimed")

    work()

    assert sandbox.count(Provider.HUNTER, "claimed+grace@example.com") == 1


@pytest.mark.django_db
def test_somebody_rejected_later_still_signs_in(sandbox: Sandbox) -> None:
    new_person("later-invalid")

    work()

    payload = sign_in(Api(), "grace")
    assert email_verification(Api(payload["token"])) == "REJECTED"


@pytest.mark.django_db
def test_what_was_confirmed_meanwhile_is_not_taken_back(sandbox: Sandbox) -> None:
    new_person("later-invalid")
    User.objects.update(email_verification="CONFIRMED")

    work()

    assert User.objects.get().email_verification == "CONFIRMED"


@pytest.mark.django_db
def test_after_30_days_a_check_is_given_up_and_says_so(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    person = new_person("dead")
    with at(days=31):
        (step,) = due_email_checks(1)
        step()

    given_up = [record for record in caplog.records if "given up" in record.getMessage()]
    assert [record.getMessage() for record in given_up] == [GIVEN_UP.format(User.objects.get().pk, 1)]
    assert [record.levelname for record in given_up] == ["ERROR"]
    assert (email_verification(person), EmailCheck.objects.get().next_attempt_at) == ("UNCONFIRMED", None)


@pytest.mark.django_db
def test_a_last_attempt_that_succeeds_after_30_days_counts(sandbox: Sandbox) -> None:
    person = new_person("limited")
    work(1)

    with at(days=31):
        (step,) = due_email_checks(1)
        step()

    assert email_verification(person) == "VALID"


@pytest.mark.django_db
def test_when_hunter_is_switched_off_what_was_left_open_becomes_unconfirmed(
    sandbox: Sandbox, settings: Settings
) -> None:
    person = new_person("dead")
    settings.HUNTER_API_KEY = ""
    verifier.cache_clear()

    work(1)

    assert email_verification(person) == "UNCONFIRMED"
