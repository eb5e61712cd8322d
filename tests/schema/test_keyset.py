"""Positions in an order: the database compares them as tuples compare."""

from typing import Any

import pytest
from django.conf import settings
from django.core.signing import Signer
from hypothesis import given
from hypothesis import strategies as st

from content.models import Post
from schema.engine import keyset
from schema.engine.keyset import CursorError, Order
from tests.people import Person
from tests.schema.worlds import examples, rolled_back

pytestmark = pytest.mark.database

COLUMNS = [("id",), ("like_count", "id"), ("like_count", "reply_count", "id")]
small = st.integers(0, 3)
rows = st.lists(st.tuples(small, small, st.integers(1, 30)), max_size=10, unique_by=lambda row: row[2])
positions = st.tuples(small, small, st.integers(0, 31))

each_order = pytest.mark.parametrize(
    "order",
    [Order("test", columns, descending) for columns in COLUMNS for descending in (True, False)],
    ids=lambda order: f"{len(order.columns)}-{'down' if order.descending else 'up'}",
)


def write(author: Person, values: list[tuple[int, int, int]]) -> None:
    """Posts with these like counts, reply counts and keys."""
    Post.objects.bulk_create(
        Post(id=key, author=author.user, body="x", like_count=likes, reply_count=replies)
        for likes, replies, key in values
    )


def in_order(order: Order, values: list[tuple[int, int, int]]) -> list[tuple[int, ...]]:
    """The positions of these rows, as the order has them."""
    return sorted((shorten(order, row) for row in values), reverse=order.descending)


def shorten(order: Order, row: tuple[int, int, int]) -> tuple[int, ...]:
    """A row's position: as many of its values as the order has columns."""
    return row[2:] if len(order.columns) == 1 else (row[0], *row[3 - len(order.columns) + 1 :])


def found(order: Order, condition: Any) -> list[tuple[Any, ...]]:
    """The positions that the database finds."""
    return [order.position(post) for post in Post.objects.filter(condition).order_by(*order.terms())]


@each_order
@examples(25)
@given(values=rows, position=positions)
def test_beyond_a_position_is_what_compares_so(
    ann: Person, order: Order, values: list[tuple[int, int, int]], position: tuple[int, int, int]
) -> None:
    here = shorten(order, position)
    with rolled_back():
        write(ann, values)

        assert found(order, order.beyond(here)) == [
            row for row in in_order(order, values) if (row < here if order.descending else row > here)
        ]


@each_order
@examples(25)
@given(values=rows, position=positions)
def test_from_a_position_on_is_what_compares_so(
    ann: Person, order: Order, values: list[tuple[int, int, int]], position: tuple[int, int, int]
) -> None:
    here = shorten(order, position)
    with rolled_back():
        write(ann, values)

        assert found(order, order.from_on(here)) == [
            row for row in in_order(order, values) if (row <= here if order.descending else row >= here)
        ]


@given(likes=st.integers(0, 2**31 - 1), key=st.integers(1, 2**63 - 1))
def test_a_cursor_is_read_as_the_position_it_was_made_of(likes: int, key: int) -> None:
    order = Order("test", ("like_count", "id"))

    assert order.parse(order.cursor(Post(id=key, like_count=likes))) == (likes, key)


def test_a_cursor_is_read_in_the_reversed_order_too() -> None:
    order = Order("test", ("id",))

    assert order.reversed().parse(order.cursor(Post(id=5))) == (5,)


@pytest.mark.parametrize("other", [Order("other", ("id",)), Order("test", ("like_count", "id"))])
def test_a_cursor_of_another_order_is_refused(other: Order) -> None:
    cursor = Order("test", ("id",)).cursor(Post(id=5))

    with pytest.raises(CursorError):
        other.parse(cursor)


def test_a_cursor_outlives_a_change_of_the_secret_key(monkeypatch: pytest.MonkeyPatch) -> None:
    order = Order("test", ("id",))
    cursor = order.cursor(Post(id=5))
    old, new = settings.SECRET_KEY, "another-key-another-key-another-key"

    monkeypatch.setattr(keyset, "_signer", Signer(key=new, fallback_keys=[old], salt="cursor"))

    assert order.parse(cursor) == (5,)
    assert order.cursor(Post(id=5)) != cursor


def test_a_cursor_signed_with_an_unknown_key_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    order = Order("test", ("id",))
    cursor = order.cursor(Post(id=5))

    monkeypatch.setattr(keyset, "_signer", Signer(key="another-key", salt="cursor"))

    with pytest.raises(CursorError):
        order.parse(cursor)
