"""POST: what counts as a GraphQL request, and what is refused before its document is looked at."""

import json
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from tests.people import Person
from tests.schema.wire import ANSWER, ASK, JSON, RESPONSE_JSON, post, refusal, request

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
NO_OBJECTS: list[Any] = ["{}", "", 5, 0, False, [], [{}]]
NO_TEXTS: list[Any] = [{}, 5, 0, False, [], ["{ __typename }"]]

each_accept = pytest.mark.parametrize("accept", [JSON, RESPONSE_JSON])


def padded(size: int) -> bytes:
    """A good request of so many bytes."""
    sent = json.dumps(ASK).encode()
    return sent + b" " * (size - len(sent))


@pytest.mark.parametrize("path", ["/graphql", "/graphql/"])
def test_the_endpoint_answers_with_and_without_a_slash(path: str) -> None:
    response = request("POST", path, json.dumps(ASK).encode(), Content_Type=JSON)

    assert (response.status_code, response.json()) == (200, ANSWER)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
        "application/json; profile=x",
    ],
)
def test_json_is_read(content_type: str) -> None:
    assert post(ASK, Content_Type=content_type).json() == ANSWER


@each_accept
@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "text/plain; charset=utf-8",
        "application/graphql",
        "application/graphql+json",
        "application/graphql-response+json",
        "application/json; charset=iso-8859-1",
        "application/json; charset=utf-16",
        "application/json; charset=nonsense",
        "application/jsonp",
        "json",
        "*/*",
    ],
)
def test_no_other_type_is_read(content_type: str, accept: str) -> None:
    assert refusal(post(ASK, Content_Type=content_type, Accept=accept)) == (415, "BAD_USER_INPUT")


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "identity, gzip", "nonsense"])
def test_a_compressed_body_is_not_read(encoding: str) -> None:
    assert refusal(post(ASK, Content_Encoding=encoding)) == (415, "BAD_USER_INPUT")


@pytest.mark.parametrize("encoding", ["identity", "Identity", ""])
def test_a_body_that_is_encoded_as_itself_is_read(encoding: str) -> None:
    assert post(ASK, Content_Encoding=encoding).json() == ANSWER


@each_accept
@pytest.mark.parametrize(
    "body",
    [
        b" ",
        b"{",
        b"{'query': '{ __typename }'}",
        b'{"query": "{ __typename }",}',
        b'{"query": "{ __typename }"} {}',
        b"query=%7B__typename%7D",
        b"\xff\xfe\xfd",
        b'{"query": "\xe9"}',
        b'{"query": "{ __typename }", "variables": {"x": NaN}}',
        b'{"query": "{ __typename }", "variables": {"x": Infinity}}',
        b'{"query": "{ __typename }", "variables": {"x": -Infinity}}',
        b"[" * 50_000,
        b'{"query": "{ __typename }", "variables": {"x": ' + b"[" * 40_000 + b"]" * 40_000 + b"}}",
        b'{"query": "{ __typename }", "variables": {"x": ' + b"9" * 50_000 + b"}}",
    ],
    ids=lambda body: ascii(body[:60]) if isinstance(body, bytes) else None,
)
def test_what_is_no_json_is_refused(body: bytes, accept: str) -> None:
    assert refusal(post(body, Accept=accept)) == (400, "BAD_USER_INPUT")


@each_accept
@pytest.mark.parametrize("body", [[], [ASK], [ASK, ASK], "query", 5, 1.5, True, None])
def test_what_is_no_object_is_refused(body: Any, accept: str) -> None:
    assert refusal(post(body, Accept=accept)) == (400, "BAD_USER_INPUT")


@each_accept
@pytest.mark.parametrize(
    "change",
    [
        *({name: value} for name in ("variables", "extensions") for value in NO_OBJECTS),
        *({"operationName": value} for value in NO_TEXTS),
        *({"query": value} for value in [*NO_TEXTS, None]),
    ],
    ids=str,
)
def test_a_part_of_the_wrong_type_is_refused(change: dict[str, Any], accept: str) -> None:
    assert refusal(post({**ASK, **change}, Accept=accept)) == (400, "BAD_USER_INPUT")


@each_accept
@pytest.mark.parametrize("body", [{}, {"Query": "{ __typename }"}, {"operationName": "A", "variables": {}}])
def test_a_request_without_a_query_is_refused(body: dict[str, Any], accept: str) -> None:
    assert refusal(post(body, Accept=accept)) == (400, "BAD_USER_INPUT")


@pytest.mark.parametrize(
    "change",
    [
        {"variables": None, "operationName": None, "extensions": None},
        {"variables": {}, "extensions": {}},
        {"variables": {"unused": 1}, "extensions": {"unknown": {"x": []}}},
        {"id": 1, "doc_id": "x", "something": "else"},
    ],
    ids=str,
)
def test_what_is_null_or_unknown_is_as_if_left_out(change: dict[str, Any]) -> None:
    response = post({**ASK, **change})

    assert (response.status_code, response.json()) == (200, ANSWER)


@pytest.mark.parametrize("size", [99_999, 100_000])
def test_a_body_of_a_hundred_thousand_bytes_is_read(size: int) -> None:
    assert post(padded(size)).json() == ANSWER


@each_accept
@pytest.mark.parametrize("size", [100_001, 3_000_000])
def test_a_larger_body_is_refused(size: int, accept: str) -> None:
    response = post(padded(size), Accept=accept)

    assert refusal(response) == (400, "QUERY_TOO_LARGE")
    assert "100,000 bytes" in response.json()["errors"][0]["message"]


def test_the_bound_of_bodies_is_a_setting(settings: Settings) -> None:
    settings.MAX_BODY_BYTES = 50

    assert post(padded(50)).json() == ANSWER
    assert refusal(post(padded(51))) == (400, "QUERY_TOO_LARGE")


def test_a_document_of_two_thousand_tokens_is_read() -> None:
    ids = " ".join(1_988 * ['"x"'])

    assert post({"query": f"{{ nodes(ids: [{ids}]) {{ id }} }}"}).json()["errors"][0]["path"] == ["nodes"]


@each_accept
def test_a_document_of_more_tokens_is_refused(accept: str) -> None:
    ids = " ".join(1_989 * ['"x"'])

    response = post({"query": f"{{ nodes(ids: [{ids}]) {{ id }} }}"}, Accept=accept)

    assert refusal(response) == (400, "QUERY_TOO_LARGE")
    assert "2,000 tokens" in response.json()["errors"][0]["message"]


def test_the_query_string_of_a_post_is_not_read() -> None:
    response = request("POST", "/graphql/?query={viewer{email}}", json.dumps(ASK).encode(), Content_Type=JSON)

    assert response.json() == ANSWER


def test_a_browsers_session_says_nothing_about_who_asks(ann: Person) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ann.user)

    response = browser.post("/graphql/", {"query": "{ viewer { email } }"}, content_type=JSON)

    assert response.json() == {"data": {"viewer": None}}
