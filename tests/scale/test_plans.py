"""Every list of a large network: its first page and one from its middle are read from indexes, in order.

Asserted on what PostgreSQL says that it did, not on time.
"""

from collections.abc import Iterable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions.sessions import start_session
from accounts.devices import Device
from tests.client import Api
from tests.scale.lists import CROWDS, EVERY_LIST, LongList, Stage
from tests.scale.plans import faults, plan_of

pytestmark = [
    pytest.mark.postgresql,  # it alone tells how it read and sorted
    pytest.mark.django_db,
    pytest.mark.xdist_group("scale"),  # one network for all
    pytest.mark.database,
]

PAGE, PARENTS = 20, 100
# By likes, all posts of a hashtag are sorted: an index of that order would be written anew by every like.
SORTED_WHOLE = {f"feed-hashtag-LIKE_COUNT-{way}" for way in ("ASC", "DESC")}


def cases(lists: Iterable[LongList]) -> pytest.MarkDecorator:
    """These lists, as each kind of viewer reads them."""
    return pytest.mark.parametrize(
        ("list_", "who"),
        [
            pytest.param(list_, who, id=f"{list_.name}-{who}")
            for list_ in lists
            for who in (("demo",) if list_.signed_in else ("demo", "anonymous"))
        ],
    )


def all_but(names: set[str]) -> pytest.MarkDecorator:
    """Every list but these."""
    return cases(list_ for list_ in EVERY_LIST if list_.name not in names)


under_many_parents = cases(list_ for list_ in EVERY_LIST if list_.parent in CROWDS)


def sorts_of(list_: LongList, stage: Stage) -> dict[str, int]:
    """How much a list may look up and sort beyond a page: the home feed one key for each person followed."""
    followed = stage.viewer.following_count
    return {"sorts_at_most": max(followed + 1, (PAGE + 1) ** 2)} if list_.name == "homeFeed" else {}


def wrong(stage: Stage, document: str, who: str, *, after: str | None, **limits: int) -> list[str]:
    """What is wrong with how pages were read."""
    api = Api(start_session(user=stage.viewer, device=Device()).access.token) if who == "demo" else Api()
    with CaptureQueriesContext(connection) as captured:
        read: Any = api.read(document, after=after)
    assert "edges" in str(read)
    statements = [each["sql"] for each in captured.captured_queries if each["sql"].startswith("SELECT")]
    return [fault for sql in statements for fault in faults(plan_of(sql), **limits)]


@all_but(SORTED_WHOLE)
def test_the_first_page_is_read_from_an_index(stage: Stage, list_: LongList, who: str) -> None:
    limits = {"page": PAGE + 1, **sorts_of(list_, stage)}

    assert wrong(stage, list_.document(stage), who, after=None, **limits) == []


@all_but(SORTED_WHOLE)
def test_a_page_from_the_middle_is_read_from_an_index(stage: Stage, list_: LongList, who: str) -> None:
    limits = {"page": PAGE + 1, **sorts_of(list_, stage)}

    assert wrong(stage, list_.document(stage), who, after=list_.middle(stage), **limits) == []


@under_many_parents
@pytest.mark.parametrize("from_middle", [False, True], ids=["first", "middle"])
def test_the_pages_of_many_parents_are_read_from_indexes(
    stage: Stage, list_: LongList, who: str, from_middle: bool
) -> None:
    pages = PARENTS * (PAGE + 1)
    after = list_.middle(stage) if from_middle else None

    assert wrong(stage, list_.under_many, who, after=after, page=pages, sorts_at_most=pages, room=2) == []


@pytest.mark.parametrize("order", ["content_post.body", "content_post.id"])
def test_a_bad_plan_is_found(stage: Stage, order: str) -> None:
    plan = plan_of(f"SELECT * FROM content_post WHERE body LIKE '%zzz%' ORDER BY {order} LIMIT 21")  # noqa: S608

    assert faults(plan, page=21) != []
