import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.answers import MAX_JSON_DEPTH, MAX_RETRY_AFTER_S, Answer, parse_retry_after
from services.errors import NotJson, ServiceError
from services.hunter import judge

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def body(text: str) -> Answer:
    return Answer(200, body=text.encode())


def nested(depth: int) -> Answer:
    return body('{"a":' * depth + "1" + "}" * depth)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("1", 1),
        (" 120 ", 120),
        ("21601", MAX_RETRY_AFTER_S),
        ("9" * 5000, MAX_RETRY_AFTER_S),
        ("Fri, 02 Jan 2026 03:05:05 GMT", 60),
        ("Fri, 02 Jan 2026 03:05:05 -0000", 60),
        ("Fri, 02 Jan 2026 05:05:05 +0200", 60),
        ("Friday, 02-Jan-26 03:05:05 GMT", 60),
        ("Fri, 02 Jan 2026 03:00:00 GMT", 0),
        ("Fri, 02 Jan 2037 03:00:00 GMT", MAX_RETRY_AFTER_S),
        (None, None),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("1, 2", None),
        ("soon", None),
        ("٣", None),
        ("Fri, 99 Jan 2026 03:05:05 GMT", None),
        ("Fri, 02 Jan 99999 03:05:05 GMT", None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert parse_retry_after(header, now=NOW) == seconds


@given(st.text() | st.from_regex(r"\A[A-Z][a-z]{2}, \d+ Jan -?\d+ \d+:\d+:\d+ [+-]?\w+\Z"))
def test_no_retry_after_goes_beyond_its_bounds(header: str) -> None:
    seconds = parse_retry_after(header, now=NOW)

    assert seconds is None or 0 <= seconds <= MAX_RETRY_AFTER_S


@given(st.integers(0, 21_600))
def test_a_retry_after_date_says_the_same_as_its_seconds(seconds: int) -> None:
    date = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)

    assert parse_retry_after(date, now=NOW) == parse_retry_after(str(seconds), now=NOW)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        '"a"',
        "1",
        "{",
        "{} {}",
        '{"a": NaN}',
        '{"a": -Infinity}',
        '{"a": 1e999}',
        "\ufeff{}",
    ],
)
def test_what_is_no_json_object_is_not_json(text: str) -> None:
    with pytest.raises(NotJson):
        body(text).json_object()


@pytest.mark.parametrize("data", [b'{"a": "\xff"}', '{"a": 1}'.encode("utf-16"), b'{"a": "\xed\xa0\x80"}'])
def test_what_is_not_utf8_is_not_json(data: bytes) -> None:
    with pytest.raises(NotJson):
        Answer(200, body=data).json_object()


@pytest.mark.parametrize("depth", [MAX_JSON_DEPTH + 1, 100_000])
def test_what_is_nested_too_deeply_is_not_json(depth: int) -> None:
    with pytest.raises(NotJson):
        nested(depth).json_object()


def test_what_is_nested_as_deeply_as_allowed_is_json() -> None:
    assert json.dumps(nested(MAX_JSON_DEPTH).json_object()).count("{") == MAX_JSON_DEPTH


def test_a_number_too_long_to_be_read_is_not_json() -> None:
    with pytest.raises(NotJson):
        body('{"a": ' + "9" * 10_000 + "}").json_object()


def test_what_no_database_stores_is_taken_out_of_texts() -> None:
    answer = body(r'{"n\u0000ame": ["a\u0000b", {"c": "\ud800d\ud83d\ude00"}, 1, null]}')

    assert answer.json_object() == {"name": ["ab", {"c": "d😀"}, 1, None]}


def test_a_parse_error_does_not_carry_the_document_along() -> None:
    with pytest.raises(NotJson) as caught:
        body('{"email": "ada@example.com"').json_object()

    assert caught.value.__context__ is None


@given(
    st.binary()
    | st.recursive(st.none() | st.text(), st.lists).map(lambda v: json.dumps({"data": v}).encode())
)
def test_no_body_gets_past_the_tree_of_errors(data: bytes) -> None:
    with pytest.raises(ServiceError, match=r"^(not_json|unknown_shape)$"):
        judge(Answer(200, body=data))


def test_an_answer_does_not_show_its_body() -> None:
    assert "ada" not in repr(body("ada@example.com"))
