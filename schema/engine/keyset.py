"""Keyset pages: a page is what comes after a position in an order, not after a number of rows.

An order is a list of columns that ends with the primary key, all in one direction, so a position is the
values of one row, and stays valid when that row is gone. A cursor is such a position, signed.
"""

import base64
import binascii
import json
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db.models import Exists, F, IntegerField, Model, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber

VERSION = 1
MAX_TOTAL = 10_000

Position = tuple[Any, ...]


class CursorError(ValueError):
    """A cursor that is none, or of another order."""


@dataclass(frozen=True)
class Order:
    """How a list is ordered.

    Args:
        name: what its cursors are bound to; the same name, the same positions.
        columns: the columns' names; the last is unique.
        descending: the direction of all of them.
    """

    name: str
    columns: tuple[str, ...]
    descending: bool = True

    def reversed(self) -> "Order":
        """The same order, the other way round."""
        return replace(self, descending=not self.descending)

    def terms(self) -> list[Any]:
        """For `order_by`."""
        return [F(column).desc() if self.descending else F(column).asc() for column in self.columns]

    def position(self, row: Model) -> Position:
        """Where a row stands in this order."""
        return tuple(getattr(row, column) for column in self.columns)

    def beyond(self, position: Position) -> Q:
        """What comes after a position.

        In the form `a <= x AND (a < x OR (b < y))`, which PostgreSQL answers from an index in this order
        (a plain OR reads the whole table).
        """
        return self._beyond(position, "lt" if self.descending else "gt")

    def from_on(self, position: Position) -> Q:
        """What stands at a position or comes after it."""
        return self._beyond(position, "lte" if self.descending else "gte")

    def _beyond(self, position: Position, last: str) -> Q:
        strict, weak = ("lt", "lte") if self.descending else ("gt", "gte")
        condition = Q(**{f"{self.columns[-1]}__{last}": position[-1]})
        for column, value in list(zip(self.columns, position, strict=True))[-2::-1]:
            condition = Q(**{f"{column}__{weak}": value}) & (Q(**{f"{column}__{strict}": value}) | condition)
        return condition

    def cursor(self, row: Model) -> str:
        """The opaque cursor of a row."""
        payload = json.dumps([VERSION, self.name, *self.position(row)], separators=(",", ":"))
        signature = _signer.signature(payload)[:11]
        return base64.urlsafe_b64encode(f"{signature}{payload}".encode()).rstrip(b"=").decode()

    def parse(self, cursor: str) -> Position:
        """The position that a cursor stands for.

        Raises: CursorError, for one of another order or one that was tampered with.
        """
        try:
            padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
            text = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
            signature, payload = text[:11], text[11:]
            _verify(payload, signature)
            version, name, *position = json.loads(payload)
        except (binascii.Error, UnicodeError, ValueError, BadSignature) as error:
            raise CursorError("This is not a cursor.") from error
        if (version, name, len(position)) != (VERSION, self.name, len(self.columns)):
            raise CursorError(f"This cursor is of another order ({name}); this list is by {self.name}.")
        return tuple(position)


_signer = Signer(salt="cursor")


def _verify(payload: str, signature: str) -> None:
    keys = [_signer.key, *_signer.fallback_keys]
    if len(signature) < 11 or not any(_signer.signature(payload, key)[:11] == signature for key in keys):
        raise BadSignature


@dataclass(frozen=True)
class Bounds:
    """Which part of a list is asked for: `size` rows from the front (or the back) between two positions."""

    size: int
    backward: bool = False
    after: Position | None = None
    before: Position | None = None


@dataclass(frozen=True)
class Page:
    """Rows in the list's order, and whether there was one more in the direction of paging."""

    rows: list[Any]
    more: bool


class CappedCount(Subquery):
    """How many rows a subquery has; it is counted no further than it is limited."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) _capped)"
    output_field = IntegerField()


class PageSet:
    """The same part of the same list, for one parent or for many at once.

    Args:
        rows: the set to be listed, of all parents together.
        order: how it is listed.
        bounds: which part of it.
        parent: the column that says whose list a row is in; None for a list of its own.
        keys: the parents' keys.
    """

    def __init__(
        self, rows: QuerySet[Any], *, order: Order, bounds: Bounds, parent: str | None = None, keys: list[int]
    ) -> None:
        self.order, self.bounds, self.parent, self.keys = order, bounds, parent, keys
        if parent is None:
            self.rows = rows
        elif len(keys) == 1:
            self.rows = rows.filter(**{parent: keys[0]})
        else:
            self.rows = rows.filter(**{f"{parent}__in": keys})

    @cached_property
    def pages(self) -> dict[int | None, Page]:
        """The pages by parent. One SQL statement for all of them."""
        order = self.order.reversed() if self.bounds.backward else self.order
        rows = self.rows
        if self.bounds.after is not None:
            rows = rows.filter(self.order.beyond(self.bounds.after))
        if self.bounds.before is not None:
            rows = rows.filter(self.order.reversed().beyond(self.bounds.before))
        rows = rows.order_by(*order.terms())
        wanted = self.bounds.size + 1
        if len(self.keys) <= 1:
            return {self._only_key: self._page(list(rows[:wanted]))}
        rank = Window(RowNumber(), partition_by=F(self._parent_column), order_by=order.terms())
        found: dict[int | None, list[Any]] = {key: [] for key in self.keys}
        for row in rows.annotate(_rank=rank).filter(_rank__lte=wanted):
            found[getattr(row, self._parent_column)].append(row)
        return {key: self._page(members) for key, members in found.items()}

    @cached_property
    def totals(self) -> dict[int | None, int]:
        """How many rows each list has, up to 10,001. One SQL statement for all of them."""
        if len(self.keys) <= 1:
            return {self._only_key: self.rows.order_by()[: MAX_TOTAL + 1].count()}
        parents = self._parents
        counted = self.rows.filter(**{self._parent_column: OuterRef("pk")}).order_by().values("pk")
        return dict(
            parents.annotate(_total=CappedCount(counted[: MAX_TOTAL + 1])).values_list("pk", "_total")
        )

    @cached_property
    def with_rows_before(self) -> frozenset[int | None]:
        """The parents whose list has rows at or before the position asked `after`."""
        if self.bounds.after is None:
            return frozenset()
        return self._with_rows(self.order.reversed().from_on(self.bounds.after))

    @cached_property
    def with_rows_after(self) -> frozenset[int | None]:
        """The parents whose list has rows at or after the position asked `before`."""
        if self.bounds.before is None:
            return frozenset()
        return self._with_rows(self.order.from_on(self.bounds.before))

    def _with_rows(self, condition: Q) -> frozenset[int | None]:
        rows = self.rows.filter(condition).order_by()
        if len(self.keys) <= 1:
            return frozenset([self._only_key] if rows.exists() else [])
        mine = Exists(rows.filter(**{self._parent_column: OuterRef("pk")}))
        return frozenset(self._parents.filter(mine).values_list("pk", flat=True))

    def _page(self, rows: list[Any]) -> Page:
        more = len(rows) > self.bounds.size
        rows = rows[: self.bounds.size]
        return Page(rows[::-1] if self.bounds.backward else rows, more)

    @property
    def _only_key(self) -> int | None:
        return self.keys[0] if self.keys else None

    @property
    def _parent_column(self) -> str:
        assert self.parent is not None  # noqa: S101  # many keys come with a parent
        return self.parent

    @property
    def _parents(self) -> QuerySet[Any]:
        field = self.rows.model._meta.get_field(self._parent_column)
        parents: QuerySet[Any] = field.related_model._default_manager.filter(pk__in=self.keys)
        return parents
