"""What takes too long is cut off: a statement, a request, and waiting for others. Then the server is free."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from pytest_django import Settings

from content.models import Post
from tests.client import Api
from tests.people import Person, make_post, post_id

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

MINUTES = {
    "sqlite": """(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000)
        SELECT MAX(i) FROM n)""",
    "postgresql": "(SELECT MAX(i) FROM generate_series(1, 1000000000) n(i))",
}
LIKE = "mutation($id: ID!) { likePost(input: {postId: $id}) { post { likeCount } } }"
HOME = "{ viewer { user { username } } homeFeed { totalCount } }"


@pytest.fixture
def minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The home feed's statement takes minutes."""

    def slow(viewer: object) -> QuerySet[Post]:
        return Post.objects.annotate(slow=RawSQL(MINUTES[connection.vendor], ())).filter(slow__gt=0)  # noqa: S611

    monkeypatch.setattr("schema.queries.home_feed", slow)
    monkeypatch.setattr("schema.queries._nearest_in_home_feed", lambda viewer, posts, bounds, order: posts)


@pytest.fixture
def statement_s() -> Iterator[float]:
    """How long a statement may take, and waits for others, as a server's own connections have it."""
    if connection.vendor == "postgresql":
        _execute("SET statement_timeout = 300")
    else:
        _execute("PRAGMA busy_timeout = 300")
    yield 0.3
    connection.close()


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@contextmanager
def somebody_writes(post: Post) -> Iterator[None]:
    """Somebody else has begun to write, and does not come to an end."""
    begun, done = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            Post.objects.filter(pk=post.pk).update(body="x")
            begun.set()
            done.wait(30)
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    begun.wait(30)
    try:
        yield
    finally:
        done.set()
        thread.join()


def test_a_slow_statement_is_cut_off_and_the_rest_of_the_answer_stands(
    ann: Person, minutes: None, statement_s: float, settings: Settings
) -> None:
    make_post(ann)
    settings.STATEMENT_TIMEOUT_S = statement_s
    began = time.monotonic()

    reply = ann.api.send(HOME)

    assert time.monotonic() - began < 10
    assert reply.data == {"viewer": {"user": {"username": "ann"}}, "homeFeed": None}
    assert (reply.status, reply.codes) == (200, ["TIMEOUT"])
    assert reply.errors[0]["path"] == ["homeFeed", "totalCount"]
    assert ann.api.read("{ feed { totalCount } }") == {"feed": {"totalCount": 1}}


def test_a_statement_takes_no_longer_than_is_left_of_the_request(
    ann: Person, minutes: None, settings: Settings
) -> None:
    make_post(ann)
    settings.REQUEST_TIMEOUT_S = 0.5
    began = time.monotonic()

    reply = ann.api.send(HOME)

    assert time.monotonic() - began < 10
    assert reply.codes == ["TIMEOUT"]
    settings.REQUEST_TIMEOUT_S = 10
    assert ann.api.read("{ feed { totalCount } }") == {"feed": {"totalCount": 1}}
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("0",)


def test_a_request_whose_time_is_over_goes_no_further(api: Api, settings: Settings) -> None:
    settings.REQUEST_TIMEOUT_S = 0

    reply = api.send("{ feed { totalCount } }")

    assert (reply.status, reply.data, reply.codes) == (200, None, ["TIMEOUT"])
    assert (
        reply.errors[0]["message"]
        == "This took too long and was cut off. Ask for less at once, or try again."
    )


def test_one_that_does_not_come_to_its_document_is_told_to_come_again(
    ann: Person, settings: Settings
) -> None:
    settings.REQUEST_TIMEOUT_S = 0

    reply = ann.api.send("{ feed { totalCount } }")

    assert (reply.status, reply.codes) == (503, ["TIMEOUT"])


def test_who_waits_for_others_too_long_is_told_and_can_try_again(
    ann: Person, bob: Person, statement_s: float
) -> None:
    post = make_post(ann)
    began = time.monotonic()

    with somebody_writes(post):
        reply = bob.api.send(LIKE, {"id": post_id(post)})

    assert time.monotonic() - began < 10
    assert (reply.data, reply.codes) == ({"likePost": None}, ["TIMEOUT"])
    again = bob.api.send(LIKE, {"id": post_id(post)})
    assert again.data == {"likePost": {"post": {"likeCount": 1}}}
