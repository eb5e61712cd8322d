"""Looking a new person up in the background, with Clearbit and with Hunter in its place."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import Enrichment, User
from accounts.providers import enricher, verifier
from accounts.tasks import due_enrichments
from services.sandbox import Sandbox
from services.sandbox_answers import Provider
from tests.accounts.steps import at, profile, sign_up, work
from tests.client import Api

ENDS = {
    "": ("DONE", 1),
    "pending": ("DONE", 3),
    "limited": ("DONE", 3),
    "down": ("DONE", 4),
    "garbage": ("DONE", 3),
    "nobody": ("DONE", 1),
    "no-company": ("DONE", 1),
    "sparse": ("DONE", 1),
    "stranger": ("NOT_FOUND", 1),
    "wrong": ("NOT_FOUND", 1),
    "claimed": ("STOPPED", 1),
}
NEVER = {"unauthorized": "http_401", "broke": "http_402", "dead": "connection_dropped"}
NOTHING_FOUND: dict[str, Any] = {
    "bio": None,
    "avatarUrl": None,
    "location": None,
    "website": None,
    "company": None,
    "socialAccounts": [],
}
SOCIAL_URLS = {
    "github": "https://github.com/",
    "linkedin": "https://www.linkedin.com/",
    "twitter": "https://twitter.com/",
}


@pytest.fixture(params=["clearbit", "hunter"])
def provider(request: pytest.FixtureRequest, sandbox: Sandbox, settings: Settings) -> Provider:
    """Either enricher; addresses are not judged, so that lookups begin at once whatever the case."""
    settings.ENRICHER = request.param
    settings.HUNTER_API_KEY = "" if request.param == "clearbit" else settings.HUNTER_API_KEY
    verifier.cache_clear()
    enricher.cache_clear()
    return Provider.CLEARBIT if request.param == "clearbit" else Provider.HUNTER_ENRICHMENT


@pytest.fixture
def clearbit(sandbox: Sandbox, settings: Settings) -> Sandbox:
    """Clearbit alone; addresses are not judged."""
    settings.HUNTER_API_KEY = ""
    return sandbox


def new_person(case: str = "") -> Api:
    """Somebody called grace whose address is to be looked up as this case."""
    prefix = f"{case}+" if case else ""
    return Api(sign_up(Api(), email=f"{prefix}grace@example.com")["token"])


def found() -> dict[str, Any]:
    """What the provider said, as it was kept."""
    raw = Enrichment.objects.get().raw
    assert isinstance(raw, dict)
    return raw


@pytest.mark.django_db
@pytest.mark.parametrize(("case", "end"), ENDS.items())
def test_a_lookup_ends_as_the_provider_answers_and_is_never_repeated(
    clearbit: Sandbox, case: str, end: tuple[str, int]
) -> None:
    new_person(case)

    work(8)

    job = Enrichment.objects.get()
    address = f"{case}+grace@example.com" if case else "grace@example.com"
    assert (job.outcome, clearbit.count(Provider.CLEARBIT, address)) == end
    assert (job.next_attempt_at, job.problem) == (None, "")


@pytest.mark.django_db
@pytest.mark.parametrize(("case", "problem"), NEVER.items())
def test_while_the_provider_fails_the_lookup_stays_pending_and_the_waits_grow(
    clearbit: Sandbox, settings: Settings, case: str, problem: str
) -> None:
    settings.PROVIDER_BACKOFF_S = 60.0
    new_person(case)
    waits: list[float] = []
    for day in range(1, 5):
        with at(days=day):
            for step in due_enrichments(1):
                step()
            planned: Any = Enrichment.objects.get().next_attempt_at
            waits.append((planned - datetime.now(UTC)).total_seconds())

    job = Enrichment.objects.get()
    assert all(later > sooner for sooner, later in pairwise(waits))
    assert (job.outcome, job.attempts, job.problem) == ("PENDING", 4, problem)


@pytest.mark.django_db
def test_a_slow_answer_is_waited_for(clearbit: Sandbox) -> None:
    clearbit.slow_s = 0.5
    new_person("slow")

    work(1)

    assert Enrichment.objects.get().outcome == "DONE"


@pytest.mark.django_db
def test_an_address_that_was_rejected_meanwhile_is_not_looked_up(clearbit: Sandbox) -> None:
    new_person()
    User.objects.update(email_verification="REJECTED")

    work(1)

    assert Enrichment.objects.get().outcome == "STOPPED"
    assert clearbit.calls()["calls"]["clearbit"] == {}


@pytest.mark.django_db
def test_when_the_enricher_is_switched_off_what_was_left_open_stops(
    clearbit: Sandbox, settings: Settings
) -> None:
    new_person("dead")
    settings.ENRICHER = ""
    enricher.cache_clear()

    work(1)

    assert Enrichment.objects.get().outcome == "STOPPED"


@pytest.mark.django_db
def test_after_30_days_a_lookup_is_given_up_and_says_so(
    clearbit: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    new_person("dead")
    with at(days=31):
        (step,) = due_enrichments(1)
        step()

    given_up = [record for record in caplog.records if "given up" in record.getMessage()]
    user = User.objects.get()
    assert [record.getMessage() for record in given_up] == [
        f"enrichment of user {user.pk} given up after 1 attempts"
    ]
    assert Enrichment.objects.get().outcome == "GAVE_UP"


@pytest.mark.django_db
def test_what_was_found_shows_in_the_profile(provider: Provider) -> None:
    person = new_person()

    work(1)

    raw, company = found()["person"], found()["company"]
    assert profile(person, "grace") == {
        "id": profile(person, "grace")["id"],
        "username": "grace",
        "displayName": "grace",
        "bio": raw["bio"],
        "avatarUrl": raw["avatar"],
        "location": raw["location"],
        "website": raw["site"],
        "company": {
            "name": company["name"],
            "domain": company["domain"],
            "title": raw["employment"]["title"],
            "description": company["description"],
            "logoUrl": company["logo"],
        },
        "socialAccounts": [
            {"service": name.upper(), "handle": raw[name]["handle"], "url": url + raw[name]["handle"]}
            for name, url in SOCIAL_URLS.items()
        ],
    }


@pytest.mark.django_db
def test_the_time_zone_shows_to_its_owner(clearbit: Sandbox) -> None:
    person = new_person()

    work(1)

    assert person.read("{ viewer { timeZone } }") == {"viewer": {"timeZone": found()["person"]["timeZone"]}}


@pytest.mark.django_db
def test_the_full_name_is_kept_for_staff_and_never_shown(clearbit: Sandbox) -> None:
    person = new_person()

    work(1)

    full_name = found()["person"]["name"]["fullName"]
    assert Enrichment.objects.get().full_name == full_name
    assert full_name not in str(profile(person, "grace"))


@pytest.mark.django_db
@pytest.mark.parametrize("case", ["stranger", "wrong", "claimed", "dead"])
def test_when_nobody_is_known_the_profile_is_empty(clearbit: Sandbox, case: str) -> None:
    person = new_person(case)

    work(2)

    shown = profile(person, "grace")
    assert {name: shown[name] for name in NOTHING_FOUND} == NOTHING_FOUND


@pytest.mark.django_db
def test_a_company_without_a_person_is_shown_without_a_title(clearbit: Sandbox) -> None:
    person = new_person("nobody")

    work(1)

    company = found()["company"]
    assert profile(person, "grace")["company"] == {
        "name": company["name"],
        "domain": company["domain"],
        "title": None,
        "description": company["description"],
        "logoUrl": company["logo"],
    }


@pytest.mark.django_db
def test_without_a_company_the_employment_is_shown(clearbit: Sandbox) -> None:
    person = new_person("no-company")

    work(1)

    assert profile(person, "grace")["company"] == {
        **found()["person"]["employment"],
        "description": None,
        "logoUrl": None,
    }


@pytest.mark.django_db
def test_an_answer_with_most_fields_missing_leaves_them_empty(clearbit: Sandbox) -> None:
    person = new_person("sparse")

    work(1)

    shown = profile(person, "grace")
    company = {**dict.fromkeys(["domain", "title", "description", "logoUrl"]), **found()["company"]}
    assert {name: shown[name] for name in NOTHING_FOUND} == {**NOTHING_FOUND, "company": company}
