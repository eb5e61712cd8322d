"""A column that is found by any part of its text."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup, TextField
from django.db.models.sql.compiler import SQLCompiler

GRAM = 3  # characters


class SearchableText(TextField[str, str]):
    """Text that `__has_part` finds by any part of it, every character as it stands."""


@SearchableText.register_lookup
class HasPart(Lookup[str]):
    """Whether a part of the text is just this.

    On PostgreSQL it comes from an index of `text_grams(column)`, the text's parts of 1, 2 and 3 characters.
    """

    lookup_name = "has_part"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """As SQLite has it."""
        column, parameters = self.process_lhs(compiler, connection)
        return f"instr({column}, %s) > 0", (*parameters, self.rhs)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """As PostgreSQL has it."""
        column, parameters = self.process_lhs(compiler, connection)
        sql = f"(text_grams({column}) @> %s::text[] AND strpos({column}, %s) > 0)"
        return sql, [*parameters, _grams(self.rhs), *parameters, self.rhs]


def _grams(part: str) -> list[str]:
    """What the index must have of a text with this part; for a short one, that is the part itself."""
    starts = range(max(len(part) - GRAM, 0) + 1)
    return list(dict.fromkeys(part[start : start + GRAM] for start in starts))
