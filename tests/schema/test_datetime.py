"""`DateTime`: one form out, RFC 3339 with a zone in."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.utils import timezone as django_timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from accounts.keys import RANDOM_BITS, key_at
from content.models import Post
from tests.client import Api
from tests.people import PASSWORD, Person, make_person, make_post, post_id
from tests.schema.worlds import examples

FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
EVERY_DATE = """{ feed { nodes { createdAt editedAt author { joinedAt }
    edits { nodes { createdAt } } likedBy { edges { likedAt } } } } }"""
CREATED_AFTER = "query($moment: DateTime) { feed(filter: {createdAfter: $moment}) { totalCount } }"
MOMENT = datetime(2026, 5, 17, 23, 59, 59, 987_000, tzinfo=UTC)
GARBAGE = [
    "",
    " ",
    "now",
    "2026-11-23",
    "14:00:00Z",
    "2026-11-23T14:00:00",
    "2026-11-23T14:00:00.5",
    "2026-11-23 14:00:00Z",
    "2026-11-23x14:00:00Z",
    "2026-11-23T14Z",
    "2026-11-23T14:00Z",
    "20261123T140000Z",
    "2026-W47-1T14:00:00Z",
    "2026-327T14:00:00Z",
    "2026-11-23T14:00:00.Z",
    "2026-11-23T14:00:00,5Z",
    "2026-11-23T14:00:00.1234567Z",
    "2026-11-23T14:00:00+0100",
    "2026-11-23T14:00:00+01",
    "2026-11-23T14:00:00+24:00",
    "2026-11-23T14:00:00+01:00:30",
    "2026-11-23T14:00:00 Z",
    "2026-11-23T14:00:00Z ",
    "2026-11-23T14:00:00Z\n",
    "2026-11-23T14:00:00 Europe/Berlin",
    "2026-11-23T14:00:00CET",
    "2026-11-23T24:00:00Z",
    "2026-11-23T14:60:00Z",
    "2026-11-23T14:00:61Z",
    "2026-02-29T14:00:00Z",
    "2026-13-01T14:00:00Z",
    "0000-01-01T14:00:00Z",
    "10000-01-01T14:00:00Z",
    "+2026-11-23T14:00:00Z",
    "\u0662026-11-23T14:00:00Z",
    "0001-01-01T00:00:00+01:00",
    "9999-12-31T23:59:59-01:00",
    "1700000000",
]


def post_at(author: Person, moment: datetime) -> Post:
    """A post that was published then."""
    key = key_at(moment) >> RANDOM_BITS << RANDOM_BITS
    return Post.objects.create(id=key, author=author.user, body="Then.")


def written(moment: datetime, digits: int, offset: timezone) -> str:
    """The moment in one of the forms that RFC 3339 allows."""
    there = moment.astimezone(offset)
    fraction = f".{there.microsecond:06}"[: digits + 1] if digits else ""
    zone = there.strftime("%z")
    return f"{there:%Y-%m-%dT%H:%M:%S}{fraction}{zone[:3]}:{zone[3:5]}"


def literal(text: str) -> str:
    """The same question with the moment in the document."""
    escaped = text.replace("\n", "\\n")
    return f'{{ feed(filter: {{createdAfter: "{escaped}"}}) {{ totalCount }} }}'


def test_every_date_has_six_digits_and_ends_in_z(ann: Person) -> None:
    post = make_post(ann, likes=1)
    ann.api.do("editPost", "post { id }", postId=post_id(post), body="Better.")

    [post_shown] = ann.api.read(EVERY_DATE)["feed"]["nodes"]

    dates = [
        post_shown["createdAt"],
        post_shown["editedAt"],
        post_shown["author"]["joinedAt"],
        post_shown["edits"]["nodes"][0]["createdAt"],
        post_shown["likedBy"]["edges"][0]["likedAt"],
    ]
    assert [date for date in dates if not FORM.fullmatch(date)] == []


def test_tokens_expire_at_such_dates(api: Api) -> None:
    make_person("eve")

    payload = api.do("tokenAuth", "tokenExpiresAt refreshTokenExpiresAt", username="eve", password=PASSWORD)

    assert FORM.fullmatch(payload["tokenExpiresAt"])
    assert FORM.fullmatch(payload["refreshTokenExpiresAt"])


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu"])
def test_dates_are_in_utc_whatever_the_servers_zone(ann: Person, settings: Settings, zone: str) -> None:
    settings.TIME_ZONE = zone
    post_at(ann, MOMENT)

    with django_timezone.override(zone):
        [post] = ann.api.read("{ feed { nodes { createdAt } } }")["feed"]["nodes"]

    assert post == {"createdAt": "2026-05-17T23:59:59.987000Z"}


@examples(50)
@given(
    shift=st.sampled_from([timedelta(microseconds=us) for us in (-1_000_000, -1_000, -1, 0, 1, 1_000)]),
    digits=st.integers(0, 6),
    offset=st.integers(-23 * 60 - 59, 23 * 60 + 59),
)
def test_a_date_means_the_same_moment_in_every_zone(
    ann: Person, shift: timedelta, digits: int, offset: int
) -> None:
    Post.objects.all().delete()
    post_at(ann, MOMENT)
    text = written(MOMENT + shift, digits, timezone(timedelta(minutes=offset)))

    is_later = datetime.fromisoformat(text) < MOMENT

    assert ann.api.read(CREATED_AFTER, moment=text) == {"feed": {"totalCount": is_later}}
    assert ann.api.read(literal(text)) == {"feed": {"totalCount": is_later}}


@pytest.mark.parametrize(
    "text", ["2026-05-17T23:59:59Z", "2026-05-17T23:59:59-00:00", "0001-01-01T00:00:00Z"]
)
def test_forms_that_are_easily_forgotten_are_read(ann: Person, text: str) -> None:
    post_at(ann, MOMENT)

    assert ann.api.read(CREATED_AFTER, moment=text) == {"feed": {"totalCount": 1}}


def test_the_last_moment_of_all_is_read(ann: Person) -> None:
    post_at(ann, MOMENT)

    assert ann.api.read(CREATED_AFTER, moment="9999-12-31T23:59:59.999999Z") == {"feed": {"totalCount": 0}}


@pytest.mark.parametrize("text", GARBAGE)
def test_a_variable_in_any_other_form_is_bad_input(api: Api, text: str) -> None:
    reply = api.send(CREATED_AFTER, {"moment": text})

    assert reply.codes == ["BAD_USER_INPUT"]
    assert "a form like 2026-11-23T14:00:00Z" in reply.errors[0]["message"]


@pytest.mark.parametrize("text", GARBAGE)
def test_a_literal_in_any_other_form_is_invalid_where_it_stands(api: Api, text: str) -> None:
    reply = api.send(literal(text))

    assert reply.codes == ["GRAPHQL_VALIDATION_FAILED"]
    assert reply.errors[0]["locations"] == [{"line": 1, "column": literal(text).index('"') + 1}]


@pytest.mark.parametrize("value", [5, 1.5, True, [], {}, ["2026-11-23T14:00:00Z", "x"]])
def test_a_variable_that_is_no_text_is_bad_input(api: Api, value: object) -> None:
    assert api.send(CREATED_AFTER, {"moment": value}).codes == ["BAD_USER_INPUT"]


@pytest.mark.parametrize("value", ["5", "1.5", "true", "NOW", "[]", "{}"])
def test_a_literal_that_is_no_text_is_invalid(api: Api, value: str) -> None:
    reply = api.send(f"{{ feed(filter: {{createdAfter: {value}}}) {{ totalCount }} }}")

    assert reply.codes == ["GRAPHQL_VALIDATION_FAILED"]


def test_null_is_as_if_left_out(ann: Person) -> None:
    make_post(ann)

    assert ann.api.read(CREATED_AFTER, moment=None) == {"feed": {"totalCount": 1}}
    assert ann.api.read(CREATED_AFTER) == {"feed": {"totalCount": 1}}
