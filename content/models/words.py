"""What posts are found by."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler

from accounts.words import Term
from content.fulltext import DIALECTS
from content.models.posts import Post


class TokensField(models.Field[Any, Any]):
    """What a database's full-text search knows of a text. Asked by `__matches` only."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """SQLite's has no type."""
        return "tsvector" if connection.vendor == "postgresql" else ""


@TokensField.register_lookup
class Matches(models.Lookup[Any]):
    """Whether a text has all of some terms (`accounts.words.terms`), at least one."""

    lookup_name = "matches"
    prepare_rhs = False
    rhs: Sequence[Term]

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """In the database's dialect."""
        column, parameters = self.process_lhs(compiler, connection)
        dialect = DIALECTS[connection.vendor]
        return dialect.matches.format(column), (*parameters, dialect.query(self.rhs))


class PostWords(models.Model):
    """What a post is found by; written with its text.

    On SQLite this is no common table but a full-text index (FTS5), which no migration may alter: it has to be
    made anew.
    """

    post = models.OneToOneField(
        Post, on_delete=models.CASCADE, primary_key=True, db_column="rowid", related_name="words"
    )
    tokens = TokensField()

    def __str__(self) -> str:
        return f"words of post {self.post_id}"
