"""GET and the other methods: queries only, and GraphiQL for browsers."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.client import Api
from tests.people import Person, make_post
from tests.schema.wire import ANSWER, ASK, JSON, RESPONSE_JSON, get, refusal, request

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
LIKE = "mutation Like($id: ID!) { likePost(input: {postId: $id}) { errors { code } } }"
BOTH = "query Read { __typename } mutation Write { revokeToken(input: {}) { revokedCount } }"


def ask(path: str = "/graphql/", accept: str = JSON, **parameters: str) -> Any:
    """GET with these parameters."""
    return get(f"{path}?{urlencode(parameters)}", Accept=accept)


@pytest.mark.parametrize("path", ["/graphql", "/graphql/"])
def test_a_query_may_come_by_get(path: str) -> None:
    response = ask(path, query="{ __typename }")

    assert (response.status_code, response.json()) == (200, ANSWER)


def test_variables_and_the_operations_name_come_as_parameters(ann: Person) -> None:
    document = "query A { __typename } query B($name: String!) { user(username: $name) { username } }"

    response = ask(
        query=document, operationName="B", variables=json.dumps({"name": "ann"}), extensions='{"x": 1}'
    )

    assert response.json() == {"data": {"user": {"username": "ann"}}}


def test_empty_parameters_are_as_if_left_out() -> None:
    assert ask(query="{ __typename }", operationName="", variables="", extensions="").json() == ANSWER


@pytest.mark.parametrize("accept", [JSON, RESPONSE_JSON])
@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"query": ""},
        {"operationName": "A"},
        {**ASK, "variables": "{"},
        {**ASK, "variables": "[]"},
        {**ASK, "variables": "5"},
        {**ASK, "variables": '"{}"'},
        {**ASK, "variables": '{"x": NaN}'},
        {**ASK, "extensions": "x"},
        {**ASK, "extensions": "[]"},
        {**ASK, **{f"p{number}": "" for number in range(1_100)}},
    ],
    ids=lambda parameters: str(parameters)[:60],
)
def test_a_request_that_is_not_well_formed_is_refused(parameters: dict[str, str], accept: str) -> None:
    assert refusal(ask(accept=accept, **parameters)) == (400, "BAD_USER_INPUT")


@pytest.mark.parametrize("accept", [JSON, RESPONSE_JSON])
def test_a_mutation_by_get_is_refused_and_not_done(ann: Person, bob: Person, accept: str) -> None:
    post = make_post(ann)
    variables = json.dumps({"id": ann.api.read("{ feed { nodes { id } } }")["feed"]["nodes"][0]["id"]})
    path = f"/graphql/?{urlencode({'query': LIKE, 'variables': variables})}"

    response = get(path, Accept=accept, Authorization=f"Bearer {bob.api.token}")

    assert refusal(response) == (405, "BAD_USER_INPUT")
    assert response["Allow"] == "POST"
    post.refresh_from_db()
    assert post.like_count == 0


def test_of_a_document_with_both_get_runs_the_query_only() -> None:
    assert ask(query=BOTH, operationName="Read").json() == ANSWER
    assert refusal(ask(query=BOTH, operationName="Write")) == (405, "BAD_USER_INPUT")


@pytest.mark.parametrize("name", ["", "Other"])
def test_when_it_is_not_clear_which_operation_is_meant_nothing_runs(name: str) -> None:
    response = ask(accept=RESPONSE_JSON, query=BOTH, operationName=name)

    assert refusal(response) == (400, "BAD_USER_INPUT")


def test_who_asks_is_never_taken_from_the_query_string(ann: Person) -> None:
    token = str(ann.api.token)
    query = "{ viewer { email } }"

    response = ask(query=query, token=token, access_token=token, Authorization=f"Bearer {token}")

    assert response.json() == {"data": {"viewer": None}}


@pytest.mark.parametrize("accept", [JSON, RESPONSE_JSON, "*/*", "text/html"])
@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_other_methods_are_told_which_ones_are_answered(method: str, accept: str) -> None:
    response = request(
        method, "/graphql/?query={__typename}", json.dumps(ASK).encode(), Content_Type=JSON, Accept=accept
    )

    expected = 406 if accept == "text/html" else 405
    assert response.status_code == expected
    assert expected == 406 or response["Allow"] == "GET, POST"


@pytest.mark.parametrize("path", ["/graphql", "/graphql/"])
@pytest.mark.parametrize("accept", ["text/html", BROWSER, "text/html;q=0.9, application/json;q=0.8"])
def test_a_browser_is_shown_graphiql(path: str, accept: str) -> None:
    response = get(path, Accept=accept)

    assert (response.status_code, response["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "<title>GraphiQL" in response.content.decode()


@pytest.mark.parametrize("accept", ["*/*", "application/json, text/html", "text/html;q=0.1, */*"])
def test_a_program_is_not_shown_graphiql(accept: str) -> None:
    assert refusal(get(Accept=accept)) == (400, "BAD_USER_INPUT")


@pytest.mark.parametrize("accept", [BROWSER, "*/*"])
def test_a_query_in_the_address_is_answered_to_a_browser_too(accept: str) -> None:
    assert ask(accept=accept, query="{ __typename }").json() == ANSWER


def test_the_root_leads_to_the_endpoint(api: Api) -> None:
    response = get("/")

    assert (response.status_code, response["Location"]) == (302, "/graphql/")
