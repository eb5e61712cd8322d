"""The counters, and the rows they count."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from content.models import Follow, Hashtag, Like, Post, PostHashtag, PostVisibility


@dataclass(frozen=True)
class Counter:
    """A column that says how many rows there are.

    Args:
        model, name: whose column it is; rows that were deleted and are being taken away count no more.
        rows: what is counted.
        key: which column of these tells for whom they count.
    """

    model: type[models.Model]
    name: str
    rows: QuerySet[Any]
    key: str

    @property
    def compared(self) -> "QuerySet[Any, tuple[int, int, int]]":
        """Key, stored count and actual count of each row."""
        counted = self.rows.filter(**{self.key: OuterRef("pk")}).order_by().values(self.key)
        actual = Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n")), 0)
        rows = self.model._default_manager.annotate(actual=actual)
        if self.model is not Hashtag:
            rows = rows.filter(deleted_at=None)
        return rows.values_list("pk", self.name, "actual")


PUBLIC = Post.objects.filter(visibility=PostVisibility.PUBLIC, deleted_at=None)
COUNTERS = (
    Counter(Post, "like_count", Like.objects.all(), "post"),
    Counter(Post, "reply_count", PUBLIC, "reply_to"),
    Counter(User, "post_count", PUBLIC, "author"),
    Counter(User, "follower_count", Follow.objects.all(), "followed"),
    Counter(User, "following_count", Follow.objects.all(), "follower"),
    Counter(Hashtag, "post_count", PostHashtag.objects.filter(post__in=PUBLIC), "hashtag"),
)


@dataclass(frozen=True)
class WrongCount:
    """A counter that differs from its rows."""

    counter: Counter
    key: int
    stored: int
    actual: int

    def __str__(self) -> str:
        said = f"{self.counter.name} is {self.stored}, should be {self.actual}"
        return f"{self.counter.model.__name__} {self.key}: {said}"

    def fix(self) -> None:
        """Count once more under the row's lock, and store that."""
        with transaction.atomic():
            row = self.counter.model._default_manager.select_for_update().filter(pk=self.key)
            compared = self.counter.compared.filter(pk=self.key)
            if row.first() is not None and (now := compared.first()) is not None:
                row.update(**{self.counter.name: now[2]})


def wrong_counts() -> Iterator[WrongCount]:
    """Every counter that differs from its rows, as far as other people's writing lets one tell."""
    for counter in COUNTERS:
        wrong = counter.compared.exclude(actual=F(counter.name))
        for key, stored, actual in wrong.iterator():
            yield WrongCount(counter, key, stored, actual)
