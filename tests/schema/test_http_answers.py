"""What comes back: media types by `Accept`, the table of statuses, and headers."""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people import PASSWORD, Person
from tests.schema.wire import ANSWER, ASK, JSON, RESPONSE_JSON, get, post, refusal, request
from tests.schema.worlds import examples

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

SIGNUP = """mutation($input: SignupInput!) { signup(input: $input) { token errors { code } } }"""


@dataclass(frozen=True)
class Case:
    """A request, and its status in either media type."""

    name: str
    body: Any
    status: int
    status_json: int
    token: str | None = None


CASES = [
    Case("data", ASK, 200, 200),
    Case(
        "data with errors", {"query": "{ __typename nodes(ids: []) { id } a: node(id: 1) { id } }"}, 200, 200
    ),
    Case("a field that fails", {"query": "{ __typename feed(first: -1) { totalCount } }"}, 200, 200),
    Case("sign-in needed", {"query": "mutation { revokeToken(input: {}) { revokedCount } }"}, 200, 200),
    Case("no document", {"query": ""}, 400, 200),
    Case("syntax", {"query": "{"}, 400, 200),
    Case("unknown field", {"query": "{ nonsense }"}, 400, 200),
    Case("no such operation", {**ASK, "operationName": "A"}, 400, 200),
    Case("which operation?", {"query": "query A { __typename } query B { __typename }"}, 400, 200),
    Case("only a fragment", {"query": "fragment A on Query { __typename }"}, 400, 200),
    Case("a subscription", {"query": "subscription { __typename }"}, 400, 200),
    Case("a missing variable", {"query": "query($id: ID!) { node(id: $id) { id } }"}, 400, 200),
    Case("no object", [ASK], 400, 400),
    Case("no query", {}, 400, 400),
    Case("a bad token", ASK, 401, 401, token="nonsense"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("accept", [JSON, RESPONSE_JSON])
def test_each_outcome_has_its_status(case: Case, accept: str) -> None:
    headers = {"Authorization": f"Bearer {case.token}"} if case.token else {}

    response = post(case.body, Accept=accept, **headers)

    assert response.status_code == (case.status_json if accept == JSON else case.status)
    assert response["Content-Type"] == f"{accept}; charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "answered_in"),
    [
        (JSON, JSON),
        (RESPONSE_JSON, RESPONSE_JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("", JSON),
        ("Application/JSON", JSON),
        (f"{JSON}; charset=utf-8", JSON),
        (f"{RESPONSE_JSON};charset=UTF-8", RESPONSE_JSON),
        (f"{RESPONSE_JSON}; charset=utf-8, {JSON}; charset=utf-8", RESPONSE_JSON),
        (f"{JSON}, {RESPONSE_JSON}", JSON),
        (f"{RESPONSE_JSON}, {JSON};q=0.9", RESPONSE_JSON),
        (f"{JSON};q=0.9, {RESPONSE_JSON}", RESPONSE_JSON),
        (f"{RESPONSE_JSON};q=0.5, {JSON};q=0.8", JSON),
        (f"*/*;q=0.1, {RESPONSE_JSON}", RESPONSE_JSON),
        (f"text/html, {RESPONSE_JSON};q=0.2", RESPONSE_JSON),
        ("text/html, */*;q=0.8", JSON),
        (f"{JSON};q=0, */*", RESPONSE_JSON),
        (f"{JSON};q=0, application/*;q=0.5", RESPONSE_JSON),
        (f"nonsense,, ;;, {RESPONSE_JSON}", RESPONSE_JSON),
    ],
)
def test_the_answer_is_of_the_type_that_the_client_likes_best(accept: str, answered_in: str) -> None:
    response = post(ASK, Accept=accept)

    assert response["Content-Type"] == f"{answered_in}; charset=utf-8"
    assert (response.status_code, response.json()) == (200, ANSWER)


def test_without_a_wish_the_answer_is_plain_json() -> None:
    assert post(ASK)["Content-Type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "text/*",
        "application/xml",
        "nonsense",
        "application/json;q=0",
        "*/*;q=0",
        f"{JSON};q=0, {RESPONSE_JSON};q=0.000",
        f"{JSON}; charset=utf-16",
    ],
)
def test_a_client_that_accepts_neither_type_is_refused(accept: str) -> None:
    assert refusal(post(ASK, Accept=accept)) == (406, "BAD_USER_INPUT")


@examples(40)
@given(accept=st.text('abc*/;=,q.01 "application/json', max_size=40))
def test_whatever_is_accepted_the_answer_is_one_of_ours_or_a_refusal(accept: str) -> None:
    response = post(ASK, Accept=accept)

    assert response.status_code in (200, 406)
    assert response["Content-Type"].partition(";")[0] in (JSON, RESPONSE_JSON)


def test_answers_are_not_stored_and_differ_by_who_asks_and_what_they_accept() -> None:
    for response in (post(ASK), post({"query": "{"}), post([]), request("PUT"), post(ASK, Accept="x/y")):
        assert response["Cache-Control"] == "no-store"
        assert response["Vary"] == "Accept, Authorization, origin"


def test_graphiql_differs_by_what_is_accepted() -> None:
    assert get(Accept="text/html")["Vary"] == "Accept, origin"


def test_no_cookie_is_ever_set(ann: Person) -> None:
    given = {"username": "eve", "email": "eve@example.com", "password": PASSWORD}
    token = {"Authorization": f"Bearer {ann.api.token}", "Cookie": "sessionid=abc; csrftoken=def"}

    answers = [
        post({"query": SIGNUP, "variables": {"input": given}}),
        post({"query": "{ viewer { email } }"}, **token),
        post({"query": "{"}, **token),
        post(ASK, Authorization="Bearer nonsense"),
        get(Accept="text/html", Cookie="sessionid=abc"),
        get("/graphql/?query={__typename}"),
        request("PUT"),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 401, 200, 200, 405]
    assert answers[0].json()["data"]["signup"]["errors"] == []
    assert [dict(answer.cookies) for answer in answers] == [{}] * 7


def test_text_comes_back_in_utf_8_as_it_was_sent(ann: Person) -> None:
    body = 'Grüße 👋🏽 \u2028 "quoted" \\ </script>'

    ann.api.do("createPost", "post { id }", body=body)

    response = post({"query": "{ feed { nodes { body } } }"})
    assert response.json()["data"]["feed"]["nodes"] == [{"body": body}]
    assert "Grüße 👋🏽".encode() in response.content


def test_half_a_character_is_told_back_as_json_escapes_it() -> None:
    response = post(b'{"query": "{ __typename }", "operationName": "\\ud800"}')

    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert b"\\ud800" in response.content
