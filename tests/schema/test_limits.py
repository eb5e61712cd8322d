"""What one request may ask: at each limit it works, one above it is refused, with what is at fault."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from graphql import get_introspection_query
from pytest_django import Settings

from tests.client import Api
from tests.schema.wire import ANSWER, RESPONSE_JSON, post, refusal

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def repeated(part: str, number: int) -> str:
    """A part of a document so many times; its {} tell them apart."""
    return " ".join(part.format(each) for each in range(number))


def chain(number: int) -> str:
    """So many fields below each other."""
    return (
        "{ node(id: 1) { ... on Post " + "{ replyTo " * (number - 2) + "{ id }" + " }" * (number - 2) + " } }"
    )


def in_fields(before: str, part: str, after: str) -> Callable[[int], str]:
    """Writes a document with a part so many times."""
    return lambda number: f"{before} {repeated(part, number)} {after}"


@dataclass(frozen=True)
class Case:
    """A limit: how to write a document of some size, and what is refused above it."""

    name: str
    write: Callable[[int], str]
    maximum: int
    code: str
    path: list[str] | None = None


CASES = [
    Case(
        "tokens", lambda n: f"{{ nodes(ids: [{repeated('1', n - 12)}]) {{ id }} }}", 2000, "QUERY_TOO_LARGE"
    ),
    Case(
        "directives",
        in_fields("{ __typename", "... @skip(if: false) {{ __typename }}", "}"),
        50,
        "QUERY_TOO_LARGE",
    ),
    Case("depth", chain, 12, "QUERY_TOO_DEEP", ["node", *["replyTo"] * 11, "id"]),
    Case(
        "typeLists",
        lambda n: "{ __schema { types" + " { fields { type" * n + " { name }" + " } }" * n + " } }",
        2,
        "QUERY_TOO_DEEP",
        ["__schema", "types", *["fields", "type"] * 3, "name"],
    ),
    Case("rootFields", in_fields("{", "a{}: __typename", "}"), 20, "QUERY_TOO_LARGE", ["a20"]),
    Case(
        "mutations",
        in_fields("mutation {", "a{}: likePost(input: {{postId: 1}}) {{ __typename }}", "}"),
        10,
        "QUERY_TOO_LARGE",
        ["a10"],
    ),
    Case(
        "signIns",
        in_fields("mutation {", 'a{}: tokenAuth(input: {{username: "x", password: "y"}}) {{ token }}', "}"),
        1,
        "QUERY_TOO_LARGE",
        ["a1"],
    ),
    Case("aliases", in_fields("{ node(id: 1) {", "a{}: id", "} }"), 30, "QUERY_TOO_LARGE", ["node", "a9"]),
    Case(
        "nodes",
        lambda n: (
            "{ feed(first: 99) { nodes { replies(first: 100) { totalCount } } } "
            f"users(first: {n - 9_999}) {{ totalCount }} }}"
        ),
        10_000,
        "QUERY_TOO_COSTLY",
        ["feed", "nodes", "replies"],
    ),
]
each_limit = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@each_limit
def test_at_the_limit_it_works(api: Api, case: Case) -> None:
    reply = api.send(case.write(case.maximum), Accept=RESPONSE_JSON)

    assert reply.status == 200
    assert not [code for code in reply.codes if code.startswith("QUERY_TOO_")]


@each_limit
def test_one_above_is_refused_with_what_is_at_fault(api: Api, case: Case) -> None:
    [error] = api.send(case.write(case.maximum + 1)).errors

    told = error["extensions"]
    told.pop("requestId")
    assert told == {
        "code": case.code,
        "limit": case.name,
        "value": case.maximum + 1,
        "maximum": case.maximum,
        "path": case.path,
    }
    assert error["message"].startswith(f"A request has at most {case.maximum:,} ")


def nodes_of(api: Api, query: str, variables: dict[str, Any] | None = None) -> int:
    """How many nodes a query can hold, as it is told itself."""
    reply = api.send(query.replace("{", "{ rateLimit { nodeCount }", 1), variables)
    count: int = reply.data["rateLimit"]["nodeCount"]
    return count


@pytest.mark.parametrize(
    ("query", "nodes"),
    [
        ("{ feed { totalCount } }", 20),
        ("{ feed(first: null) { totalCount } }", 20),
        ("{ feed(after: null) { totalCount } }", 20),
        ("{ feed(first: 0) { nodes { replies(first: 100) { totalCount } } } }", 0),
        ("{ feed(last: 7) { totalCount } }", 7),
        (
            """{ users(first: 50) { nodes { posts(first: 20) { nodes {
                likedBy(first: 9) { totalCount } } } } } }""",
            50 + 50 * 20 + 50 * 20 * 9,
        ),
        (
            """{ feed(first: 2) { nodes { ...F } edges { node { ...F } } } }
                fragment F on Post { likedBy(first: 3) { totalCount } }""",
            14,
        ),
        (
            """{ feed(first: 2) { ...F ...F } }
                fragment F on PostConnection { nodes { replies(first: 3) { totalCount } } }""",
            8,
        ),
        ("{ feed(first: 2) { totalCount } a: feed(first: 3) { totalCount } }", 5),
        ("{ feed(first: 5) { totalCount } ... on Query { feed(first: 5) { nodes { id } } } }", 5),
        ("{ nodes(ids: [1, 2, 3]) { ... on User { posts(first: 10) { totalCount } } } }", 33),
        ("{ feed(first: 5) @skip(if: true) { totalCount } }", 5),
    ],
)
def test_nodes_are_what_the_pages_allow_multiplied_down(
    api: Api, settings: Settings, query: str, nodes: int
) -> None:
    settings.MAX_NODES = 100_000

    assert nodes_of(api, query) == nodes


def test_sizes_may_be_variables(api: Api) -> None:
    query = """query($a: Int = 3, $b: Int, $c: Int = 50, $ids: [ID!]!) { a: feed(first: $a) { totalCount }
        b: feed(last: $b) { totalCount } c: feed(first: $c) { totalCount } nodes(ids: $ids) { id } }"""

    assert nodes_of(api, query, {"c": 8, "ids": ["x", "y"]}) == 3 + 20 + 8 + 2


@pytest.mark.parametrize("sent", [100, 100.0])
def test_a_size_counts_however_its_number_is_written(api: Api, sent: float) -> None:
    assert nodes_of(api, "query($n: Int) { feed(first: $n) { totalCount } }", {"n": sent}) == 100


@pytest.mark.parametrize(
    ("query", "nodes"),
    [
        (
            "{ feed(first: 2) { nodes { hashtags { posts(first: 3) { totalCount } } } } }",
            2 + 2 * 30 + 2 * 30 * 3,
        ),
        ("{ feed(first: 2) { nodes { mentions { username } } } }", 2 + 2 * 30),
        ("{ viewer { sessions { id } dataExports { id } } }", 50 + 50),
    ],
)
def test_a_list_without_pages_counts_as_what_it_can_hold(api: Api, query: str, nodes: int) -> None:
    assert nodes_of(api, query) == nodes


@pytest.mark.parametrize(
    "query",
    [
        in_fields("{ __schema {", "a{}: types {{ name fields {{ name args {{ name }} }} }}", "} }")(20),
        in_fields("{", "a{}: __schema {{ types {{ fields {{ args {{ name }} }} }} }}", "}")(20),
        """{ __schema { types { fields { args { type { ...U } } type { ...U } } } } }
            fragment U on __Type { ...L ofType { ...L ofType { ...L ofType { ...L } } } }
            fragment L on __Type { fields { args { name type { name } } type { name } } }""",
    ],
)
def test_the_introspection_counts_as_long_as_the_schema_is(api: Api, query: str) -> None:
    assert api.send(query).codes in (["QUERY_TOO_COSTLY"], ["QUERY_TOO_DEEP"])


HEAVY = "query B { feed { nodes { " + 450 * "replyTo { id } " + "} } }"


@pytest.mark.parametrize(
    "query",
    [
        f"query A {{ __typename }} {HEAVY}",
        f"query A {{ ...F }} fragment F on Query {{ ...F }} {HEAVY}",
        "query A { __typename } fragment F on Post { " + 450 * "replyTo { id } " + "}",
        in_fields(
            "query A { __typename } mutation B {", "a{}: likePost(input: {{postId: 1}}) {{ __typename }}", "}"
        )(11),
        in_fields("query A { __typename } query B { node(id: 1) {", "a{}: id", "} }")(31),
        "query A { __typename } query B " + chain(13),
    ],
    ids=["another operation", "a cycle beside it", "an unused fragment", "mutations", "aliases", "depth"],
)
@pytest.mark.parametrize("name", ["A", None])
def test_what_does_not_run_is_bounded_too_as_it_is_validated(query: str, name: str | None) -> None:
    response = post({"query": query, "operationName": name}, Accept=RESPONSE_JSON)

    status, code = refusal(response)
    assert (status, code[:10]) == (400, "QUERY_TOO_")


@pytest.mark.parametrize("wrong", ["5", -5, 101, 2**40, 1.5, [5], {"a": 5}, True])
def test_a_size_that_is_none_is_told_of_as_such(api: Api, wrong: Any) -> None:
    reply = api.send("query($n: Int) { feed(first: $n) { totalCount } }", {"n": wrong})

    assert reply.codes == ["BAD_USER_INPUT"]


def test_only_the_operation_that_runs_is_priced(api: Api) -> None:
    query = (
        "query A { __typename } query B { feed(first: 100) { nodes { replies(first: 100) { totalCount } } } }"
    )
    body = {"query": query, "operationName": "A"}

    assert post(body).json() == ANSWER
    assert refusal(post({**body, "operationName": "B"})) == (400, "QUERY_TOO_COSTLY")


def test_an_alias_counts_at_each_place_of_its_fragment(api: Api) -> None:
    query = """{ post(id: 1) { author { ...F } replyTo { author { ...F } } } }
        fragment F on User { %s }"""

    assert api.send(query % repeated("a{}: id", 15)).errors == []
    [error] = api.send(query % repeated("a{}: id", 16)).errors
    assert (error["extensions"]["limit"], error["extensions"]["value"]) == ("aliases", 32)


def test_the_same_field_a_hundred_times_is_read_and_no_more(api: Api) -> None:
    once = "feed { totalCount } "

    assert api.send(f"{{ {71 * once} }}").errors == []
    [error] = api.send(f"{{ {72 * once} }}").errors
    assert error["extensions"]["limit"] == "pairs"


HOSTILE = {
    "a fragment within itself": "{ post(id: 1) { ...F } } fragment F on Post { replyTo { ...F } }",
    "two fragments within each other": """{ post(id: 1) { ...F } } fragment F on Post { ...G }
        fragment G on Post { ...F }""",
    "diamonds below each other": "{ post(id: 1) { ...F0 } } fragment F10 on Post { id } "
    + " ".join(
        f"fragment F{n} on Post {{ a: replyTo {{ ...F{n + 1} }} b: replyTo {{ ...F{n + 1} }} }}"
        for n in range(10)
    ),
    "a hundred thousand aliases": "{" + " ".join(f"a{n}:id" for n in range(100_000)) + "}",
    "brackets": "{a" * 30_000,
    "lists": "{ nodes(ids: " + "[" * 30_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_document_is_refused(kind: str) -> None:
    response = post({"query": HOSTILE[kind]}, Accept=RESPONSE_JSON)

    assert response.status_code == 400
    assert len(response.content) < 10_000


def test_fragments_that_meet_again_and_again_at_one_place_are_read_once(api: Api) -> None:
    levels = [f"fragment {name}{n} on Post {{ ...F{n + 1} ...G{n + 1} }}" for name in "FG" for n in range(30)]
    query = "{ post(id: 1) { ...F0 ...G0 } } fragment F30 on Post { id } fragment G30 on Post { body }"

    assert api.read(" ".join([query, *levels])) == {"post": None}


@pytest.mark.parametrize("depth", [10, 900, 40_000])
def test_deep_variables_are_refused(depth: int) -> None:
    deep = "[" * depth + "]" * depth
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    body = json.dumps({"query": query, "variables": {"ids": "deep"}}).replace('"deep"', deep)

    response = post(body.encode(), Accept=RESPONSE_JSON)

    assert refusal(response) == (400, "BAD_USER_INPUT")
    assert len(response.content) < 10_000


def test_the_standard_introspection_passes(api: Api) -> None:
    query = get_introspection_query(
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
    )

    assert api.read(query)["__schema"]["queryType"]["name"] == "Query"
