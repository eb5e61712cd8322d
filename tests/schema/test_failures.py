"""What went wrong on our side: told in five words to the client, and in full to the log."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from accounts import queries
from accounts.models import EmailVerification, Enrichment, EnrichmentOutcome, User
from tests.client import Api, Reply
from tests.people import Person, make_post, post_id
from tests.schema.wire import RESPONSE_JSON

MASKED = "Something went wrong on our side."
LIKED = "{ feed { nodes { body viewerHasLiked } } }"
PROFILES = "{ feed { nodes { body author { username bio } } } users { totalCount } }"
SECRETS = [
    "content_like",
    "accounts_",
    "gone",
    "SELECT",
    "Traceback",
    ".py",
    "KeyError",
    "GITHUB",
    "site-packages",
]


@pytest.fixture(params=[False, True], ids=["production", "debug"])
def debug(request: pytest.FixtureRequest, settings: Settings) -> bool:
    """With DEBUG off and on."""
    settings.DEBUG = request.param
    return bool(request.param)


@pytest.fixture
def log_lines() -> Iterator[io.StringIO]:
    """What the server's own handler writes."""
    [formatter] = {
        handler.formatter
        for handler in logging.getLogger().handlers
        if handler.formatter and "structlog" in type(handler.formatter).__module__
    }
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(formatter)
    logging.getLogger().addHandler(handler)
    yield handler.stream
    logging.getLogger().removeHandler(handler)


def lose_table(name: str) -> None:
    """Until the test's transaction is rolled back."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {name} RENAME TO gone")


def break_profiles(monkeypatch: pytest.MonkeyPatch, user: User) -> None:
    """Make one field's source fail, in Python."""
    User.objects.filter(pk=user.pk).update(email_verification=EmailVerification.CONFIRMED)
    Enrichment.objects.filter(pk=user.pk).delete()
    Enrichment.objects.create(
        user=user, outcome=EnrichmentOutcome.DONE, github="ann", created_at=user.created_at
    )
    monkeypatch.setattr(queries, "SOCIAL_URLS", {})


def assert_masked(reply: Reply, path: list[Any] | None) -> None:
    """One error that says nothing but its path and its request."""
    [error] = reply.errors
    assert error.pop("path", None) == path
    error.pop("locations", None)
    request_id = reply.headers["X-Request-Id"]
    extensions = {"code": "INTERNAL_SERVER_ERROR", "requestId": request_id}
    assert error == {"message": MASKED, "extensions": extensions}
    assert [secret for secret in SECRETS if secret in json.dumps(reply.body)] == []


def test_a_database_that_fails_under_a_field_is_masked(ann: Person, debug: bool) -> None:
    make_post(ann)
    lose_table("content_like")

    reply = ann.api.send(LIKED)

    assert (reply.status, reply.data) == (200, None)
    assert_masked(reply, ["feed", "nodes", 0, "viewerHasLiked"])


def test_a_program_that_fails_under_a_field_is_masked_and_the_rest_stands(
    ann: Person, debug: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_post(ann, "Still here.")
    break_profiles(monkeypatch, ann.user)

    reply = Api().send(PROFILES)

    assert_masked(reply, ["feed", "nodes", 0, "author", "bio"])
    author = {"username": "ann", "bio": None}
    assert reply.data == {
        "feed": {"nodes": [{"body": "Still here.", "author": author}]},
        "users": {"totalCount": 1},
    }


@pytest.mark.parametrize("accept", ["application/json", RESPONSE_JSON])
def test_a_failure_before_anything_runs_is_masked(ann: Person, debug: bool, accept: str) -> None:
    api = ann.api
    lose_table("accounts_session")

    reply = api.send("{ __typename }", Accept=accept)

    assert reply.status == 500
    assert_masked(reply, None)
    assert reply.headers["Content-Type"] == f"{accept}; charset=utf-8"


def test_the_log_has_the_trace_and_the_id_of_the_request(ann: Person, log_lines: io.StringIO) -> None:
    make_post(ann)
    lose_table("content_like")

    reply = ann.api.send(LIKED, X_Request_Id="find-me-again")

    assert reply.errors[0]["extensions"]["requestId"] == "find-me-again"
    [line] = [json.loads(line) for line in log_lines.getvalue().splitlines() if "unexpected error" in line]
    assert line["request_id"] == "find-me-again"
    assert line["level"] == "error"
    assert "content_like" in line["exception"]
    assert "Traceback" in line["exception"]


def test_the_log_has_the_trace_of_a_failure_before_anything_runs(ann: Person, log_lines: io.StringIO) -> None:
    api = ann.api
    lose_table("accounts_session")

    reply = api.send("{ __typename }")

    [line] = [json.loads(line) for line in log_lines.getvalue().splitlines() if "request failed" in line]
    assert line["request_id"] == reply.headers["X-Request-Id"]
    assert "accounts_session" in line["exception"]


def test_what_a_client_did_wrong_is_not_logged_as_an_error(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    for query in (
        "{",
        "{ nonsense }",
        "{ feed(first: -1) { totalCount } }",
        'query($x: ID = "") { node(id: $x) { id } }',
    ):
        api.send(query, {"x": None})
    api.send("mutation { revokeToken(input: {}) { revokedCount } }")

    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_a_second_mutation_stands_when_the_first_fails(ann: Person, bob: Person) -> None:
    post = post_id(make_post(ann))
    document = """mutation($id: ID!) { a: likePost(input: {postId: $id}) { post { id } }
        b: createPost(input: {body: "Nevertheless."}) { post { body } } }"""
    lose_table("content_like")

    reply = bob.api.send(document, {"id": post})

    assert_masked(reply, ["a"])
    assert reply.data == {"a": None, "b": {"post": {"body": "Nevertheless."}}}


def test_a_mutation_that_fails_changes_nothing(ann: Person, bob: Person) -> None:
    post = make_post(ann)
    lose_table("content_like")

    bob.api.send(
        "mutation($id: ID!) { likePost(input: {postId: $id}) { post { id } } }", {"id": post_id(post)}
    )

    post.refresh_from_db()
    assert post.like_count == 0
