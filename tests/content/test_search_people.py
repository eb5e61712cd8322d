"""Searching people: whose username it is comes first, and only whom one sees."""

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from accounts.models import PersonNames, User
from tests.client import Api
from tests.content.large import delete_and_purge
from tests.content.searches import found, named, page
from tests.people import Person, deactivate, make_person

pytestmark = pytest.mark.database


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        pytest.param("anna", True, id="username"),
        pytest.param("ANNA karenina", True, id="a part of it, in another case"),
        pytest.param("@Anna_Karenina", True, id="as it is mentioned"),
        pytest.param("karen", True, id="the beginning of its second word"),
        pytest.param("enina", False, id="not its end"),
        pytest.param("Анна", True, id="display name"),
        pytest.param("аркадьевна анна", True, id="in any order"),
        pytest.param("anna аркад", True, id="across both names"),
        pytest.param("ан аркадьевна", False, id="the beginning of a word but the last"),
        pytest.param("花子", True, id="the end of a name without spaces"),
        pytest.param("田", True, id="one character of it"),
        pytest.param("山子", False, id="not side by side"),
        pytest.param("Zoë", True, id="with an accent"),
        pytest.param("zoe", True, id="without"),
        pytest.param("anna bob", False, id="all words"),
        pytest.param("a", True, id="one letter"),
        pytest.param("%", False, id="percent is plain"),
        pytest.param("a_n", False, id="underscore is plain"),
        pytest.param("anna'; --", True, id="quotes are plain"),
    ],
)
def test_people_by_the_words_of_their_names(api: Api, bob: Person, query: str, is_found: bool) -> None:
    named("Anna_Karenina", "Анна Аркадьевна, ZOE\u0308 山田花子")

    assert found(api, "USER", query) == ["Anna_Karenina"] * is_found


def test_whose_username_it_is_comes_first_then_by_username(api: Api) -> None:
    for username, display_name in [
        ("zoe", "Z"),
        ("Ann_b", "A"),
        ("ann", "Q"),
        ("aaa", "Ann"),
        ("bea", "Annie"),
    ]:
        named(username, display_name)

    assert found(api, "USER", "ann") == ["ann", "aaa", "Ann_b", "bea"]
    assert found(api, "USER", " @ANN ") == ["ann", "aaa", "Ann_b", "bea"]
    assert found(api, "USER", "an") == ["aaa", "ann", "Ann_b", "bea"]
    assert found(api, "USER", "ann b") == ["Ann_b"]


def test_pages_follow_each_other_with_the_exact_one_first(api: Api) -> None:
    for username in ("ann_c", "ann", "ann_a", "aaa_ann", "ann_b"):
        make_person(username)

    names: list[str] = []
    after = None
    for _ in range(3):
        each = page(api, "USER", "ann", first=2, after=after)
        names += [node["username"] for node in each["nodes"]]
        after = each["pageInfo"]["endCursor"]

    assert names == ["ann", "aaa_ann", "ann_a", "ann_b", "ann_c"]
    assert each["pageInfo"] == {"hasNextPage": False, "hasPreviousPage": True, "endCursor": after}


def test_a_new_display_name_renews_what_somebody_is_found_by(api: Api) -> None:
    person = named("ann", "Green Tea")

    person.api.do("updateProfile", "user { id }", displayName="Green Coffee", bio="tea")

    assert [found(api, "USER", words) for words in ("tea", "coffee", "green", "ann")] == [[], *[["ann"]] * 3]


def test_a_cleared_display_name_is_found_no_more(api: Api) -> None:
    person = named("ann", "Green Tea")

    person.api.do("updateProfile", "user { id }", displayName=None)

    assert [found(api, "USER", words) for words in ("tea", "ann")] == [[], ["ann"]]


def test_a_refused_display_name_changes_nothing(api: Api) -> None:
    person = named("ann", "Green Tea")

    person.api.do("updateProfile", "user { id }", displayName="x" * 51)

    assert [found(api, "USER", words) for words in ("tea", "xx")] == [["ann"], []]


def test_staff_is_found_too(api: Api) -> None:
    User.objects.create_superuser("root_user", "root@example.com", "a long enough passphrase")

    assert found(api, "USER", "root") == ["root_user"]


def test_the_deactivated_are_not_found(api: Api, ann: Person, bob: Person) -> None:
    deactivate(ann)

    assert found(api, "USER", "ann") == found(bob.api, "USER", "ann") == []


def test_the_deleted_leave_no_names(api: Api, ann: Person, bob: Person) -> None:
    delete_and_purge(ann.user)

    assert found(api, "USER", "ann") == []
    assert PersonNames.objects.get().user_id == bob.user.pk


def test_a_block_hides_both_ways(api: Api, ann: Person, bob: Person) -> None:
    bob.api.do("block", "user { id }", userId=ann.id)

    assert found(ann.api, "USER", "bob") == found(bob.api, "USER", "ann") == []
    assert found(api, "USER", "ann") == found(ann.api, "USER", "ann") == ["ann"]


def test_a_mute_hides_from_whoever_muted(api: Api, ann: Person, bob: Person) -> None:
    bob.api.do("mute", "user { id }", userId=ann.id)

    assert found(bob.api, "USER", "ann") == []
    assert found(ann.api, "USER", "bob") == ["bob"]
    assert found(api, "USER", "ann") == ["ann"]


@pytest.mark.parametrize("people", [1, 30])
def test_a_page_and_all_about_it_takes_2_statements_and_1_for_who_asks(bob: Person, people: int) -> None:
    for number in range(people):
        make_person(f"ann_{number}")
    after = page(bob.api, "USER", "bob", first=1)["pageInfo"]["endCursor"]

    with CaptureQueriesContext(connection) as captured:
        page(bob.api, "USER", "ann", first=10, after=after)

    assert len(captured) == 3


@pytest.mark.postgresql  # SQLite reads all names, which are short
@pytest.mark.parametrize("column", ["words", "letters"])
@pytest.mark.parametrize("part", ["n", "nn", "ann", "annie", "田", "山田花子"])
def test_parts_of_names_come_from_the_index(ann: Person, column: str, part: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = PersonNames.objects.filter(Q(**{f"{column}__has_part": part})).explain()

    assert f"person_names_by_{column}" in plan
    assert "Seq Scan" not in plan
