"""Points: what a request costs, what is left, and what happens when nothing is."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from limits import parse
from pytest_django import Settings

from accounts.throttle_counts import PROCESS
from tests.accounts.steps import refresh
from tests.client import Api, Reply
from tests.people import PASSWORD, Person
from tests.schema.wire import RESPONSE_JSON

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

RATE_LIMIT = "{ rateLimit { cost limit used remaining nodeCount } }"
FEED = "{ feed { totalCount } }"


@pytest.fixture(autouse=True)
def budgets(settings: Settings) -> None:
    """Few points, all of them left."""
    settings.POINTS_PER_USER, settings.POINTS_PER_ADDRESS = parse("50/hour"), parse("10/hour")
    PROCESS.reset()


def spend(api: Api, number: int) -> Reply:
    """Spend so many points. Returns: the last answer."""
    for _ in range(number):
        reply = api.send(FEED)
    return reply


def test_a_request_costs_a_point_and_says_so(api: Api, ann: Person) -> None:
    own = {"cost": 1, "used": 1, "nodeCount": 0}

    assert api.read(RATE_LIMIT) == {"rateLimit": {**own, "limit": 10, "remaining": 9}}
    assert ann.api.read(RATE_LIMIT) == {"rateLimit": {**own, "limit": 50, "remaining": 49}}
    assert api.read(RATE_LIMIT)["rateLimit"]["used"] == 2


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        ("{ rateLimit { cost } }", 1),
        ("{ rateLimit { cost } feed(first: 100) { nodes { likedBy { totalCount } } } }", 1),
        (
            "{ rateLimit { cost } feed(first: 100) { nodes { likedBy(first: 1) { totalCount } "
            "replies(first: 0) { totalCount } } } }",
            2,
        ),
        (
            "{ rateLimit { cost } users(first: 49) { nodes { posts(first: 9) { nodes { likedBy(first: 9) {"
            "totalCount } } } } } }",
            5,
        ),
    ],
)
def test_a_point_is_a_hundred_connections_to_be_filled(api: Api, query: str, cost: int) -> None:
    assert api.read(query)["rateLimit"]["cost"] == cost


def test_a_mutation_costs_five(ann: Person) -> None:
    like = "likePost(input: {postId: 1}) { __typename }"

    ann.api.send(f"mutation {{ a: {like} b: {like} }}")

    assert ann.api.read(RATE_LIMIT)["rateLimit"]["used"] == 11


def test_the_headers_say_the_same(api: Api) -> None:
    with time_machine.travel(datetime(2030, 1, 1, tzinfo=UTC), tick=False) as clock:
        spend(api, 3)
        clock.shift(600)
        headers = api.send(FEED).headers

    assert headers["RateLimit-Policy"] == '"points";q=10;w=3600'
    assert headers["RateLimit"] == '"points";r=6;t=3000'


def test_without_points_a_request_is_refused_until_the_window_starts_anew(api: Api) -> None:
    with time_machine.travel(datetime(2030, 1, 1, tzinfo=UTC), tick=False) as clock:
        spend(api, 10)
        clock.shift(3000)
        reply = api.send(FEED)

        assert (reply.status, reply.data, reply.codes) == (429, None, ["RATE_LIMITED"])
        assert reply.errors[0]["message"] == "This takes 1 point, and you have 0 of 10 left."
        assert reply.errors[0]["extensions"]["retryAfter"] == 600
        assert (reply.headers["Retry-After"], reply.headers["RateLimit"]) == ("600", '"points";r=0;t=600')

        clock.shift(timedelta(seconds=600))
        assert api.read(RATE_LIMIT)["rateLimit"]["remaining"] == 9


def test_a_refused_request_spends_nothing(ann: Person) -> None:
    dear = (
        "mutation { "
        + " ".join(f"a{n}: likePost(input: {{postId: 1}}) {{ __typename }}" for n in range(10))
        + " }"
    )
    ann.api.send(FEED)

    assert ann.api.send(dear).codes == ["RATE_LIMITED"]
    assert ann.api.read(RATE_LIMIT)["rateLimit"]["remaining"] == 48


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("{", ["GRAPHQL_PARSE_FAILED"]),
        ("{ nonsense }", ["GRAPHQL_VALIDATION_FAILED"]),
        ("{ feed(first: 100) { nodes { replies(first: 100) { totalCount } } } }", ["QUERY_TOO_COSTLY"]),
    ],
)
def test_what_never_runs_spends_nothing(api: Api, query: str, codes: list[str]) -> None:
    reply = api.send(query)

    assert (reply.codes, "RateLimit" in reply.headers) == (codes, False)
    assert api.read(RATE_LIMIT)["rateLimit"]["used"] == 1


def test_wrong_variables_spend_nothing(api: Api) -> None:
    reply = api.send("query($n: Int) { feed(first: $n) { totalCount } }", {"n": "x"})

    assert (reply.codes, "RateLimit" in reply.headers) == (["BAD_USER_INPUT"], False)
    assert api.read(RATE_LIMIT)["rateLimit"]["used"] == 1


def test_who_is_signed_in_stays_so_beside_strangers_at_the_same_address(api: Api, ann: Person) -> None:
    assert spend(api, 11).status == 429

    renewed = [refresh(api, ann.signed_in.refresh_token)]
    renewed += [refresh(api, renewed[0]["refreshToken"])]

    assert [payload["errors"] for payload in renewed] == [[], []]
    signs_in = f'signup(input: {{username: "x", email: "x", password: "{PASSWORD}"}}) {{ token }}'
    both = f'mutation {{ refreshToken(input: {{refreshToken: "x"}}) {{ token }} {signs_in} }}'
    assert api.send(both).codes == ["RATE_LIMITED"]


def test_renewing_has_its_limit_too(api: Api) -> None:
    assert [
        api.send('mutation { refreshToken(input: {refreshToken: "x"}) { token } }').status for _ in range(11)
    ] == [200] * 10 + [429]


def test_what_no_window_could_pay_is_too_costly(api: Api, ann: Person) -> None:
    ten = " ".join(f"a{n}: replies(first: 0) {{ totalCount }}" for n in range(10))
    query = f"{{ feed(first: 99) {{ nodes {{ {ten} z: edits(first: 0) {{ totalCount }} }} }} }}"

    [error] = api.send(query).errors

    wanted = {"code": "QUERY_TOO_COSTLY", "limit": "points", "value": 11, "maximum": 10}
    assert {key: error["extensions"][key] for key in wanted} == wanted
    assert error["extensions"]["path"] == ["feed", "nodes", "z"]
    assert ann.api.send(query).errors == []


def test_people_at_one_address_have_points_of_their_own(api: Api, ann: Person, bob: Person) -> None:
    assert spend(api, 11).status == 429
    assert [spend(person.api, 50).status for person in (ann, bob)] == [200, 200]
    assert spend(ann.api, 1).status == 429


@pytest.mark.parametrize(
    ("addresses", "used"), [(["10.0.0.1", "10.0.0.2"], 1), (["2001:db8::1", "2001:db8::ffff"], 2)]
)
def test_an_address_is_a_64_of_ipv6(api: Api, addresses: list[str], used: int) -> None:
    for address in addresses:
        response = api.client.post(
            "/graphql/", {"query": RATE_LIMIT}, "application/json", REMOTE_ADDR=address
        )

    assert response.json()["data"]["rateLimit"]["used"] == used


def test_without_a_limit_all_is_left(api: Api, settings: Settings) -> None:
    settings.POINTS_PER_ADDRESS = None

    told = spend(api, 30) and api.read(RATE_LIMIT)["rateLimit"]

    assert told == {"cost": 1, "limit": 2**31 - 1, "used": 1, "remaining": 2**31 - 2, "nodeCount": 0}


def test_a_stale_token_spends_nothing_of_anybody(api: Api) -> None:
    reply = api.send(FEED, Authorization="Bearer stale")

    assert (reply.status, "RateLimit" in reply.headers) == (401, False)
    assert api.read(RATE_LIMIT)["rateLimit"]["used"] == 1


def explained(api: Api, query: str, variables: dict[str, Any] | None = None) -> Any:
    """What a query may need, as it is told before it runs."""
    body = {"query": query, "variables": variables, "extensions": {"explain": True}}
    headers = {"Authorization": f"Bearer {api.token}"} if api.token else {}
    return api.client.post(
        "/graphql/", body, "application/json", headers={**headers, "Accept": RESPONSE_JSON}
    )


def test_to_explain_runs_and_spends_nothing(ann: Person) -> None:
    response = explained(ann.api, 'mutation { createPost(input: {body: "x"}) { post { author { id } } } }')

    assert (response.status_code, "RateLimit" in response.headers) == (200, False)
    told = response.json()
    assert told["data"] is None
    assert told["extensions"]["explain"]["fields"] == [
        {"path": ["createPost"], "nodes": 0, "points": 5, "statements": None},
        {"path": ["createPost", "post", "author"], "nodes": 0, "points": 0.0, "statements": 1},
    ]
    assert ann.api.read("{ feed { totalCount } rateLimit { used } }") == {
        "feed": {"totalCount": 0},
        "rateLimit": {"used": 1},
    }


def test_each_field_that_costs_is_explained_and_all_together_beside_the_limits(ann: Person) -> None:
    query = """query($first: Int) { feed(first: $first) { nodes { ...F } } viewer { user { bio } } }
        fragment F on Post { author { username } likedBy(first: 10) { totalCount nodes { avatarUrl } } }"""

    told = explained(ann.api, query, {"first": 50}).json()["extensions"]["explain"]

    assert told == {
        "fields": [
            {"path": ["feed"], "nodes": 50, "points": 0.01, "statements": 1},
            {"path": ["feed", "nodes", "author"], "nodes": 0, "points": 0.0, "statements": 1},
            {"path": ["feed", "nodes", "likedBy"], "nodes": 500, "points": 0.5, "statements": 2},
            {
                "path": ["feed", "nodes", "likedBy", "nodes", "avatarUrl"],
                "nodes": 0,
                "points": 0.0,
                "statements": 1,
            },
            {"path": ["viewer", "user", "bio"], "nodes": 0, "points": 0.0, "statements": 1},
        ],
        "totals": {
            "nodes": {"value": 550, "maximum": 10_000},
            "points": {"value": 1, "maximum": 50},
            "statements": {"value": 7, "maximum": 13},
            "depth": {"value": 5, "maximum": 12},
            "aliases": {"value": 0, "maximum": 30},
            "rootFields": {"value": 2, "maximum": 20},
        },
    }


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ nonsense }", "GRAPHQL_VALIDATION_FAILED"),
        (
            "{ feed { nodes { replies(first: 100) { nodes { replies(first: 9) { totalCount } } } } } }",
            "QUERY_TOO_COSTLY",
        ),
    ],
)
def test_what_could_not_run_is_not_explained(api: Api, query: str, code: str) -> None:
    response = explained(api, query)

    assert response.status_code == 400
    assert [error["extensions"]["code"] for error in response.json()["errors"]] == [code]


def test_without_points_it_is_still_explained(api: Api) -> None:
    spend(api, 11)

    assert explained(api, FEED).status_code == 200
