"""The home feed: one's own posts and those of whom one follows, newest first, without replies."""

import pytest

from tests.client import Api
from tests.content.steps import done, home, tied, write
from tests.people import Person, deactivate

pytestmark = pytest.mark.database


def test_it_shows_ones_own_posts_and_those_of_whom_one_follows(
    ann: Person, bob: Person, carol: Person
) -> None:
    tied(ann, "follow", bob)
    posts = [write(person)["id"] for person in (bob, ann, carol, bob)]

    assert home(ann) == [posts[3], posts[1], posts[0]]
    assert (home(bob), home(carol)) == ([posts[3], posts[0]], [posts[2]])


def test_who_follows_nobody_sees_ones_own(ann: Person, bob: Person) -> None:
    write(bob)

    assert home(ann) == []


def test_replies_are_not_shown_whoevers(ann: Person, bob: Person) -> None:
    tied(ann, "follow", bob)
    post = write(bob)["id"]
    for person in (ann, bob):
        write(person, replyToId=post)

    assert home(ann) == [post]


def test_a_reply_to_what_is_gone_is_not_shown(ann: Person, bob: Person) -> None:
    tied(ann, "follow", bob)
    post = write(ann)["id"]
    write(bob, replyToId=post)

    done(ann, "deletePost", post)

    assert home(ann) == []


def test_older_posts_come_and_go_with_the_follow(ann: Person, bob: Person) -> None:
    post = write(bob)["id"]
    tied(ann, "follow", bob)
    assert home(ann) == [post]

    tied(ann, "unfollow", bob)
    assert home(ann) == []


def test_the_deactivated_are_not_shown(ann: Person, bob: Person) -> None:
    tied(ann, "follow", bob)
    write(bob)

    deactivate(bob)

    assert home(ann) == []


def test_it_needs_signing_in_and_the_rest_of_the_answer_stands(ann: Person, api: Api) -> None:
    reply = api.send('{ homeFeed { nodes { id } } user(username: "ann") { username } }')

    assert (reply.status, reply.codes) == (200, ["UNAUTHENTICATED"])
    assert reply.errors[0]["path"] == ["homeFeed"]
    assert reply.data == {"homeFeed": None, "user": {"username": "ann"}}


def test_it_is_read_page_by_page_in_both_directions(ann: Person, bob: Person) -> None:
    tied(ann, "follow", bob)
    posts = [write(person)["id"] for person in (ann, bob, bob, ann, bob)][::-1]

    assert pages(ann, "first: 2, after", "hasNextPage", "endCursor") == [posts[:2], posts[2:4], posts[4:]]
    assert pages(ann, "last: 2, before", "hasPreviousPage", "startCursor") == [
        posts[3:],
        posts[1:3],
        posts[:1],
    ]


def pages(person: Person, paging: str, more: str, cursor: str) -> list[list[str]]:
    page_of = f"homeFeed({paging}: $at) {{ nodes {{ id }} pageInfo {{ {more} {cursor} }} }}"
    found, info = [], {more: True, cursor: None}
    while info[more]:
        page = person.api.read(f"query($at: String) {{ {page_of} }}", at=info[cursor])["homeFeed"]
        found.append([post["id"] for post in page["nodes"]])
        info = page["pageInfo"]
    return found


def test_the_cursor_of_a_new_post_is_a_place_in_it(ann: Person) -> None:
    older = write(ann)["id"]
    edge = ann.api.do("createPost", "postEdge { cursor }", body="x")["postEdge"]

    read = ann.api.read("query($at: String) { homeFeed(after: $at) { nodes { id } } }", at=edge["cursor"])

    assert read["homeFeed"]["nodes"] == [{"id": older}]
