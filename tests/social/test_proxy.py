"""Behind a proxy that ends TLS."""

import pytest
from django.test import Client
from pytest_django import Settings

BEHIND = {"X-Forwarded-Proto": "https"}


@pytest.fixture
def https_only(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True


@pytest.mark.usefixtures("https_only")
@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_told_without_tls(path: str) -> None:
    assert Client().get(path).status_code == 200


@pytest.mark.usefixtures("https_only")
def test_everything_else_is_sent_to_https() -> None:
    response = Client().get("/graphql/")

    assert (response.status_code, response["Location"]) == (301, "https://testserver/graphql/")


@pytest.mark.usefixtures("https_only")
def test_the_header_is_not_believed_unless_there_is_a_proxy() -> None:
    assert Client().get("/graphql/", headers=BEHIND).status_code == 301


@pytest.mark.usefixtures("https_only")
def test_behind_a_proxy_the_header_is_believed(settings: Settings) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    assert Client().get("/graphql/", {"query": "{ __typename }"}, headers=BEHIND).status_code == 200
