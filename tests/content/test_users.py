"""Which people are listed, and in which order."""

from typing import Any

import pytest

from tests.client import Api
from tests.content.searches import named
from tests.content.steps import done, write
from tests.people import Person, make_person, make_post, post_id

pytestmark = pytest.mark.database


def people(api: Api, order: dict[str, str] | None = None, **wanted: Any) -> list[str]:
    """The usernames that are listed; `wanted` is the filter, in camel case."""
    document = """query($filter: UserFilter, $order: UserOrder) {
        users(filter: $filter, orderBy: $order, first: 100) { nodes { username } } }"""
    found = api.read(document, filter=wanted, order=order)["users"]["nodes"]
    return [user["username"] for user in found]


@pytest.fixture
def three(db: None) -> None:
    named("Zoe", "Émile Zola")
    named("ann_lee", "100% Ann")
    named("annxlee", "C:\\new")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("zoe", ["Zoe"], id="username"),
        pytest.param("ZOE", ["Zoe"], id="username in another case"),
        pytest.param("oe", ["Zoe"], id="a part of it"),
        pytest.param("zola", ["Zoe"], id="display name"),
        pytest.param("ile Zo", ["Zoe"], id="across words"),
        pytest.param("Émile", ["Zoe"], id="beyond ASCII"),
        pytest.param("émILE", ["Zoe"], id="beyond ASCII in another case"),
        pytest.param("E\u0301mile", ["Zoe"], id="beyond ASCII, decomposed"),
        pytest.param("emile", [], id="accents count"),
        pytest.param("zoe\x1fém", [], id="not across both names"),
        pytest.param("ann", ["ann_lee", "annxlee"], id="several"),
        pytest.param("  zola\n", ["Zoe"], id="white space round it"),
        pytest.param("%", ["ann_lee"], id="percent is plain"),
        pytest.param("100%", ["ann_lee"], id="percent at the end"),
        pytest.param("n_l", ["ann_lee"], id="underscore is plain"),
        pytest.param("\\", ["annxlee"], id="backslash is plain"),
        pytest.param("c:\\N", ["annxlee"], id="backslash with a letter"),
        pytest.param(".", [], id="dot is plain"),
        pytest.param("ann.lee", [], id="dot between letters"),
        pytest.param("(", [], id="unbalanced"),
        pytest.param("[a-z]", [], id="brackets are plain"),
        pytest.param("***:a", [], id="stars are plain"),
        pytest.param("'; --", [], id="quotes are plain"),
        pytest.param("zoe\x00", [], id="NUL"),
        pytest.param("\ud800", [], id="half a pair"),
        pytest.param("nobody", [], id="nobody"),
        pytest.param("z" * 5000, [], id="longer than any name"),
        pytest.param("", ["Zoe", "ann_lee", "annxlee"], id="empty asks for nothing"),
        pytest.param(" \t", ["Zoe", "ann_lee", "annxlee"], id="white space asks for nothing"),
        pytest.param(None, ["Zoe", "ann_lee", "annxlee"], id="null asks for nothing"),
    ],
)
def test_people_by_name(three: None, api: Api, query: str | None, found: list[str]) -> None:
    assert sorted(people(api, query=query)) == found


def test_people_with_and_without_unliked_posts(api: Api, ann: Person, bob: Person) -> None:
    make_post(ann, likes=1)
    theirs = post_id(make_post(bob))
    make_post(bob, likes=1)
    assert "ann" in people(api, hasUnlikedPosts=False)
    assert people(api, hasUnlikedPosts=True) == ["bob"]

    done(ann, "likePost", theirs)

    assert people(api, hasUnlikedPosts=True) == []
    assert {"ann", "bob"} <= set(people(api, hasUnlikedPosts=False))


def test_whoever_wrote_nothing_has_no_unliked_posts(api: Api, ann: Person) -> None:
    assert people(api, hasUnlikedPosts=True) == []
    assert people(api, hasUnlikedPosts=False) == people(api, hasUnlikedPosts=None) == ["ann"]


def test_an_unliked_reply_is_an_unliked_post(api: Api, ann: Person, bob: Person) -> None:
    liked = make_post(ann, likes=1)
    make_post(bob, reply_to=liked)

    assert people(api, hasUnlikedPosts=True) == ["bob"]


def test_a_post_whose_likes_were_taken_back_is_unliked(api: Api, ann: Person, bob: Person) -> None:
    post = write(ann)["id"]
    for mutation in ("likePost", "unlikePost"):
        done(bob, mutation, post)

    assert people(api, hasUnlikedPosts=True) == ["ann"]


def test_filters_are_all_to_be_met(three: None, api: Api, ann: Person) -> None:
    make_post(ann)

    assert people(api, query="ann", hasUnlikedPosts=True) == ["ann"]
    assert people(api, query="zoe", hasUnlikedPosts=True) == []


def ordered(api: Api, field: str) -> list[str]:
    """The usernames in an order, after a look that the other way round is the reverse, and the default."""
    down = people(api, {"field": field, "direction": "DESC"})
    assert people(api, {"field": field, "direction": "ASC"}) == down[::-1]
    assert people(api, {"field": field}) == down
    return down


def test_people_by_the_time_they_joined(api: Api) -> None:
    names = ["bob", "Ann", "carol"]
    for name in names:
        signed_up(name)

    assert ordered(api, "JOINED_AT") == people(api) == names[::-1]


def signed_up(name: str) -> None:
    """Over HTTP, so that no two share a millisecond."""
    given = {"username": name, "email": f"{name}@example.com", "password": "a long enough passphrase"}
    assert Api().do("signup", "user { id }", **given)["errors"] == []


def test_people_by_username_whatever_its_case(api: Api) -> None:
    for name in ("bob", "Ann", "Carol", "_dave", "9eve", "annie"):
        make_person(name)

    assert ordered(api, "USERNAME") == ["Carol", "bob", "annie", "Ann", "_dave", "9eve"]


def test_people_by_the_number_of_their_posts(api: Api, ann: Person, bob: Person) -> None:
    carol = make_person("carol")
    for person, posts in ((ann, 1), (bob, 3), (carol, 2)):
        for _ in range(posts):
            make_post(person)

    assert ordered(api, "POST_COUNT") == ["bob", "carol", "ann"]


def test_replies_count_among_the_posts(api: Api, ann: Person, bob: Person) -> None:
    post = make_post(ann)
    for _ in range(2):
        make_post(bob, reply_to=post)

    assert ordered(api, "POST_COUNT") == ["bob", "ann"]


def test_null_is_as_if_left_out(api: Api, ann: Person) -> None:
    document = "{ users(filter: null, orderBy: null, last: null, before: null) { nodes { username } } }"

    assert api.read(document)["users"]["nodes"] == [{"username": "ann"}]
    assert people(api, query=None, hasUnlikedPosts=None) == ["ann"]
