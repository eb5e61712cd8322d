"""`/metrics`: what is counted, for who has the token."""

import urllib.request
from pathlib import Path

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from schema.schema import schema
from social.stack import Stack
from tests.client import Api
from tests.journeys.live import Live

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
SIGN_OUT = "mutation { revokeToken(input: {}) { revokedCount } }"
TOKEN = "a-token-of-prometheus"


@pytest.fixture(autouse=True)
def token(settings: Settings) -> None:
    """There is a token."""
    settings.METRICS_TOKEN = TOKEN


def samples(text: str) -> dict[tuple[str, str], float]:
    """Values by name and label."""
    return {
        (sample.name, " ".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def told(client: Client) -> dict[tuple[str, str], float]:
    response = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 200
    return samples(response.text)


@pytest.mark.parametrize(
    ("query", "name", "label"),
    [
        ("{ __typename }", "graphql_requests_total", "200"),
        ("{ __typename }", "graphql_execution_seconds_count", "query"),
        (
            "mutation { revokeToken(input: {}) { revokedCount } }",
            "graphql_execution_seconds_count",
            "mutation",
        ),
        ("mutation { revokeToken(input: {}) { revokedCount } }", "graphql_errors_total", "UNAUTHENTICATED"),
        ("{", "graphql_errors_total", "GRAPHQL_PARSE_FAILED"),
    ],
)
def test_what_was_asked_is_counted(api: Api, client: Client, query: str, name: str, label: str) -> None:
    before = told(client).get((name, label), 0)

    api.send(query)

    assert told(client)[name, label] == before + 1


def test_what_is_going_to_leave_is_counted(api: Api, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    counter = ("graphql_deprecated_total", "Query.feed")
    before = told(client).get(counter, 0)
    assert schema.graphql_schema.query_type
    monkeypatch.setattr(schema.graphql_schema.query_type.fields["feed"], "deprecation_reason", "Old.")

    api.send("{ feed { totalCount } } # of test_metrics")

    assert told(client)[counter] == before + 1


@pytest.mark.parametrize("sent", [None, "Bearer", "Bearer x", f"Basic {TOKEN}", TOKEN])
def test_nobody_else_is_told(client: Client, sent: str | None) -> None:
    response = client.get("/metrics", headers={"Authorization": sent} if sent else {})

    assert (response.status_code, response.content) == (401, b"")
    assert response["WWW-Authenticate"] == "Bearer"


def test_without_a_token_there_is_no_such_page(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = ""

    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_what_several_processes_counted_is_told_by_each(tmp_path: Path) -> None:
    environment = {
        "DJANGO_SETTINGS_MODULE": "social.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'social.sqlite3'}",
        "METRICS_TOKEN": TOKEN,
        "WEB_WORKERS": "2",
    }
    with Stack(environment=environment) as stack:
        live = Live(stack)
        for _ in range(40):
            live.ask("{ __typename }")
        request = urllib.request.Request(f"{stack.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        counted = set()
        for _ in range(10):
            with urllib.request.urlopen(request, timeout=20) as response:
                counted.add(samples(response.read().decode())["graphql_requests_total", "200"])

    assert counted == {40}
