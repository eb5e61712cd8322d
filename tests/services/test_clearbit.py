import json
from collections.abc import Callable

import pytest

from services.clearbit import Clearbit, Enricher, Enrichment, HunterEnrichment, Outcome
from services.people import Company, Person
from services.sandbox import SANDBOX_KEY, Sandbox
from tests.services.wire import WireServer, closed_port, http, says

Provider = type[Clearbit] | type[HunterEnrichment]

FOUND = (Outcome.FOUND, None, None)
both_enrichers = pytest.mark.parametrize("provider", [Clearbit, HunterEnrichment])


def summary(found: Enrichment) -> tuple[Outcome, str | None, float | None]:
    return found.outcome, found.problem, found.retry_after_s


def enricher_at(url: str, provider: Provider = Clearbit) -> Enricher:
    return provider(api_key=SANDBOX_KEY, base_url=url)


def found_in(wire_answer: bytes) -> Enrichment:
    with WireServer(says(wire_answer)) as server:
        return enricher_at(server.url).find("ada@example.com", deadline_s=3)


@both_enrichers
@pytest.mark.parametrize(
    ("case", "outcomes"),
    [
        *((case, [FOUND]) for case in ("", "invalid", "disposable", "webmail", "accept-all", "unknown")),
        *((case, [FOUND]) for case in ("later-invalid", "strange", "nobody", "no-company", "sparse")),
        ("pending", [(Outcome.LATER, "http_202", None)] * 2 + [FOUND] * 2),
        ("wrong", [(Outcome.NOT_FOUND, "http_422", None)]),
        ("unauthorized", [(Outcome.LATER, "http_401", None)] * 6),
        ("limited", [(Outcome.LATER, "http_429", 1.0)] * 2 + [FOUND] * 2),
        ("broke", [(Outcome.LATER, "http_402", None)] * 6),
        ("claimed", [(Outcome.CLAIMED, "http_451", None)]),
        ("down", [(Outcome.LATER, "http_503", None)] * 3 + [FOUND] * 2),
        ("dead", [(Outcome.LATER, "connection_dropped", None)] * 4),
        ("garbage", [(Outcome.LATER, "not_json", None)] * 2 + [FOUND] * 2),
        ("stranger", [(Outcome.NOT_FOUND, "http_404", None)]),
    ],
)
def test_each_row_of_the_contract(
    provider: Provider,
    case: str,
    outcomes: list[tuple[Outcome, str | None, float | None]],
    sandbox: Sandbox,
    address: Callable[[str], str],
) -> None:
    enricher, email = enricher_at(sandbox.url, provider), address(case)

    assert [summary(enricher.find(email, deadline_s=3)) for _ in outcomes] == outcomes


@both_enrichers
def test_a_slow_answer_is_for_later(
    provider: Provider, sandbox: Sandbox, address: Callable[[str], str]
) -> None:
    found = enricher_at(sandbox.url, provider).find(address("slow"), deadline_s=0.2)

    assert found == Enrichment(Outcome.LATER, problem="timeout")


def test_a_refused_connection_is_for_later() -> None:
    enricher = enricher_at(f"http://127.0.0.1:{closed_port()}")

    assert enricher.find("ada@example.com", deadline_s=3) == Enrichment(Outcome.LATER, problem="unreachable")


@pytest.mark.parametrize("status", ["400 Bad Request", "403 Forbidden", "302 Found", "500 Oops"])
def test_any_other_status_is_for_later(status: str) -> None:
    assert found_in(http(status)) == Enrichment(Outcome.LATER, problem=f"http_{status[:3]}")


def test_an_object_without_person_and_company_is_for_later() -> None:
    assert found_in(http("200 OK", body=b'{"data": {}}')) == Enrichment(
        Outcome.LATER, problem="unknown_shape"
    )


def test_each_field_is_read_from_its_place_and_the_answer_is_kept() -> None:
    document = {
        "person": {
            "name": {"fullName": "Ada Lovelace"},
            "location": "London",
            "timeZone": "Europe/London",
            "bio": "First programmer.",
            "site": "https://ada.example/",
            "avatar": "https://ada.example/a.png",
            "employment": {"name": "Engines", "title": "Analyst", "domain": "engines.example"},
            "github": {"handle": "ada"},
            "twitter": {"handle": "@ada_l"},
            "linkedin": {"handle": "in/ada"},
        },
        "company": {
            "name": "Engines Ltd",
            "domain": "engines.example",
            "logo": "https://engines.example/logo.png",
            "description": "Analytical ones.",
        },
        "more": [1, None],
    }

    found = found_in(http("200 OK", body=json.dumps(document).encode()))

    assert found == Enrichment(
        Outcome.FOUND,
        Person(
            full_name="Ada Lovelace",
            location="London",
            time_zone="Europe/London",
            bio="First programmer.",
            site="https://ada.example/",
            avatar="https://ada.example/a.png",
            employment_name="Engines",
            employment_title="Analyst",
            employment_domain="engines.example",
            github_handle="ada",
            twitter_handle="ada_l",
            linkedin_handle="in/ada",
        ),
        Company("Engines Ltd", "engines.example", "https://engines.example/logo.png", "Analytical ones."),
        document,
    )


@both_enrichers
def test_nobody_has_no_person(provider: Provider, sandbox: Sandbox, address: Callable[[str], str]) -> None:
    found = enricher_at(sandbox.url, provider).find(address("nobody"), deadline_s=3)

    assert found.person is None
    assert found.company is not None


@both_enrichers
def test_no_company_has_no_company(
    provider: Provider, sandbox: Sandbox, address: Callable[[str], str]
) -> None:
    found = enricher_at(sandbox.url, provider).find(address("no-company"), deadline_s=3)

    assert found.person is not None
    assert found.company is None


def test_fields_that_are_missing_are_none(sandbox: Sandbox, address: Callable[[str], str]) -> None:
    found = enricher_at(sandbox.url).find(address("sparse"), deadline_s=3)

    assert found.person is not None
    assert found.company is not None
    assert found.person == Person(full_name=found.person.full_name)
    assert found.company == Company(name=found.company.name)


def test_both_enrichers_find_the_same(sandbox: Sandbox, address: Callable[[str], str]) -> None:
    email = address("")

    by_clearbit = enricher_at(sandbox.url, Clearbit).find(email, deadline_s=3)

    assert by_clearbit == enricher_at(sandbox.url, HunterEnrichment).find(email, deadline_s=3)
