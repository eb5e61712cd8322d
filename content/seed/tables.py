"""Writing many rows fast: COPY on PostgreSQL, `executemany` on SQLite, in one transaction with everything.

PostgreSQL checks foreign keys and keeps indexes row by row, which takes longer than all the rest: so both are
put aside for the length of the transaction, and made anew (and with that, checked) at its end. Until then
everybody else waits for these tables.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper

from accounts.models import PersonNames, User
from content.fulltext import DIALECTS
from content.models import (
    Block,
    Bookmark,
    Follow,
    Hashtag,
    Like,
    Mention,
    Mute,
    Notification,
    Post,
    PostEdit,
    PostHashtag,
    PostWords,
)

# Rows that wait to be written, of each table: what bounds memory.
AT_ONCE = 10_000

Row = tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class Table:
    """Where a row goes, and what its values are."""

    model: type[models.Model]
    columns: tuple[str, ...]

    @property
    def name(self) -> str:
        """In SQL, quoted."""
        return connection.ops.quote_name(self.model._meta.db_table)

    @property
    def column_names(self) -> str:
        """In SQL, quoted and separated."""
        return ", ".join(connection.ops.quote_name(column) for column in self.columns)


USERS = Table(
    User,
    tuple(field.attname for field in User._meta.concrete_fields if not field.generated),
)
NAMES = Table(PersonNames, ("user_id", "words", "letters"))
FOLLOWS = Table(Follow, ("id", "follower_id", "followed_id"))
BLOCKS = Table(Block, ("id", "blocker_id", "blocked_id"))
MUTES = Table(Mute, ("id", "muter_id", "muted_id"))
POSTS = Table(
    Post,
    (
        *("id", "author_id", "body", "visibility", "edited_at", "is_reply", "reply_to_id"),
        *("like_count", "reply_count"),
    ),
)
WORDS = Table(PostWords, ("rowid", "tokens"))
EDITS = Table(PostEdit, ("id", "post_id", "body"))
HASHTAGS = Table(Hashtag, ("id", "name", "search_key", "post_count"))
HASHTAG_USES = Table(PostHashtag, ("post_id", "hashtag_id", "position"))
MENTIONS = Table(Mention, ("post_id", "user_id", "position"))
LIKES = Table(Like, ("id", "post_id", "user_id"))
BOOKMARKS = Table(Bookmark, ("id", "post_id", "user_id"))
NOTIFICATIONS = Table(Notification, ("id", "recipient_id", "kind", "actor_id", "post_id", "is_read"))
EVERY_TABLE = (
    *(USERS, NAMES, FOLLOWS, BLOCKS, MUTES, POSTS, WORDS, EDITS, HASHTAGS, HASHTAG_USES, MENTIONS),
    *(LIKES, BOOKMARKS, NOTIFICATIONS),
)

Sown = tuple[Table, Row]


def words_of(post: int, body: str) -> Sown:
    """What a post is found by, in the database's own terms."""
    return WORDS, (post, DIALECTS[connection.vendor].document(body))


class Writer:
    """Writes rows of several tables as they come."""

    def __init__(self) -> None:
        self.written = 0
        self._waiting: dict[Table, list[Row]] = {table: [] for table in EVERY_TABLE}

    def write(self, rows: Iterable[Sown]) -> None:
        """All of them."""
        waiting = self._waiting
        for table, row in rows:
            waiting[table].append(row)
            if len(waiting[table]) == AT_ONCE:
                self._flush(table)
        for table in EVERY_TABLE:
            if waiting[table]:
                self._flush(table)

    def _flush(self, table: Table) -> None:
        rows, self._waiting[table] = self._waiting[table], []
        with connection.cursor() as cursor:
            (_copy if connection.vendor == "postgresql" else _insert)(cursor, table, rows)
        self.written += len(rows)


@contextmanager
def writing() -> Iterator[Writer]:
    """A transaction for writing very many rows."""
    with transaction.atomic():
        if connection.vendor != "postgresql":
            yield Writer()
            return
        with connection.cursor() as cursor, _indexes_put_aside(cursor):
            yield Writer()
        with connection.cursor() as cursor:
            for table in EVERY_TABLE:
                cursor.execute(f"ANALYZE {table.name}")


def _copy(cursor: CursorWrapper, table: Table, rows: list[Row]) -> None:
    with cursor.copy(f"COPY {table.name} ({table.column_names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _insert(cursor: CursorWrapper, table: Table, rows: list[Row]) -> None:
    places = ", ".join(["%s"] * len(table.columns))
    adapted = [tuple(_adapted(value) for value in row) for row in rows]
    statement = f"INSERT INTO {table.name} ({table.column_names}) VALUES ({places})"  # noqa: S608  # our own names
    cursor.executemany(statement, adapted)


def _adapted(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


@contextmanager
def _indexes_put_aside(cursor: CursorWrapper) -> Iterator[None]:
    names = [table.model._meta.db_table for table in EVERY_TABLE]
    connection.check_constraints()  # what waits for the transaction's end would forbid to change the tables
    cursor.execute(CONSTRAINTS, [names])
    constraints = cursor.fetchall()
    for table, name, _ in reversed(constraints):
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    cursor.execute(INDEXES, [names])
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
    for _, definition in indexes:
        cursor.execute(definition)
    for table, name, definition in constraints:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


# Unique constraints, primary keys and foreign keys, in that order; but no key that others' rows point at.
CONSTRAINTS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
    FROM pg_constraint AS own
    WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('u', 'p', 'f')
        AND NOT EXISTS (SELECT 1 FROM pg_constraint AS others WHERE others.conindid = own.conindid
            AND others.contype = 'f' AND own.contype <> 'f')
    ORDER BY contype DESC, conrelid, conname
"""
# What is left once the constraints are gone.
INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
    FROM pg_index
    WHERE indrelid = ANY(%s::regclass[])
        AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)
    ORDER BY indrelid, indexrelid
"""
