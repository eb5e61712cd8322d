"""Every list of a large network: its first page and one from its middle are read from indexes, in order.

Asserted on what PostgreSQL says that it did, not on time.
"""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions.sessions import start_session
from accounts.devices import Device
from content.counts import wrong_counts
from tests.client import Api
from tests.scale.lists import EVERY_LIST, LongList, Stage
from tests.scale.plans import faults, plan_of

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("scale")]

PAGE = 20
# The order of likes knows no hashtags: the hashtag's posts are sorted, or those liked as much are passed by.
SORTED_WHOLE = {f"feed-hashtag-LIKE_COUNT-{way}" for way in ("ASC", "DESC")}
PLANNED = [each for each in EVERY_LIST if each.name not in SORTED_WHOLE]
CASES = [
    pytest.param(list_, who, id=f"{list_.name}-{who}")
    for list_ in PLANNED
    for who in (("demo",) if list_.signed_in else ("demo", "anonymous"))
]
each_list = pytest.mark.parametrize(("list_", "who"), CASES)


def sorts_of(list_: LongList, stage: Stage) -> dict[str, int]:
    """How much a list may sort beyond a page: the home feed one key for each person followed."""
    followed = stage.viewer.following_count
    return {"sorts_at_most": max(followed + 1, (PAGE + 1) ** 2)} if list_.name == "homeFeed" else {}


def wrong(stage: Stage, list_: LongList, who: str, *, after: str | None) -> list[str]:
    """What is wrong with how a page was read."""
    api = Api(start_session(user=stage.viewer, device=Device()).access.token) if who == "demo" else Api()
    document = list_.document(stage)
    with CaptureQueriesContext(connection) as captured:
        read: Any = api.read(document, after=after)
    assert "edges" in str(read)
    statements = [each["sql"] for each in captured.captured_queries if each["sql"].startswith("SELECT")]
    limits = sorts_of(list_, stage)
    return [fault for sql in statements for fault in faults(plan_of(sql), page=PAGE + 1, **limits)]


@each_list
def test_the_first_page_is_read_from_an_index(stage: Stage, list_: LongList, who: str) -> None:
    assert wrong(stage, list_, who, after=None) == []


@each_list
def test_a_page_from_the_middle_is_read_from_an_index(stage: Stage, list_: LongList, who: str) -> None:
    assert wrong(stage, list_, who, after=list_.middle(stage)) == []


def test_every_count_of_a_made_up_network_is_right(stage: Stage) -> None:
    assert list(wrong_counts()) == []


@pytest.mark.parametrize("order", ["content_post.body", "content_post.id"])
def test_a_bad_plan_is_found(stage: Stage, order: str) -> None:
    plan = plan_of(f"SELECT * FROM content_post WHERE body LIKE '%zzz%' ORDER BY {order} LIMIT 21")  # noqa: S608

    assert faults(plan, page=21) != []
