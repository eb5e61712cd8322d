"""Pages of other origins, and the API: what their browsers are told."""

from typing import Any

import pytest
from pytest_django import Settings

from tests.people import Person
from tests.schema.wire import ASK, post, request
from tests.social.answers import API, OTHERS, STATIC, Kind, graphiql
from tests.social.test_production import manage
from tests.sparing import others_long

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

APP = "https://app.example.com"
SHARED = {
    "access-control-allow-origin": APP,
    "access-control-expose-headers": ", ".join(
        ["x-request-id", "ratelimit", "ratelimit-policy", "retry-after", "www-authenticate"]
    ),
}
PREFLIGHT = {"Access_Control_Request_Method": "POST", "Access_Control_Request_Headers": "authorization"}


@pytest.fixture(autouse=True)
def allowed(settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = [APP, "http://localhost:3000"]


def shared(response: Any) -> dict[str, str]:
    """What browsers are told about other origins."""
    return {
        name.lower(): value
        for name, value in response.headers.items()
        if name.lower().startswith("access-control-")
    }


@pytest.mark.parametrize("kind", API.values(), ids=API)
def test_a_listed_origin_reads_every_answer_of_the_api(kind: Kind, ann: Person) -> None:
    response = kind.send(ann, Origin=APP)

    assert response.status_code == kind.status
    assert shared(response) == SHARED
    assert "origin" in response.headers["Vary"].split(", ")


@pytest.mark.parametrize("kind", API.values(), ids=API)
def test_another_origin_reads_none(kind: Kind, ann: Person) -> None:
    response = kind.send(ann, Origin="https://evil.example")

    assert response.status_code == kind.status
    assert shared(response) == {}
    assert "origin" in response.headers["Vary"].split(", ")


@pytest.mark.parametrize("kind", [*OTHERS.values(), *STATIC.values()], ids=[*OTHERS, *STATIC])
def test_nothing_but_the_api_is_shared(kind: Kind, ann: Person) -> None:
    assert shared(kind.send(ann, Origin=APP)) == {}


@pytest.mark.parametrize("path", ["/graphql", "/graphql/", "/graphql/stream"])
def test_a_browser_that_asks_first_is_told_what_it_may_send(path: str) -> None:
    response = request("OPTIONS", path, Origin=APP, **PREFLIGHT)

    assert (response.status_code, response.content) == (200, b"")
    assert shared(response) == {
        **SHARED,
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": "accept, authorization, content-type, x-request-id",
        "access-control-max-age": "7200",
    }


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://app.example.com",
        "https://app.example.com:8443",
        "https://app.example.com.evil.example",
        "https://evil.app.example.com",
        "https://APP.example.com",
        "http://localhost",
        "null",
        "",
        "*",
        "https://[",
    ],
)
def test_an_origin_that_is_not_listed_is_told_nothing(origin: str) -> None:
    for response in (request("OPTIONS", Origin=origin, **PREFLIGHT), post(ASK, Origin=origin)):
        assert shared(response) == {}


def test_by_default_nobody_is_listed(settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = []

    assert shared(post(ASK, Origin=APP)) == {}


def test_the_page_itself_says_no_more_than_an_answer() -> None:
    assert shared(graphiql(Origin=APP)) == SHARED


def test_good_origins_are_taken() -> None:
    listed = [APP, " http://localhost:3000", "http://[::1]:5173", "https://xn--bcher-kva.example:8443"]

    done = manage("check", CORS_ALLOWED_ORIGINS=",".join(listed))

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "origin",
    others_long(
        "*",
        [
            "null",
            "app.example.com",
            f"{APP}/",
            f"{APP}/page",
            f"{APP}:443",
            "http://app.example.com:80",
            "https://*.example.com",
            "https://App.example.com",
            "https://user@app.example.com",
            "ftp://app.example.com",
            "https://",
        ],
    ),
)
def test_what_no_browser_would_send_stops_the_start(origin: str) -> None:
    done = manage("check", CORS_ALLOWED_ORIGINS=f"http://localhost:3000,{origin}")

    told = done.stderr.strip().splitlines()[-1]
    assert done.returncode != 0
    assert f"CORS_ALLOWED_ORIGINS: '{origin}' is no origin as browsers send it. Write it like" in told
