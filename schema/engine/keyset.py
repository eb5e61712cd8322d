"""Keyset pages: a page is what comes after a position in an order, not after a number of rows.

An order is a list of columns that ends with the primary key, all in one direction, so a position is the
values of one row, and stays valid when that row is gone. A cursor is such a position, signed.
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    BooleanField,
    F,
    Func,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler

VERSION = 1
MAX_TOTAL = 10_000

Position = tuple[Any, ...]
Sql = tuple[str, tuple[Any, ...]]


class Comparison(Func):
    """Rows before or after a position: `(a, b) < (x, y)`.

    Both databases begin at that place of an index on these columns. Written out with AND and OR, they begin
    where `a` is `x`, and read all of these.
    """

    output_field = BooleanField()

    def __init__(self, columns: Sequence[str], operator: str, position: Position) -> None:
        here, there = ([F(column) for column in columns], [Value(value) for value in position])
        rows = [Func(*row, template="(%(expressions)s)") for row in (here, there)]
        super().__init__(*rows, template="%(expressions)s", arg_joiner=f" {operator} ")


class CursorError(ValueError):
    """A cursor that is none, or of another order."""


@dataclass(frozen=True)
class Order:
    """How a list is ordered.

    Args:
        name: what its cursors are bound to; the same name, the same positions.
        columns: the columns' names; the last is unique, and a whole number.
        descending: the direction of all of them.
        twin: another table's column of the same keys, by which the two are joined. Each table is read in that
            order from an index; but the databases do not see by themselves that bounds of the one are bounds
            of the other.
    """

    name: str
    columns: tuple[str, ...]
    descending: bool = True
    twin: str | None = None

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
        """What comes after a position: what stands at the next key or comes after that.

        Not `<`: PostgreSQL guesses by the first column how many rows come then, and finds none below 0 likes.
        """
        *values, key = position
        return self.from_on((*values, key - 1 if self.descending else key + 1))

    def from_on(self, position: Position) -> Q:
        """What stands at a position or comes after it."""
        operator = "<=" if self.descending else ">="
        sides = [self.columns] if self.twin is None else [self.columns, (self.twin,)]
        return Q(*(Comparison(columns, operator, position) for columns in sides))

    def cursor(self, row: Model) -> str:
        """The opaque cursor of a row."""
        payload = json.dumps([VERSION, self.name, *self.position(row)], separators=(",", ":"))
        return _encode(f"{_signer.signature(payload)[:11]}{payload}")

    def parse(self, cursor: str) -> Position:
        """The position that a cursor stands for.

        Raises: CursorError, for one of another order or one that was tampered with.
        """
        try:
            padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
            text = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
            signature, payload = text[:11], text[11:]
            _verify(payload, signature)
            if _encode(text) != cursor:
                raise BadSignature
            version, name, *position = json.loads(payload)
        except (binascii.Error, UnicodeError, ValueError, BadSignature) as error:
            raise CursorError("This is not a cursor.") from error
        if (version, name, len(position)) != (VERSION, self.name, len(self.columns)):
            raise CursorError(f"This cursor is of another order ({name}); this list is by {self.name}.")
        return tuple(position)


_signer = Signer(salt="cursor")


def _encode(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _verify(payload: str, signature: str) -> None:
    keys = [_signer.key, *_signer.fallback_keys]
    if len(signature) < 11 or not any(_signer.signature(payload, key)[:11] == signature for key in keys):
        raise BadSignature


@dataclass(frozen=True)
class Bounds:
    """Which part of a list is asked for: `size` rows from the front (or the back) between two positions.

    Args:
        closed: what stands at the positions is between them.
    """

    size: int
    backward: bool = False
    after: Position | None = None
    before: Position | None = None
    closed: bool = False


Narrow = Callable[[QuerySet[Any], Bounds, Order], QuerySet[Any]]


@dataclass(frozen=True)
class Page:
    """Rows in the list's order, and whether there was one more in the direction of paging."""

    rows: list[Any]
    more: bool


class CappedCount(Subquery):
    """How many rows a subquery has; it is counted no further than it is limited."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) _capped)"
    output_field = IntegerField()
    empty_result_set_value = 0


class KeyList(Subquery):
    """The keys in a subquery, which calls them `_key`, in one value."""

    template = "(SELECT json_group_array(_key) FROM (%(subquery)s) _page)"

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        """PostgreSQL has arrays."""
        return self.as_sql(compiler, connection, template="ARRAY(%(subquery)s)")


class ListedKeys(Subquery):
    """All keys in the lists of a subquery, which calls these `_keys`."""

    template = "(SELECT value FROM (%(subquery)s) _lists, json_each(_lists._keys))"

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        """PostgreSQL has arrays."""
        return self.as_sql(
            compiler, connection, template="(SELECT unnest(_lists._keys) FROM (%(subquery)s) _lists)"
        )


@dataclass(frozen=True)
class Surroundings:
    """What a list has beside a page.

    Args:
        before: whether rows stand at or before the position asked `after`.
        after: whether rows stand at or after the position asked `before`.
        total: how many rows the whole list has, up to 10,001; None when it was not to be counted.
    """

    before: bool = False
    after: bool = False
    total: int | None = None


class PageSet:
    """The same part of the same list, for one parent or for many at once.

    Args:
        rows: the set to be listed, of all parents together.
        order: how it is listed.
        bounds: which part of it.
        parent: the column that says whose list a row is in; None for a list of its own.
        keys: the parents' keys.
        counted: whether the lists' totals are wanted.
        narrow: for a set that the database alone would read in the wrong order: leaves what `bounds` may need
            of the rows between its positions, one row more than its size or all, from the end it asks for.
    """

    def __init__(
        self,
        rows: QuerySet[Any],
        *,
        order: Order,
        bounds: Bounds,
        parent: str | None = None,
        keys: Sequence[int] = (),
        counted: bool = False,
        narrow: Narrow | None = None,
    ) -> None:
        self.order, self.bounds, self.parent, self.keys, self.counted = order, bounds, parent, keys, counted
        self.rows = rows.filter(**{parent: keys[0]}) if parent is not None and len(keys) == 1 else rows
        self._narrow = narrow

    @cached_property
    def pages(self) -> dict[int | None, Page]:
        """The pages by parent. One SQL statement for all of them."""
        wanted = self.bounds.size + 1
        if len(self.keys) <= 1:
            return {self._only_key: self._page(list(self._between(self.rows, self.bounds)[:wanted]))}
        # Each parent's page is looked up by itself: what that takes hangs on the pages, not on how long the
        # lists are. (A window function would read and rank these whole.)
        page = KeyList(self._between(self._mine, self.bounds).values(_key=F("pk"))[:wanted])
        lists = self._parents.annotate(_keys=page).values("_keys")
        rows = self.rows.filter(pk__in=ListedKeys(lists)).order_by(*self._from_end(self.bounds).terms())
        found: dict[int | None, list[Any]] = {key: [] for key in self.keys}
        for row in rows:
            found[getattr(row, self._parent_column)].append(row)
        return {key: self._page(members) for key, members in found.items()}

    @cached_property
    def surroundings(self) -> Mapping[int | None, Surroundings]:
        """What is beside the pages, by parent. At most one SQL statement for all of them."""
        asked: dict[str, Subquery] = {}
        if self.bounds.after is not None:
            asked["before"] = self._nearest(Bounds(0, backward=True, before=self.bounds.after, closed=True))
        if self.bounds.before is not None:
            asked["after"] = self._nearest(Bounds(0, after=self.bounds.before, closed=True))
        if self.counted:
            asked["total"] = CappedCount(self._mine.values("pk")[: MAX_TOTAL + 1])
        if not asked:
            return dict.fromkeys([self._only_key, *self.keys], Surroundings())
        if len(self.keys) <= 1:
            return {self._only_key: _surroundings(dict(zip(asked, _select(asked), strict=True)))}
        named = {f"_{name}": subquery for name, subquery in asked.items()}
        found = self._parents.annotate(**named).values_list("pk", *named)
        beside = {key: _surroundings(dict(zip(asked, values, strict=True))) for key, *values in found}
        return {**dict.fromkeys(self.keys, Surroundings(total=0)), **beside}

    def _nearest(self, bounds: Bounds) -> Subquery:
        """The key of the row that comes first there. Not EXISTS: that may read a table from its other end."""
        return Subquery(self._between(self._mine, bounds).values("pk")[:1])

    def _between(self, rows: QuerySet[Any], bounds: Bounds) -> QuerySet[Any]:
        for position, order in ((bounds.after, self.order), (bounds.before, self.order.reversed())):
            if position is not None:
                rows = rows.filter(order.from_on(position) if bounds.closed else order.beyond(position))
        if self._narrow is not None:
            rows = self._narrow(rows, bounds, self.order)
        return rows.order_by(*self._from_end(bounds).terms())

    def _from_end(self, bounds: Bounds) -> Order:
        return self.order.reversed() if bounds.backward else self.order

    @property
    def _mine(self) -> QuerySet[Any]:
        if len(self.keys) <= 1:
            return self.rows.order_by()
        return self.rows.filter(**{self._parent_column: OuterRef("pk")}).order_by()

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


def _surroundings(found: Mapping[str, Any]) -> Surroundings:
    return Surroundings(
        before=found.get("before") is not None, after=found.get("after") is not None, total=found.get("total")
    )


def _select(subqueries: Mapping[str, Subquery]) -> tuple[Any, ...]:
    """The values of subqueries: `SELECT (…), (…)`, from no table."""
    query = Query(None)
    for name, subquery in subqueries.items():
        query.add_annotation(subquery, name)
    (values,) = query.get_compiler(using=DEFAULT_DB_ALIAS).results_iter()
    return tuple(values)
