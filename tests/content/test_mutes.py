"""Muting hides somebody from feeds, hashtags and notifications, from nothing else, and tells them nothing."""

import pytest

from tests.content.steps import (
    done,
    feed,
    hashtags,
    home,
    look,
    mine,
    of_post,
    profile,
    theirs,
    tied,
    told,
    unread,
    write,
)
from tests.people import Person


@pytest.fixture
def muted(ann: Person, bob: Person) -> str:
    """The ID of a post by bob, whom ann follows and mutes."""
    post: str = write(bob, "#tea")["id"]
    tied(ann, "follow", bob)
    tied(ann, "mute", bob)
    return post


def tea(person: Person, post: str) -> list[str]:
    """The posts of the first hashtag of a post, as somebody sees them."""
    tag = look(person.api, post, "hashtags { id }")["hashtags"][0]["id"]
    document = f'{{ node(id: "{tag}") {{ ... on Hashtag {{ posts {{ totalCount nodes {{ id }} }} }} }} }}'
    posts = person.api.read(document)["node"]["posts"]
    assert posts["totalCount"] == len(posts["nodes"])
    return [post["id"] for post in posts["nodes"]]


def test_feeds_do_not_show_the_muted(ann: Person, muted: str) -> None:
    assert (feed(ann.api), feed(ann.api, hashtag="tea"), home(ann)) == ([], [], [])
    assert feed(ann.api, {"field": "LIKE_COUNT"}) == []


def test_lists_of_a_hashtag_do_not_show_the_muted_but_count_them(
    ann: Person, bob: Person, muted: str
) -> None:
    assert (tea(ann, muted), tea(bob, muted)) == ([], [muted])
    assert hashtags(ann.api, muted) == hashtags(bob.api, muted) == {"tea": 1}


def test_what_is_asked_for_by_name_is_shown(ann: Person, bob: Person, muted: str) -> None:
    assert feed(ann.api, authorId=bob.id) == feed(ann.api, authorId=bob.id, hashtag="tea") == [muted]
    assert theirs(ann.api, "bob", "posts", "id") == [muted]
    assert look(ann.api, muted, "body author { username }") == {"body": "#tea", "author": {"username": "bob"}}
    assert ann.api.read(f'{{ node(id: "{muted}") {{ id }} }}') == {"node": {"id": muted}}


def test_threads_show_the_muted(ann: Person, bob: Person, muted: str) -> None:
    post = write(ann)["id"]
    reply = write(bob, replyToId=post)["id"]
    done(bob, "likePost", post)

    assert of_post(ann.api, post, "replies") == [reply]
    assert of_post(ann.api, post, "likedBy", "username") == ["bob"]


def test_people_are_listed_muted_or_not(ann: Person, muted: str) -> None:
    read = ann.api.read("{ users(orderBy: {field: USERNAME}) { nodes { username viewerHasMuted } } }")

    assert [tuple(user.values()) for user in read["users"]["nodes"]] == [("bob", True), ("ann", False)]
    assert theirs(ann.api, "ann", "following") == ["bob"]


def test_the_muted_notice_nothing(ann: Person, bob: Person, muted: str) -> None:
    post = write(ann)["id"]

    assert feed(bob.api) == [post, muted]
    assert [(kind, actor) for kind, actor, _ in told(bob)] == [("FOLLOW", "ann")]
    assert profile(bob.api, "ann", "viewerIsFollowedBy viewerHasMuted viewerHasBlocked") == {
        "viewerIsFollowedBy": True,
        "viewerHasMuted": False,
        "viewerHasBlocked": False,
    }


def test_what_the_muted_do_is_not_told(ann: Person, bob: Person, carol: Person, muted: str) -> None:
    post = write(ann)["id"]
    for person in (bob, carol):
        done(person, "likePost", post)
        tied(person, "follow", ann)
        write(person, "@ann", replyToId=post)

    assert [(kind, actor) for kind, actor, _ in told(ann)] == [
        ("REPLY", "carol"),
        ("FOLLOW", "carol"),
        ("LIKE", "carol"),
    ]
    assert unread(ann) == 3


def test_what_was_told_before_is_hidden_too_and_comes_back(ann: Person, bob: Person) -> None:
    post = write(ann)["id"]
    done(bob, "likePost", post)
    tied(ann, "mute", bob)
    assert (told(ann), unread(ann)) == ([], 0)

    tied(ann, "unmute", bob)
    assert (told(ann), unread(ann)) == ([("LIKE", "bob", post)], 1)


def test_unmuting_shows_all_again(ann: Person, bob: Person, muted: str) -> None:
    tied(ann, "unmute", bob)

    assert feed(ann.api) == home(ann) == tea(ann, muted) == [muted]


def test_a_mute_hides_from_nobody_else(ann: Person, bob: Person, carol: Person, muted: str) -> None:
    tied(carol, "follow", bob)

    assert feed(carol.api) == home(carol) == tea(carol, muted) == [muted]


def test_a_mute_outlives_a_block_unseen(ann: Person, bob: Person, muted: str) -> None:
    tied(ann, "block", bob)
    assert mine(ann, "mutes") == []

    tied(ann, "unblock", bob)
    assert (mine(ann, "mutes", "username"), feed(ann.api)) == (["bob"], [])


def test_the_muted_can_be_answered_liked_and_kept(ann: Person, muted: str) -> None:
    done(ann, "likePost", muted)
    done(ann, "bookmarkPost", muted)
    reply = write(ann, replyToId=muted)["id"]

    assert mine(ann, "bookmarks") == theirs(ann.api, "ann", "likedPosts", "id") == [muted]
    assert look(ann.api, reply)["replyTo"] == {"id": muted}
