"""The counters, and the rows they count."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from content.models import Like, Post

COUNTERS: tuple[tuple[type[models.Model], str, type[models.Model], str], ...] = (
    (Post, "like_count", Like, "post"),
    (Post, "reply_count", Post, "reply_to"),
    (User, "post_count", Post, "author"),
)


@dataclass(frozen=True)
class WrongCount:
    """A counter that differs from its rows."""

    model: type[models.Model]
    key: int
    counter: str
    stored: int
    actual: int

    def __str__(self) -> str:
        return f"{self.model.__name__} {self.key}: {self.counter} is {self.stored}, should be {self.actual}"

    def fix(self) -> None:
        """Count once more under the row's lock, and store that."""
        with transaction.atomic():
            row = self.model._default_manager.select_for_update().filter(pk=self.key)
            if row.first() is not None:
                actual = _compared(self.model, self.counter).get(pk=self.key)[2]
                row.update(**{self.counter: actual})


def wrong_counts() -> Iterator[WrongCount]:
    """Every counter that differs from its rows, as far as other people's writing lets one tell."""
    for model, counter, _, _ in COUNTERS:
        for key, stored, actual in _compared(model, counter).exclude(actual=F(counter)).iterator():
            yield WrongCount(model, key, counter, stored, actual)


def _compared(model: type[models.Model], counter: str) -> "QuerySet[Any, tuple[int, int, int]]":
    rows, key = next((rows, key) for m, c, rows, key in COUNTERS if (m, c) == (model, counter))
    counted = (
        rows._default_manager.filter(**{key: OuterRef("pk")}).order_by().values(key).annotate(n=Count("pk"))
    )
    compared = model._default_manager.annotate(actual=Coalesce(Subquery(counted.values("n")), 0))
    return compared.values_list("pk", counter, "actual")
