"""Every list of a large network: its first page and one from its middle are read from indexes, in order.

Asserted on what PostgreSQL says that it did, not on time.
"""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions.sessions import start_session
from accounts.devices import Device
from tests.client import Api
from tests.scale.lists import EVERY_LIST, LongList, Stage
from tests.scale.plans import faults, plan_of

pytestmark = [
    pytest.mark.postgresql,  # it alone tells how it read and sorted
    pytest.mark.django_db,
    pytest.mark.xdist_group("scale"),  # one network for all
    pytest.mark.database,
]

PAGE = 20
# What is not read in order. A feed's hashtag is found by a join: its deep pages pass by the hashtag's posts
# before them, and by likes all of these are sorted. (`Hashtag.posts` is read in order.)
SORTED_WHOLE = {f"feed-hashtag-LIKE_COUNT-{way}" for way in ("ASC", "DESC")}
PASSED_BY = {f"feed-hashtag-CREATED_AT-{way}" for way in ("ASC", "DESC")}


def cases(but: set[str]) -> pytest.MarkDecorator:
    """Every list but these, as each kind of viewer reads it."""
    return pytest.mark.parametrize(
        ("list_", "who"),
        [
            pytest.param(list_, who, id=f"{list_.name}-{who}")
            for list_ in EVERY_LIST
            if list_.name not in but
            for who in (("demo",) if list_.signed_in else ("demo", "anonymous"))
        ],
    )


def sorts_of(list_: LongList, stage: Stage) -> dict[str, int]:
    """How much a list may look up and sort beyond a page: the home feed one key for each person followed."""
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


@cases(but=SORTED_WHOLE)
def test_the_first_page_is_read_from_an_index(stage: Stage, list_: LongList, who: str) -> None:
    assert wrong(stage, list_, who, after=None) == []


@cases(but=SORTED_WHOLE | PASSED_BY)
def test_a_page_from_the_middle_is_read_from_an_index(stage: Stage, list_: LongList, who: str) -> None:
    assert wrong(stage, list_, who, after=list_.middle(stage)) == []


@pytest.mark.parametrize("order", ["content_post.body", "content_post.id"])
def test_a_bad_plan_is_found(stage: Stage, order: str) -> None:
    plan = plan_of(f"SELECT * FROM content_post WHERE body LIKE '%zzz%' ORDER BY {order} LIMIT 21")  # noqa: S608

    assert faults(plan, page=21) != []
