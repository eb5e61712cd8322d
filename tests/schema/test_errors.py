"""Top-level errors about what a program did wrong: codes, paths, and what stands beside them."""

from typing import Any

import pytest

from tests.client import Api, Reply, problems
from tests.people import Person, make_post, post_id
from tests.schema.wire import RESPONSE_JSON

WRITING = {
    "updateProfile": "{bio: null}",
    "changePassword": '{currentPassword: "x", newPassword: "y"}',
    "createPost": '{body: "Hello."}',
    "editPost": '{postId: "x", body: "y"}',
    "deletePost": '{postId: "x"}',
    "likePost": '{postId: "x"}',
    "unlikePost": '{postId: "x"}',
    "report": '{subjectId: "x", reason: SPAM}',
    "revokeToken": "{}",
}
LIKE_TWO = """mutation($one: ID!, $two: ID!) {
    a: likePost(input: {postId: $one}) { post { likeCount } errors { code field } }
    b: likePost(input: {postId: $two}) { post { likeCount } errors { code field } } }"""


def told(reply: Reply) -> list[tuple[str, Any]]:
    """Codes and paths."""
    return [(error["extensions"]["code"], error.get("path")) for error in reply.errors]


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        "{",
        "}",
        "{ }",
        "query",
        "{ a(: 1) }",
        "{ \u0000 }",
        '{ a(x: ") }',
        "{ é }",
        "{" * 600,
        "{a" * 300,
    ],
    ids=lambda query: ascii(query)[:20],
)
def test_what_cannot_be_read_is_a_parse_failure(api: Api, query: str) -> None:
    reply = api.send(query, Accept=RESPONSE_JSON)

    assert (reply.status, told(reply)) == (400, [("GRAPHQL_PARSE_FAILED", None)])
    assert "data" not in reply.body


def test_a_parse_failure_says_where(api: Api) -> None:
    [error] = api.send("{\n  feed(first: ) { totalCount } }").errors

    assert error["message"] == "Syntax Error: Unexpected ')'."
    assert error["locations"] == [{"line": 2, "column": 15}]


@pytest.mark.parametrize(
    "query",
    [
        "{ nonsense }",
        "{ feed }",
        "{ viewer { email { x } } }",
        "{ feed(nonsense: 1) { totalCount } }",
        "{ user { id } }",
        "{ feed(orderBy: {field: NONSENSE}) { totalCount } }",
        "query($x: Nonsense) { __typename }",
        "query($x: Int) { __typename }",
        "{ ...Missing }",
        "{ ...A } fragment A on Query { ...A }",
        "{ feed { ...A } } fragment A on PostConnection { ...B } fragment B on PostConnection { ...A }",
        '{ a: user(username: "x") { id } a: viewer { email } }',
        "{ __typename @nonsense }",
        "query A { __typename } query A { __typename }",
        "mutation { likePost { errors { code } } }",
        "type X { y: Int }",
    ],
)
def test_what_does_not_fit_the_schema_is_a_validation_failure(api: Api, query: str) -> None:
    reply = api.send(query, Accept=RESPONSE_JSON)

    assert reply.status == 400
    assert set(reply.codes) == {"GRAPHQL_VALIDATION_FAILED"}
    assert "data" not in reply.body


def test_all_that_does_not_fit_is_told_at_once(api: Api) -> None:
    reply = api.send("{ one two three feed { four } }")

    assert told(reply) == [("GRAPHQL_VALIDATION_FAILED", None)] * 4


@pytest.mark.parametrize(
    "query",
    [
        "{ viewer {" + " ".join(f"x{number}" for number in range(100)) + "} }",
        "query(" + " ".join(f"$x{number}: Int!" for number in range(100)) + ") { __typename }",
    ],
    ids=["validation", "variables"],
)
def test_at_most_twenty_errors_are_listed(api: Api, query: str) -> None:
    assert len(api.send(query).errors) == 20


def test_at_most_twenty_errors_of_fields_are_listed(api: Api, ann: Person) -> None:
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Post { replies(first: -1) { totalCount } } } }"

    reply = api.send(query, {"ids": [post_id(make_post(ann))] * 60})

    assert (reply.data["nodes"], len(reply.errors)) == ([None] * 60, 20)


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("ID!", None),
        ("ID!", True),
        ("Int", "1"),
        ("Int", 1.5),
        ("String", 1),
        ("Boolean", "true"),
        ("DateTime", "yesterday"),
        ("PostFilter", []),
        ("PostFilter", {"nonsense": 1}),
        ("PostFilter", {"includeReplies": None}),
        ("PostOrder", {}),
        ("PostOrder", {"field": "NONSENSE"}),
        ("[ID!]!", [None]),
    ],
    ids=str,
)
def test_a_variable_of_the_wrong_type_is_bad_input(api: Api, type_: str, value: Any) -> None:
    fields = {
        "ID!": "node(id: $x) { id }",
        "Int": "feed(first: $x) { totalCount }",
        "String": "feed(after: $x) { totalCount }",
        "Boolean": "feed(filter: {unliked: $x}) { totalCount }",
        "DateTime": "feed(filter: {createdAfter: $x}) { totalCount }",
        "PostFilter": "feed(filter: $x) { totalCount }",
        "PostOrder": "feed(orderBy: $x) { totalCount }",
        "[ID!]!": "nodes(ids: $x) { id }",
    }

    reply = api.send(f"query($x: {type_}) {{ {fields[type_]} }}", {"x": value}, Accept=RESPONSE_JSON)

    assert (reply.status, told(reply)) == (400, [("BAD_USER_INPUT", None)])
    assert reply.errors[0]["message"].startswith("Variable '$x' ")
    assert "data" not in reply.body


def test_a_missing_variable_is_bad_input(api: Api) -> None:
    reply = api.send("query($x: ID!) { node(id: $x) { id } }")

    assert told(reply) == [("BAD_USER_INPUT", None)]


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ('query($x: ID = "y") { node(id: $x) { id } }', ["node"]),
        ("query($x: Boolean) { feed(filter: {includeReplies: $x}) { totalCount } }", ["feed"]),
        ("query($x: Boolean = true) { feed { totalCount @include(if: $x) } }", ["feed"]),
    ],
)
def test_a_null_where_there_must_be_a_value_is_bad_input_at_the_field(
    api: Api, query: str, path: list[str]
) -> None:
    assert told(api.send(query, {"x": None})) == [("BAD_USER_INPUT", path)]


def test_a_number_that_python_will_not_read_is_told_without_pythons_words(api: Api) -> None:
    [error] = api.send(f"{{ feed(first: {'9' * 5_000}) {{ totalCount }} }}").errors

    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert error["message"] == f"Expected value of type 'Int', found {'9' * 5_000}"


@pytest.mark.parametrize("name", ["", "C"])
def test_an_unknown_operation_is_bad_input(api: Api, name: str) -> None:
    response = api.client.post(
        "/graphql/",
        {"query": "query A { __typename } query B { __typename }", "operationName": name},
        content_type="application/json",
    )

    assert [error["extensions"]["code"] for error in response.json()["errors"]] == ["BAD_USER_INPUT"]


@pytest.mark.parametrize(("mutation", "given"), WRITING.items(), ids=WRITING)
def test_what_needs_sign_in_says_so_at_its_field(api: Api, mutation: str, given: str) -> None:
    reply = api.send(f"mutation {{ mine: {mutation}(input: {given}) {{ errors {{ code }} }} }}")

    assert (reply.status, reply.data) == (200, {"mine": None})
    assert told(reply) == [("UNAUTHENTICATED", ["mine"])]


def test_the_rest_of_the_answer_stands_beside_what_needs_sign_in(api: Api) -> None:
    reply = api.send(
        """mutation { a: createPost(input: {body: "x"}) { errors { code } }
            b: tokenAuth(input: {username: "nobody", password: "nothing"}) { errors { code } }
            c: revokeToken(input: {}) { revokedCount } }"""
    )

    assert reply.data == {"a": None, "b": {"errors": [{"code": "INVALID_CREDENTIALS"}]}, "c": None}
    assert told(reply) == [("UNAUTHENTICATED", ["a"]), ("UNAUTHENTICATED", ["c"])]


def test_the_viewer_is_null_and_no_error_for_an_anonymous_request(api: Api) -> None:
    assert api.read("{ viewer { email } }") == {"viewer": None}


def test_a_field_that_must_be_there_takes_the_answer_with_it(api: Api) -> None:
    reply = api.send("{ __typename feed(first: -1) { totalCount } }")

    assert (reply.status, reply.data) == (200, None)
    assert told(reply) == [("BAD_USER_INPUT", ["feed"])]


def test_a_second_mutation_stands_when_the_first_is_refused(ann: Person, bob: Person) -> None:
    mine, theirs = post_id(make_post(bob)), post_id(make_post(ann))

    data = bob.api.read(LIKE_TWO, one=mine, two=theirs)

    assert problems(data["a"]) == [("SELF_ACTION", "input.postId")]
    assert data["b"] == {"post": {"likeCount": 1}, "errors": []}
    posts = ann.api.read(
        "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Post { likeCount } } }", ids=[mine, theirs]
    )
    assert posts["nodes"] == [{"likeCount": 0}, {"likeCount": 1}]


def test_each_of_several_mutations_tells_the_count_of_its_own_moment(ann: Person, bob: Person) -> None:
    document = """mutation($id: ID!) { a: likePost(input: {postId: $id}) { post { likeCount viewerHasLiked } }
        b: unlikePost(input: {postId: $id}) { post { likeCount viewerHasLiked } }
        c: likePost(input: {postId: $id}) { post { likeCount viewerHasLiked } } }"""

    data = bob.api.read(document, id=post_id(make_post(ann)))

    assert [data[name]["post"] for name in "abc"] == [
        {"likeCount": 1, "viewerHasLiked": True},
        {"likeCount": 0, "viewerHasLiked": False},
        {"likeCount": 1, "viewerHasLiked": True},
    ]


def test_each_of_several_profile_changes_tells_the_profile_of_its_own_moment(ann: Person) -> None:
    document = """mutation { a: updateProfile(input: {bio: "One."}) { user { bio } }
        b: updateProfile(input: {bio: "Two."}) { user { bio } } }"""

    assert ann.api.read(document) == {"a": {"user": {"bio": "One."}}, "b": {"user": {"bio": "Two."}}}


def test_each_of_several_posts_tells_the_authors_count_of_its_own_moment(ann: Person) -> None:
    document = """mutation { a: createPost(input: {body: "x"}) { post { author { postCount } } }
        b: createPost(input: {body: "y"}) { post { author { postCount } } } }"""

    data = ann.api.read(document)

    assert [data[name]["post"]["author"]["postCount"] for name in "ab"] == [1, 2]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            {"username": "ann", "password": "a secret passphrase", "more": 1},
            "Variable '$i' got invalid value; Field 'more' is not defined by type 'TokenAuthInput'.",
        ),
        (
            {"username": "ann", "password": ["a secret passphrase"]},
            "Variable '$i' got invalid value at 'i.password'; String cannot represent a non string value.",
        ),
        (
            {"password": "a secret passphrase"},
            "Variable '$i' got invalid value; Field 'username' of required type 'String!' was not provided.",
        ),
        (
            "a secret passphrase; x",
            "Variable '$i' got invalid value; Expected type 'TokenAuthInput' to be a mapping.",
        ),
    ],
)
def test_what_is_wrong_with_a_variable_is_told_without_its_value(api: Api, given: Any, told: str) -> None:
    reply = api.send("mutation($i: TokenAuthInput!) { tokenAuth(input: $i) { token } }", {"i": given})

    assert [error["message"] for error in reply.errors] == [told]
