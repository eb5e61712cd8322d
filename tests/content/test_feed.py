"""Which posts the feed lists, and in which order."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.models import Post
from tests.client import Api
from tests.content.steps import NO_POSTS, done, feed, write
from tests.people import Person, make_person, make_post, post_id

pytestmark = pytest.mark.database

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
NEWEST, OLDEST = ({"field": "CREATED_AT", "direction": way} for way in ("DESC", "ASC"))
MOST, FEWEST = ({"field": "LIKE_COUNT", "direction": way} for way in ("DESC", "ASC"))


def posted(*moments: datetime) -> list[str]:
    """The IDs of posts that somebody wrote at these moments."""
    author, posts = make_person(), []
    for moment in moments:
        with time_machine.travel(moment, tick=False):
            posts.append(post_id(make_post(author)))
    return posts


def test_the_feed_has_everybodys_posts_newest_first(api: Api, ann: Person, bob: Person) -> None:
    posts = [write(each)["id"] for each in (ann, bob, ann)]

    assert feed(api) == feed(api, NEWEST) == posts[::-1]
    assert feed(api, OLDEST) == posts


def test_direction_is_descending_when_left_out(api: Api, ann: Person) -> None:
    posts = [write(ann)["id"] for _ in range(2)]

    assert feed(api, {"field": "CREATED_AT"}) == posts[::-1]


def test_posts_by_likes_are_newest_first_among_equals(api: Api, ann: Person) -> None:
    two, none, one, two_later = (post_id(make_post(ann, likes=likes)) for likes in (2, 0, 1, 2))

    assert feed(api, MOST) == [two_later, two, one, none]
    assert feed(api, FEWEST) == [none, one, two, two_later]


def test_posts_by_likes_follow_the_likes(api: Api, ann: Person, bob: Person) -> None:
    one, other = write(ann)["id"], write(ann)["id"]
    done(bob, "likePost", one)
    before = feed(api, MOST)

    done(bob, "unlikePost", one)

    assert (before, feed(api, MOST)) == ([one, other], [other, one])


def test_the_feed_of_one_author(api: Api, ann: Person, bob: Person) -> None:
    posts = [write(each)["id"] for each in (ann, bob, ann)]

    assert feed(api, authorId=ann.id) == [posts[2], posts[0]]
    assert feed(api, authorId=bob.id) == [posts[1]]


@pytest.mark.parametrize("nobody", NO_POSTS.values(), ids=NO_POSTS)
def test_the_feed_of_nobody_is_empty(api: Api, ann: Person, nobody: str) -> None:
    post = write(ann)["id"]

    assert feed(api, authorId=nobody) == []
    assert feed(api, authorId=post) == []


def test_replies_are_listed_when_asked_for_only(api: Api, ann: Person, bob: Person) -> None:
    post = write(ann)["id"]
    reply = write(bob, replyToId=post)["id"]

    assert feed(api, includeReplies=False) == [post]
    assert feed(api, includeReplies=True) == [reply, post]
    assert (feed(api, authorId=bob.id), feed(api, authorId=bob.id, includeReplies=True)) == ([], [reply])


def test_only_unliked_or_only_liked_posts(api: Api, ann: Person, bob: Person) -> None:
    liked, unliked, taken_back = (write(ann)["id"] for _ in range(3))
    for post in (liked, taken_back):
        done(bob, "likePost", post)
    done(bob, "unlikePost", taken_back)

    assert feed(api, unliked=True) == [taken_back, unliked]
    assert feed(api, unliked=False) == [liked]


def test_filters_are_all_to_be_met(api: Api, ann: Person, bob: Person) -> None:
    first, unliked, liked = (write(ann) for _ in range(3))
    theirs = write(bob)
    for post in (first, liked):
        done(bob, "likePost", post["id"])
    done(ann, "likePost", theirs["id"])

    assert feed(api, authorId=ann.id, unliked=False, createdAfter=first["createdAt"]) == [liked["id"]]
    assert feed(api, authorId=ann.id, unliked=True, createdBefore=unliked["createdAt"]) == []


def test_null_is_as_if_left_out(api: Api, ann: Person) -> None:
    posts = [write(ann)["id"] for _ in range(2)]
    document = "{ feed(filter: null, orderBy: null, first: null, after: null) { nodes { id } } }"

    nothing = {"authorId": None, "createdAfter": None, "createdBefore": None, "unliked": None}
    assert feed(api, **nothing) == posts[::-1]
    assert [post["id"] for post in api.read(document)["feed"]["nodes"]] == posts[::-1]


def test_bounds_in_time_are_exclusive(api: Api) -> None:
    before, at, after = posted(NOON - timedelta(hours=1), NOON, NOON + timedelta(hours=1))
    noon = "2026-11-24T12:00:00Z"

    assert feed(api, createdAfter=noon) == [after]
    assert feed(api, createdBefore=noon) == [before]
    assert feed(api, createdAfter=noon, createdBefore=noon) == []
    assert feed(api, createdAfter="2026-11-24T11:00:00Z", createdBefore="2026-11-24T13:00:00Z") == [at]


@pytest.mark.parametrize(
    ("after", "before"),
    [
        ("2026-11-24T11:59:59.999999Z", "2026-11-24T12:00:00.000001Z"),
        ("2026-11-24T13:59:59.999999+02:00", "2026-11-24T07:00:00.000001-05:00"),
        ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"),
        ("1969-07-20T20:17:40.5Z", "2100-01-01T00:00:00Z"),
    ],
)
def test_bounds_may_be_a_microsecond_away_or_centuries(api: Api, after: str, before: str) -> None:
    (post,) = posted(NOON)

    assert feed(api, createdAfter=after, createdBefore=before) == [post]
    assert feed(api, createdAfter=before) == feed(api, createdBefore=after) == []


@pytest.mark.parametrize("no_time", ["2026-11-24T12:00:00", "yesterday", "", 0, "0001-01-01T00:00:00+14:00"])
def test_a_bound_needs_to_be_a_time_with_a_zone(api: Api, no_time: object) -> None:
    document = "query($t: DateTime) { feed(filter: {createdAfter: $t}) { nodes { id } } }"

    reply = api.send(document, {"t": no_time})

    assert (reply.codes, reply.data) == (["BAD_USER_INPUT"], None)


moments = st.integers(-3000, 3000).map(lambda number: NOON + number * MICROSECOND)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(after=moments, before=moments)
def test_any_bounds_cut_exactly_by_the_time_that_is_shown(
    api: Api, after: datetime, before: datetime
) -> None:
    if not Post.objects.exists():
        posted(*(NOON + number * 700 * MICROSECOND for number in range(-4, 5)))
    nodes = api.read("{ feed(first: 100) { nodes { id createdAt } } }")["feed"]["nodes"]
    shown = {post["id"]: datetime.fromisoformat(post["createdAt"]) for post in nodes}

    found = feed(api, createdAfter=after.isoformat(), createdBefore=before.isoformat())

    wanted = {post for post, at in shown.items() if after < at < before}
    assert set(found) == wanted
    assert len(shown) == 9
