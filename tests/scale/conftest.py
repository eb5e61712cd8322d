"""A made-up network, once for all tests of this folder; `SCALE` says how large.

At 1 it has 100,000 people, 1,000,000 posts, 5,000,000 likes and 2,000,000 follows.
"""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests.scale.lists import Stage
from tests.scale.plans import SCALE

FULL = {"users": 100_000, "posts": 1_000_000, "likes": 5_000_000, "follows": 2_000_000}


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    """The network's longest lists. It is gone afterwards."""
    with django_db_blocker.unblock():
        call_command("seed_demo", **{name: int(number * SCALE) for name, number in FULL.items()})
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        try:
            yield Stage()
        finally:
            with connection.cursor() as cursor:
                cursor.execute("TRUNCATE accounts_user, content_hashtag CASCADE")
