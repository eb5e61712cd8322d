"""Searching hashtags: by how they begin, and only those one may know of."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.client import Api
from tests.content.searches import SEARCH, page
from tests.content.steps import write
from tests.people import Person

pytestmark = pytest.mark.database


def tags(api: Api, query: str, **paging: Any) -> list[str]:
    """The names of the hashtags that are found."""
    document = SEARCH.replace("... on User", "... on Hashtag { name } ... on User")
    read = api.read(document, words=query, type="HASHTAG", **paging)["search"]
    assert read["totalCount"] >= len(read["nodes"])
    return [node["name"] for node in read["nodes"]]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        pytest.param("te", ["tea", "tea_time", "teatime"], id="the beginning"),
        pytest.param("#TEA", ["tea", "tea_time", "teatime"], id="with the #, in another case"),
        pytest.param(" tea_ ", ["tea_time"], id="underscore is plain"),
        pytest.param("eat", [], id="not within"),
        pytest.param("cafe", ["café"], id="without accents"),
        pytest.param("CAFÉ", ["café"], id="with accents"),
        pytest.param("кот", ["коты"], id="Cyrillic"),
        pytest.param("東", ["東京タワー"], id="Japanese"),
        pytest.param("tea time", [], id="two words are no hashtag"),
        pytest.param("%", [], id="percent is plain"),
        pytest.param("_", [], id="underscore alone"),
        pytest.param("\\", [], id="backslash"),
        pytest.param("##tea", [], id="two signs"),
        pytest.param("#", [], id="the sign alone"),
        pytest.param("*", [], id="star"),
        pytest.param("t" * 5000, [], id="longer than any"),
    ],
)
def test_hashtags_by_how_they_begin(api: Api, ann: Person, query: str, names: list[str]) -> None:
    write(ann, "#TeaTime #café #tea #東京タワー #Tea_time #Коты")

    assert tags(api, query) == names


def test_a_name_that_grows_when_it_is_folded(api: Api, ann: Person) -> None:
    write(ann, "#" + "ﷺ" * 64)

    assert tags(api, "ﷺ") == tags(api, "ﷺ" * 64) == ["ﷺ" * 64]


def test_pages_follow_each_other_by_name(api: Api, ann: Person) -> None:
    write(ann, "#tea_b #tea_c #tea_a")
    cursor = page(api, "HASHTAG", "tea", first=2)["pageInfo"]["endCursor"]

    assert tags(api, "tea", first=2) == ["tea_a", "tea_b"]
    assert tags(api, "tea", first=2, after=cursor) == ["tea_c"]


def test_hashtags_of_posts_for_followers_are_known_to_who_sees_them(
    api: Api, ann: Person, bob: Person
) -> None:
    write(ann, "#secret_tea", visibility="FOLLOWERS")

    assert tags(ann.api, "secret") == ["secret_tea"]
    assert tags(api, "secret") == tags(bob.api, "secret") == []


def test_a_page_and_all_about_it_takes_2_statements_and_1_for_who_asks(ann: Person) -> None:
    write(ann, "#tea_b #tea_c #tea_a")
    cursor = page(ann.api, "HASHTAG", "tea", first=2)["pageInfo"]["endCursor"]

    with CaptureQueriesContext(connection) as captured:
        tags(ann.api, "tea", first=2, after=cursor)

    assert len(captured) == 3
