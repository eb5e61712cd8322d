"""Jobs in rows: backoff, claims, leases, and what becomes of jobs whose worker or account is gone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.conf import settings as current_settings
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from accounts.jobs import backoff_s
from accounts.models import EmailCheck, Enrichment, User
from accounts.tasks import due_email_checks, due_enrichments
from services.sandbox import Sandbox
from services.sandbox_answers import Provider
from tests.accounts.steps import at, sign_up
from tests.client import Api
from tests.content.races import at_once

pytestmark = pytest.mark.database

CAP_S = 6 * 3600.0
attempts = st.integers(1, 10_000)
jitters = st.floats(0.5, 1)
waits = st.none() | st.floats(0, 1e9)
Step = Callable[[], None]


def leave_job(case: str = "pending") -> None:
    """A person whose address is to be asked about."""
    number = User.objects.count()
    email = f"{case}+{number}@example.com"
    assert sign_up(Api(), username=f"person{number}", email=email)["errors"] == []


@pytest.mark.parametrize(
    ("tried", "seconds"), [(1, 60), (2, 120), (3, 240), (9, 15_360), (10, 21_600), (1_000, 21_600)]
)
def test_a_wait_is_a_minute_and_doubles_to_six_hours(tried: int, seconds: float) -> None:
    assert backoff_s(attempts=tried, retry_after_s=None, jitter=1) == seconds


def test_jitter_spreads_the_longest_waits_too() -> None:
    assert backoff_s(attempts=1_000, retry_after_s=None, jitter=0.5) == CAP_S / 2


@given(attempts, waits, jitters)
def test_waits_never_shrink(tried: int, asked_s: float | None, jitter: float) -> None:
    wait = partial(backoff_s, retry_after_s=asked_s, jitter=jitter)

    assert wait(attempts=tried) <= wait(attempts=tried + 1)


@given(attempts, jitters)
def test_jitter_takes_off_at_most_half(tried: int, jitter: float) -> None:
    full = backoff_s(attempts=tried, retry_after_s=None, jitter=1)

    assert full / 2 <= backoff_s(attempts=tried, retry_after_s=None, jitter=jitter) <= full


@given(attempts, waits, jitters)
def test_what_the_provider_asks_for_is_heeded_up_to_six_hours(
    tried: int, asked_s: float | None, jitter: float
) -> None:
    wait = backoff_s(attempts=tried, retry_after_s=asked_s, jitter=jitter)

    assert min(asked_s or 0, CAP_S) <= wait <= CAP_S


@pytest.mark.django_db
def test_a_claimed_job_is_not_due_until_its_lease_ends(sandbox: Sandbox) -> None:
    leave_job()
    with at(hours=1):
        assert len(due_email_checks(10)) == 1
        assert due_email_checks(10) == []
    with at(hours=1, seconds=current_settings.PROVIDER_LEASE_S - 5):
        assert due_email_checks(10) == []
    with at(hours=1, seconds=current_settings.PROVIDER_LEASE_S + 5):
        assert len(due_email_checks(10)) == 1

    assert EmailCheck.objects.get().attempts == 2


@pytest.mark.django_db
def test_a_job_is_not_due_before_its_time(sandbox: Sandbox, settings: Settings) -> None:
    settings.PROVIDER_BACKOFF_S = 60.0
    leave_job()

    assert due_email_checks(10) == []


@pytest.mark.django_db
def test_the_longest_waiting_come_first_and_no_more_than_asked_for(sandbox: Sandbox) -> None:
    for _ in range(3):
        leave_job()
    first, _, third = User.objects.order_by("pk").values_list("pk", flat=True)
    EmailCheck.objects.filter(pk=first).update(next_attempt_at=datetime.now(UTC) - timedelta(hours=1))
    EmailCheck.objects.filter(pk=third).update(next_attempt_at=datetime.now(UTC) - timedelta(hours=2))

    steps = due_email_checks(2)

    claimed = set(EmailCheck.objects.filter(attempts=1).values_list("pk", flat=True))
    assert (len(steps), claimed) == (2, {first, third})


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_claim_the_same_job(sandbox: Sandbox) -> None:
    for _ in range(8):
        leave_job()
    with at(hours=1):
        claims = at_once([lambda: due_email_checks(8)] * 4)

    assert sum(map(len, claims)) == 8
    assert set(EmailCheck.objects.values_list("attempts", flat=True)) == {1}


@pytest.mark.django_db
def test_a_late_writer_that_lost_its_lease_changes_nothing(sandbox: Sandbox) -> None:
    leave_job("later-invalid")
    with at(hours=1):
        (late,) = due_email_checks(1)
    with at(hours=2):
        (in_time,) = due_email_checks(1)
        in_time()  # is told to ask again later
        before = EmailCheck.objects.values().get()
        late()  # is told that the address is invalid

    assert sandbox.count(Provider.HUNTER, "later-invalid+0@example.com") == 3
    assert EmailCheck.objects.values().get() == before
    assert User.objects.get().email_verification == "PENDING"


@pytest.mark.django_db
def test_a_late_lookup_that_lost_its_lease_changes_nothing(sandbox: Sandbox) -> None:
    leave_job("plain")
    with at(hours=1):
        (late,) = due_enrichments(1)
    with at(hours=2):
        due_enrichments(1)
        before = Enrichment.objects.values().get()
        late()

    assert Enrichment.objects.values().get() == before


@pytest.mark.django_db
def test_a_step_that_runs_twice_does_no_harm(sandbox: Sandbox) -> None:
    leave_job("pending")
    with at(hours=1):
        (step,) = due_email_checks(1)
        step()
        step()

    assert User.objects.get().email_verification == "PENDING"
    assert EmailCheck.objects.get().attempts == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("due", "case"), [(due_email_checks, "down"), (due_enrichments, "plain")])
def test_a_step_for_an_account_that_is_gone_does_nothing(
    sandbox: Sandbox, due: Callable[[int], list[Step]], case: str
) -> None:
    leave_job(case)
    with at(hours=1):
        (step,) = due(1)
        User.objects.all().delete()

        step()

    assert (EmailCheck.objects.count(), Enrichment.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_a_settled_job_is_never_due(sandbox: Sandbox) -> None:
    leave_job("plain")
    with at(hours=1):
        for step in due_enrichments(10):
            step()
    with at(days=365):
        assert (due_enrichments(10), due_email_checks(10)) == ([], [])
