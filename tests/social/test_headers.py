"""What every answer tells browsers to do and not to do, whatever it is and whoever gives it."""

import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from tests.people import Person
from tests.social.answers import API, OTHERS, STATIC, Kind, graphiql
from tests.social.test_production import manage
from tests.sparing import others_long

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Strict-Transport-Security": None,
    "Access-Control-Allow-Origin": None,
}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
ASK_OVER_TLS = """
from django.test import Client
print(Client().get("/healthz", secure={secure}, headers={{"Host": "social.example.com"}}).headers)
"""


def policy(response: Any) -> dict[str, str]:
    """The directives, each with its sources."""
    directives = response.headers["Content-Security-Policy"].split("; ")
    return {name: sources for name, _, sources in (each.partition(" ") for each in directives)}


def strict_transport_security(*, secure: bool, **changes: str) -> str | None:
    """The header as a process of production sends it."""
    told = manage("shell", "-c", ASK_OVER_TLS.format(secure=secure), **changes).stdout
    found = re.search(r"'Strict-Transport-Security': '([^']*)'", told)
    assert "'X-Request-Id'" in told
    return found and found[1]


@pytest.mark.parametrize("kind", [*API.values(), *OTHERS.values()], ids=[*API, *OTHERS])
def test_every_answer_has_every_header_and_is_not_stored(kind: Kind, ann: Person) -> None:
    response = kind.send(ann)

    assert response.status_code == kind.status
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
    assert policy(response) == POLICY
    assert "no-store" in response.headers["Cache-Control"].split(", ")


@pytest.mark.parametrize("kind", STATIC.values(), ids=STATIC)
def test_static_files_have_every_header_and_may_be_stored(kind: Kind, ann: Person) -> None:
    response = kind.send(ann)

    assert response.status_code == kind.status
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
    assert policy(response) == POLICY
    assert response.headers["Cache-Control"] == "max-age=60, public"


def test_graphiql_has_every_header_and_a_nonce_for_styles_alone() -> None:
    response = graphiql()

    [nonce] = re.findall(r'nonce="([^"]{22,})"', response.content.decode())
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
    assert policy(response) == {**POLICY, "style-src": f"'self' 'nonce-{nonce}'"}
    assert response.headers["Cache-Control"] == "no-store"


def test_each_page_has_a_nonce_of_its_own() -> None:
    assert policy(graphiql())["style-src"] != policy(graphiql())["style-src"]


def test_a_redirect_to_https_has_the_headers_too(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True

    response = Client().get("/admin/")

    assert response.status_code == 301
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
    assert policy(response) == POLICY


@pytest.mark.parametrize(
    "case",
    others_long(
        (True, {}, "max-age=31536000; includeSubDomains"),
        [
            (True, {"HSTS_SUBDOMAINS": "false"}, "max-age=31536000"),
            (True, {"HTTPS_ONLY": "false"}, None),
            (False, {}, None),
        ],
    ),
)
def test_https_is_asked_for_from_then_on_only_where_everything_is_https(
    case: tuple[bool, dict[str, str], str | None],
) -> None:
    secure, changes, expected = case

    assert strict_transport_security(secure=secure, **changes) == expected
