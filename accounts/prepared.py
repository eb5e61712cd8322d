"""Querysets that are compiled once, for what nearly every request asks.

To build a queryset and its SQL takes Django milliseconds each time, many times what the database takes.
Here it is done once a process; what differs from call to call are its parameters.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row", bound=Model)


class Parameter(Expression):
    """Stands in a queryset for a value that is not known yet. `kind` is the field that the value is like."""

    def __init__(self, name: str, kind: Field[Any, Any]) -> None:
        super().__init__(output_field=kind)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, Any]:
        """Its place, and itself for the value."""
        return "%s", [self]

    def bind(self, value: Any) -> Any:
        """The value as the database takes it."""
        return self.output_field.get_db_prep_value(value, connection, prepared=False)


@dataclass(frozen=True)
class Statement:
    """SQL, what its placeholders stand for, and how rows become objects."""

    sql: str
    parameters: tuple[Any, ...]
    compiler: SQLCompiler

    def objects(self, rows: list[Sequence[Any]]) -> Iterator[Any]:
        """As Django's own `ModelIterable` makes them, related objects and annotations included."""
        model, columns = self.compiler.klass_info["model"], self._columns
        for row in self.compiler.results_iter([rows]):
            found = model.from_db(DEFAULT_DB_ALIAS, self._names, row[columns])
            for populator in self._populators:
                populator.populate(row, found)
            for name, position in self.compiler.annotation_col_map.items():
                setattr(found, name, row[position])
            yield found

    @cached_property
    def _columns(self) -> slice:
        fields = self.compiler.klass_info["select_fields"]
        return slice(fields[0], fields[-1] + 1)

    @cached_property
    def _names(self) -> list[str]:
        return [column.target.attname for column, *_ in self.compiler.select[self._columns]]

    @cached_property
    def _populators(self) -> Any:
        known, select = self.compiler.klass_info, self.compiler.select
        return get_related_populators(known, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]  # in Django 6


class Prepared(Generic[Row]):
    """A queryset of at most one object, which is built when it is first asked for.

    Args:
        build: makes it, with a `Parameter` for each value that differs from call to call.
    """

    def __init__(self, build: Callable[[], QuerySet[Row]]) -> None:
        self._build = build

    def first(self, **values: Any) -> Row | None:
        """The object, or None. One SQL statement."""
        statement = self._statement
        bound = [
            each.bind(values[each.name]) if isinstance(each, Parameter) else each
            for each in statement.parameters
        ]
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, bound)
            rows = cursor.fetchall()
        return next(statement.objects(rows), None)

    @cached_property
    def _statement(self) -> Statement:
        compiler = self._build().query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        return Statement(sql, tuple(parameters), compiler)
