"""Rows that were fetched together are served together.

What one row of a list needs (its author, whether the viewer likes it, a nested page) is fetched for the
whole list at the first asking. So N+1 cannot be written by accident, without a scheduler: graphql-core
executes depth first, and the first of the siblings pays for all.
"""

from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

T = TypeVar("T")
ATTRIBUTE = "_cohort"


class Cohort:
    """Rows of one model that were fetched together, and what was fetched for them since."""

    def __init__(self, rows: list[Any]) -> None:
        self.rows = rows
        self._known: dict[Hashable, Any] = {}

    def once(self, key: Hashable, load: Callable[[list[Any]], T]) -> T:
        """What `load` says about the rows; asked once for each `key`."""
        if key not in self._known:
            self._known[key] = load(self.rows)
        value: T = self._known[key]
        return value


def gather(rows: Iterable[T]) -> list[T]:
    """Make these rows one cohort."""
    members = list(rows)
    cohort = Cohort(members)
    for row in members:
        setattr(row, ATTRIBUTE, cohort)
    return members


def cohort_of(row: Any) -> Cohort:
    """The cohort of a row; one that came alone is a cohort of its own."""
    if not hasattr(row, ATTRIBUTE):
        gather([row])
    cohort: Cohort = getattr(row, ATTRIBUTE)
    return cohort
