"""How many SQL statements mutations about people, hashtags and mentions need, whatever there is already.

One of them says who asks; see `test_statements`.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.content.steps import done, tied, write
from tests.content.test_statements import counted, statements
from tests.people import Person, make_person


@pytest.fixture(params=[0, 12], ids=["bare", "busy"])
def star(request: pytest.FixtureRequest, carol: Person) -> Person:
    """carol, with no follower, or with many and as many whom she follows."""
    for _ in range(request.param):
        other = make_person()
        tied(other, "follow", carol)
        tied(carol, "follow", other)
    return carol


# First: what is done before; then the mutation, and its statements: when it changes something, when not.
COSTS = {
    "follow": (None, "follow", 7),  # lock, find, insert, two counts, tell
    "follow again": ("follow", "follow", 4),
    "unfollow": ("follow", "unfollow", 7),  # lock, find, delete, two counts, take back
    "unfollow again": (None, "unfollow", 4),
    "block": (None, "block", 8),  # lock, find, insert, two follows, what was told, find veiled
    "block whom one follows": ("follow", "block", 11),  # two counts, take back
    "block again": ("block", "block", 5),
    "unblock": ("block", "unblock", 5),  # find, delete, what was told, find
    "unblock again": (None, "unblock", 4),
    "mute": (None, "mute", 3),  # find, insert
    "mute again": ("mute", "mute", 3),
    "unmute": ("mute", "unmute", 3),  # find, delete
    "unmute again": (None, "unmute", 3),
}


@pytest.mark.parametrize(("before", "mutation", "expected"), COSTS.values(), ids=COSTS)
def test_a_tie_takes(ann: Person, star: Person, before: str | None, mutation: str, expected: int) -> None:
    if before:
        tied(ann, before, star)

    assert statements(ann, mutation, userId=star.id) == expected


@pytest.mark.parametrize("before", [None, "bookmarkPost"], ids=["first", "again"])
@pytest.mark.parametrize("mutation", ["bookmarkPost", "unbookmarkPost"])
def test_keeping_and_no_longer_take_3(ann: Person, star: Person, mutation: str, before: str | None) -> None:
    post = write(star)["id"]
    if before:
        done(ann, before, post)

    assert statements(ann, mutation, postId=post) == 3  # find, insert or delete


def test_reading_who_was_followed_takes_5_more(ann: Person, star: Person) -> None:
    fields = """user { username bio followerCount viewerIsFollowing viewerIsFollowedBy viewerHasBlocked
        viewerHasMuted followers { nodes { username } } }"""

    # The profile, three sets of the viewer's, the followers.
    assert statements(ann, "follow", fields, userId=star.id) == 7 + 5


def notified(person: Person, how_many: int) -> None:
    for _ in range(how_many):
        tied(make_person(), "follow", person)


@pytest.mark.parametrize("how_many", [0, 1, 12])
def test_marking_as_read_takes_3(ann: Person, how_many: int) -> None:
    notified(ann, how_many)

    assert statements(ann, "markNotificationsRead") == 3  # mark, count


def test_marking_up_to_one_takes_4(ann: Person) -> None:
    notified(ann, 3)
    ids = ann.api.read("{ viewer { notifications { nodes { id } } } }")["viewer"]["notifications"]["nodes"]

    assert statements(ann, "markNotificationsRead", upToId=ids[1]["id"]) == 4  # find it


@pytest.mark.parametrize("how_many", [1, 30])
def test_publishing_with_hashtags_takes_4_more(ann: Person, how_many: int) -> None:
    body = " ".join(f"#t{number}" for number in range(how_many))
    write(ann, "#t0")

    assert statements(ann, "createPost", body=body) == 4 + 4  # make, find and lock, tie, count


@pytest.mark.parametrize("how_many", [1, 10])
def test_publishing_with_mentions_takes_3_more(ann: Person, how_many: int) -> None:
    body = " ".join(f"@{make_person().user.username}" for _ in range(how_many))

    assert statements(ann, "createPost", body=body) == 4 + 3  # find, tie, tell


def test_publishing_for_followers_counts_nothing(ann: Person) -> None:
    assert statements(ann, "createPost", body="#tea", visibility="FOLLOWERS") == 3 + 3


def test_answering_with_a_mention_of_who_is_answered_tells_once(ann: Person, bob: Person) -> None:
    post = write(ann)["id"]

    assert statements(bob, "createPost", body="@ann", replyToId=post) == 7 + 2


@pytest.mark.parametrize("how_many", [1, 15])
def test_editing_hashtags_and_mentions_takes_the_same_for_many(
    ann: Person, bob: Person, carol: Person, how_many: int
) -> None:
    one, other = (" ".join(f"#{letter}{number}" for number in range(how_many)) for letter in "ab")
    post = write(ann, f"{one} @bob")["id"]

    # As an edit, and: make, find and lock, untie, tie, count up and down, find the unused, take these away;
    # find, untie, tie, tell.
    assert statements(ann, "editPost", postId=post, body=f"{other} @carol") == 7 + 8 + 4


@pytest.mark.parametrize("how_many", [1, 30])
def test_deleting_a_post_with_hashtags_takes_2_more(ann: Person, how_many: int) -> None:
    post = write(ann, " ".join(f"#t{number}" for number in range(how_many)))["id"]

    assert statements(ann, "deletePost", postId=post) == 6 + 2  # lock, count


@pytest.mark.parametrize("how_many", [1, 12])
def test_reading_what_one_is_told_takes_the_same_for_many(ann: Person, bob: Person, how_many: int) -> None:
    for _ in range(how_many):
        done(bob, "likePost", write(ann, "#tea @ann")["id"])
    document = """{ viewer { unreadNotificationCount notifications { totalCount nodes {
        kind actor { username } post { body hashtags { name postCount } mentions { username } } } } } }"""

    with CaptureQueriesContext(connection) as captured:
        ann.api.read(document)

    # Who asks; the unread; the list and its count; actors, posts, hashtags, mentions.
    assert counted(captured) == 8
