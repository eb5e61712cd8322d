"""Following: counts, lists and what is known of it."""

from typing import Any

from content.models import Follow
from tests.client import Api
from tests.content.steps import profile, theirs, tied
from tests.people import Person, deactivate, make_person


def counts(api: Api, name: str) -> tuple[int, int]:
    """How many follow somebody, and how many they follow."""
    read = profile(api, name)
    return read["followerCount"], read["followingCount"]


def test_a_follow_counts_for_both(ann: Person, bob: Person, api: Api) -> None:
    tied(ann, "follow", bob)

    assert (counts(api, "ann"), counts(api, "bob")) == ((0, 1), (1, 0))


def test_the_payload_tells_the_count_of_its_moment(ann: Person, bob: Person, carol: Person) -> None:
    acts = [(ann, "follow"), (carol, "follow"), (ann, "follow"), (ann, "unfollow"), (ann, "unfollow")]

    assert [tied(who, what, bob)["followerCount"] for who, what in acts] == [1, 2, 2, 1, 1]


def test_a_repeated_follow_counts_once(ann: Person, bob: Person, api: Api) -> None:
    for _ in range(3):
        tied(ann, "follow", bob)

    assert (counts(api, "ann"), counts(api, "bob"), Follow.objects.count()) == ((0, 1), (1, 0), 1)


def test_a_repeated_unfollow_counts_once(ann: Person, bob: Person, carol: Person, api: Api) -> None:
    for follower in (ann, carol):
        tied(follower, "follow", bob)
    for _ in range(3):
        tied(ann, "unfollow", bob)

    assert (counts(api, "ann"), counts(api, "bob"), counts(api, "carol")) == ((0, 0), (1, 0), (0, 1))


def test_following_each_other_is_two_follows(ann: Person, bob: Person, api: Api) -> None:
    tied(ann, "follow", bob)
    tied(bob, "follow", ann)

    assert (counts(api, "ann"), counts(api, "bob")) == ((1, 1), (1, 1))
    assert both_ways(ann.api, "bob") == both_ways(bob.api, "ann") == (True, True)


def both_ways(api: Api, name: str) -> tuple[Any, Any]:
    read = profile(api, name)
    return read["viewerIsFollowing"], read["viewerIsFollowedBy"]


def test_each_knows_in_which_direction_it_goes(ann: Person, bob: Person, api: Api) -> None:
    tied(ann, "follow", bob)

    assert (both_ways(ann.api, "bob"), both_ways(bob.api, "ann")) == ((True, False), (False, True))
    assert both_ways(api, "bob") == both_ways(api, "ann") == (False, False)


def test_followers_and_followed_are_listed_latest_first(ann: Person, api: Api) -> None:
    people = [make_person(name) for name in ("zed", "kim", "moe")]
    for person in people:
        tied(person, "follow", ann)
    for person in reversed(people):
        tied(ann, "follow", person)

    assert theirs(api, "ann", "followers") == ["moe", "kim", "zed"]
    assert theirs(api, "ann", "following") == ["zed", "kim", "moe"]


def test_a_follow_taken_back_and_made_again_is_the_latest(ann: Person, bob: Person, carol: Person) -> None:
    for who, what in ((bob, "follow"), (carol, "follow"), (bob, "unfollow"), (bob, "follow")):
        tied(who, what, ann)

    assert theirs(ann.api, "ann", "followers") == ["bob", "carol"]


def test_a_repeated_follow_keeps_its_place(ann: Person, bob: Person, carol: Person) -> None:
    for who in (bob, carol, bob):
        tied(who, "follow", ann)

    assert theirs(ann.api, "ann", "followers") == ["carol", "bob"]


def test_the_followers_of_nobody_are_none(ann: Person, api: Api) -> None:
    assert (theirs(api, "ann", "followers"), theirs(api, "ann", "following")) == ([], [])


def test_a_deactivated_follower_is_counted_but_not_listed(ann: Person, bob: Person, api: Api) -> None:
    tied(bob, "follow", ann)

    deactivate(bob)

    assert (counts(api, "ann"), theirs(api, "ann", "followers")) == ((1, 0), [])


def test_people_are_ordered_by_their_followers(ann: Person, bob: Person, carol: Person, api: Api) -> None:
    tied(ann, "follow", carol)
    tied(bob, "follow", carol)
    tied(carol, "follow", bob)

    read = api.read("{ users(orderBy: {field: FOLLOWER_COUNT}) { nodes { username } } }")["users"]["nodes"]

    assert [user["username"] for user in read] == ["carol", "bob", "ann"]


def test_several_in_a_document_each_tell_their_own_moment(ann: Person, bob: Person) -> None:
    document = """mutation($id: ID!) {
        a: follow(input: {userId: $id}) { user { followerCount viewerIsFollowing } }
        b: unfollow(input: {userId: $id}) { user { followerCount viewerIsFollowing } }
        c: follow(input: {userId: $id}) { user { followerCount viewerIsFollowing } } }"""

    read = ann.api.read(document, id=bob.id)

    assert [tuple(read[each]["user"].values()) for each in "abc"] == [(1, True), (0, False), (1, True)]
