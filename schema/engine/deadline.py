"""Work that ends in time: a request's, and each of its statements'."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from django.db import OperationalError, connection
from graphql import ExecutionContext

QUERY_CANCELLED = "57014"  # PostgreSQL's
INTERRUPTED = {sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_BUSY}
# SQLite's own steps between two looks at the clock: a few milliseconds.
STEPS = 100_000


class OutOfTime(BaseException):
    """The request's time is over. No `Exception`, which would be one field's alone."""


class Deadline:
    """When a request is over, and the statement that runs.

    Args:
        request_s: how long the request may take, in seconds.
        statement_s: how long each of its statements may take.
    """

    def __init__(self, request_s: float, statement_s: float) -> None:
        self._statement_s = statement_s
        self._end = monotonic() + request_s
        self._statement_end = self._end
        self._watched: Any = None
        self._is_shortened = False

    def check(self) -> None:
        """Raises: OutOfTime."""
        if monotonic() > self._end:
            raise OutOfTime

    @contextmanager
    def held(self) -> Iterator[None]:
        """What asks the database meanwhile is cut off in time. PostgreSQL ends long statements by itself."""
        try:
            with connection.execute_wrapper(self._execute):
                yield
        finally:
            if self._watched is not None and self._watched is connection.connection:
                self._watched.set_progress_handler(None, 0)
            if self._is_shortened:
                _restore()

    def _execute(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.check()
        now = monotonic()
        self._statement_end = min(now + self._statement_s, self._end)
        if connection.vendor == "sqlite" and self._watched is not connection.connection:
            self._watched = connection.connection
            self._watched.set_progress_handler(self._is_over, STEPS)
        if connection.vendor == "postgresql" and now + self._statement_s > self._end:
            self._is_shortened = True
            left_ms = max(1, int((self._end - now) * 1000))
            connection.connection.execute(f"SET statement_timeout = {left_ms}")
        return execute(sql, params, many, context)

    def _is_over(self) -> bool:
        return monotonic() > self._statement_end


def _restore() -> None:
    try:
        connection.connection.execute("RESET statement_timeout")
    except Exception:  # noqa: BLE001  # whatever is wrong with it, nobody shall inherit it
        connection.close()


def was_cut_off(error: BaseException | None) -> bool:
    """Whether this is what the database says when a statement, or waiting for others, took too long."""
    if not isinstance(error, OperationalError):
        return False
    cause = error.__cause__
    return (
        getattr(cause, "sqlstate", None) == QUERY_CANCELLED
        or getattr(cause, "sqlite_errorcode", None) in INTERRUPTED
    )


class TimedExecution(ExecutionContext):
    """Looks at the clock before each object. The context value has a `deadline`."""

    def complete_object_value(self, *args: Any) -> Any:
        """As graphql-core has it. Raises: OutOfTime."""
        deadline: Deadline = self.context_value.deadline
        deadline.check()
        return super().complete_object_value(*args)
