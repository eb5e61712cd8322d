"""`X-Request-Id`: on every answer, in every error, and the client's own if it is a sane one."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.schema.wire import ASK, RESPONSE_JSON, get, post, request
from tests.schema.worlds import examples

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

MADE = re.compile("[0-9a-f]{32}")
SANE = st.from_regex(r"[A-Za-z0-9._-]{1,64}", fullmatch=True)

FAILURES: dict[str, Callable[..., Any]] = {
    "not acceptable": lambda **sent: post(ASK, Accept="x/y", **sent),
    "method": lambda **sent: request("PUT", **sent),
    "content type": lambda **sent: post(ASK, Content_Type="text/plain", **sent),
    "no json": lambda **sent: post(b"{", **sent),
    "batch": lambda **sent: post([ASK], **sent),
    "too large": lambda **sent: post(b" " * 100_001, **sent),
    "syntax": lambda **sent: post({"query": "{"}, **sent),
    "too many tokens": lambda **sent: post({"query": "{" + " a" * 2_000 + "}"}, **sent),
    "validation": lambda **sent: post({"query": "{ a b c }"}, **sent),
    "variables": lambda **sent: post({"query": "query($x: ID!, $y: Int!) { node(id: $x) { id } }"}, **sent),
    "operation": lambda **sent: post({**ASK, "operationName": "x"}, **sent),
    "a field": lambda **sent: post({"query": "{ a: feed(first: -1) { totalCount } }"}, **sent),
    "sign-in": lambda **sent: post({"query": "mutation { revokeToken(input: {}) { revokedCount } }"}, **sent),
    "token": lambda **sent: post(ASK, Authorization="Bearer x", **sent),
    "mutation by get": lambda **sent: get(
        "/graphql/?query=mutation{revokeToken(input:{}){revokedCount}}", **sent
    ),
}
ANYTHING: dict[str, Callable[..., Any]] = {
    **FAILURES,
    "an answer": lambda **sent: post(ASK, **sent),
    "an answer of the new type": lambda **sent: post(ASK, Accept=RESPONSE_JSON, **sent),
    "graphiql": lambda **sent: get(Accept="text/html", **sent),
    "healthz": lambda **sent: get("/healthz", **sent),
    "readyz": lambda **sent: get("/readyz", **sent),
    "nowhere": lambda **sent: get("/nowhere", **sent),
    "root": lambda **sent: get("/", **sent),
    "admin": lambda **sent: get("/admin/", **sent),
    "static": lambda **sent: get("/static/graphiql/social.js", **sent),
}


@pytest.mark.parametrize("ask", ANYTHING.values(), ids=ANYTHING)
def test_every_answer_has_an_id(ask: Callable[..., Any]) -> None:
    ids = {ask()["X-Request-Id"], ask()["X-Request-Id"]}

    assert len(ids) == 2
    assert all(MADE.fullmatch(each) for each in ids)


@pytest.mark.parametrize("ask", ANYTHING.values(), ids=ANYTHING)
def test_every_answer_has_the_clients_own_id(ask: Callable[..., Any]) -> None:
    assert ask(X_Request_Id="my-own.id_01")["X-Request-Id"] == "my-own.id_01"


@pytest.mark.parametrize("ask", FAILURES.values(), ids=FAILURES)
def test_every_error_has_the_id_of_its_request(ask: Callable[..., Any]) -> None:
    response = ask()

    errors = response.json()["errors"]
    assert {error["extensions"]["requestId"] for error in errors} == {response["X-Request-Id"]}


@examples(30)
@given(sent=SANE)
@example("a")
@example("a" * 64)
@example("0189f7c0-9c6e-7b3a-8e7e-1f2f3a4b5c6d")
def test_a_sane_id_is_kept(sent: str) -> None:
    assert post(ASK, X_Request_Id=sent)["X-Request-Id"] == sent


@examples(30)
@given(sent=st.text(st.characters(codec="latin-1", exclude_categories=["Cc"])))
@example("")
@example("a" * 65)
@example("12345678\n")
@example("1234 5678")
@example("<script>alert(1)</script>")
@example('12345678"')
@example("é" * 10)
def test_any_other_id_is_replaced(sent: str) -> None:
    if re.fullmatch(r"[A-Za-z0-9._-]{1,64}", sent):
        return

    assert MADE.fullmatch(post(ASK, X_Request_Id=sent)["X-Request-Id"])
