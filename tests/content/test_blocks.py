"""Blocking hides two people from each other on every path; the blocker still finds whom to unblock."""

import re
import time
from typing import Any

import pytest

from content.actions.follows import follow_user
from content.actions.likes import like_post
from content.models import Block, Notification, Post
from tests.client import Api, problems
from tests.content.steps import (
    act,
    done,
    feed,
    home,
    look,
    mentions,
    mine,
    of_post,
    profile,
    theirs,
    tie,
    tied,
    told,
    write,
)
from tests.people import Person, make_post, post_id

Stage = dict[str, str]


@pytest.fixture
def stage(ann: Person, bob: Person, carol: Person) -> Stage:
    """The IDs of who and what there is. carol is seen by all; ann and bob answered, liked and mentioned, and
    follow everybody.
    """
    carols = posted(carol, "For @ann and @bob. #tea")
    found = {"carol": carol.id, "carols": post_id(carols)}
    first = {}
    for person, other in ((ann, bob), (bob, ann)):
        name = person.user.username
        first[name] = posted(person, f"#tea #{name}")
        reply = posted(person, reply_to=carols)
        found |= {name: person.id, f"{name}s": post_id(first[name]), f"{name}sReply": post_id(reply)}
        like_post(user=person.user, post_id=carols.pk)
        follow_user(user=person.user, user_id=other.user.pk)
        follow_user(user=person.user, user_id=carol.user.pk)
    for person, name, other_name in ((ann, "ann", "bob"), (bob, "bob", "ann")):
        like_post(user=person.user, post_id=first[other_name].pk)
        answer = posted(person, f"@{other_name}", reply_to=first[other_name])
        found[f"{name}sAnswer"] = post_id(answer)
    return found


def posted(author: Person, body: str = "Hello.", *, reply_to: Post | None = None) -> Post:
    """A post in a millisecond of its own, so that it has its place in lists."""
    time.sleep(0.002)
    return make_post(author, body, reply_to=reply_to)


# What bob may ask, by the names of the stage's IDs; what he finds; what he finds when a block is between
# ann and him.
SIGHTS: dict[str, tuple[str, Any, Any]] = {
    "feed": ("feed { totalCount nodes { id } }", ["bobs", "anns", "carols"], ["bobs", "carols"]),
    "feed with replies": (
        "feed(filter: {includeReplies: true}) { totalCount nodes { id } }",
        ["bobsAnswer", "annsAnswer", "bobsReply", "bobs", "annsReply", "anns", "carols"],
        ["bobsAnswer", "bobsReply", "bobs", "carols"],
    ),
    "feed of the author": ("feed(filter: {authorId: $ann}) { totalCount nodes { id } }", ["anns"], []),
    "feed of a hashtag": (
        'feed(filter: {hashtag: "tea"}) { totalCount nodes { id } }',
        ["bobs", "anns", "carols"],
        ["bobs", "carols"],
    ),
    "home feed": ("homeFeed { totalCount nodes { id } }", ["bobs", "anns", "carols"], ["bobs", "carols"]),
    "users": (
        "users(orderBy: {field: USERNAME}) { totalCount nodes { id } }",
        ["carol", "bob", "ann"],
        ["carol", "bob"],
    ),
    "users by name": ('users(filter: {query: "ann"}) { totalCount nodes { id } }', ["ann"], []),
    "the post": ("post(id: $anns) { id }", "anns", None),
    "the post as a node": ("node(id: $anns) { id }", "anns", None),
    "the reply as a node": ("node(id: $annsReply) { id }", "annsReply", None),
    "an answer to oneself": ("post(id: $annsAnswer) { id }", "annsAnswer", None),
    "posts as nodes": (
        "nodes(ids: [$anns, $bobs, $annsAnswer]) { id }",
        ["anns", "bobs", "annsAnswer"],
        [None, "bobs", None],
    ),
    "liked by": (
        "post(id: $carols) { there: likedBy { totalCount nodes { id } } }",
        ["bob", "ann"],
        ["bob"],
    ),
    "liked by, of one's own": ("post(id: $bobs) { there: likedBy { totalCount nodes { id } } }", ["ann"], []),
    "replies": (
        "post(id: $carols) { there: replies { totalCount nodes { id } } }",
        ["annsReply", "bobsReply"],
        ["bobsReply"],
    ),
    "replies to oneself": (
        "post(id: $bobs) { there: replies { totalCount nodes { id } } }",
        ["annsAnswer"],
        [],
    ),
    "what one answered": ("post(id: $bobsAnswer) { there: replyTo { id } }", "anns", None),
    "mentions": ("post(id: $carols) { there: mentions { id } }", ["ann", "bob"], ["bob"]),
    "mentions by oneself": ("post(id: $bobsAnswer) { there: mentions { id } }", ["ann"], []),
    "liked posts": (
        'user(username: "bob") { there: likedPosts { totalCount nodes { id } } }',
        ["anns", "carols"],
        ["carols"],
    ),
    "followers": (
        'user(username: "carol") { there: followers { totalCount nodes { id } } }',
        ["bob", "ann"],
        ["bob"],
    ),
    "one's own followers": (
        'user(username: "bob") { there: followers { totalCount nodes { id } } }',
        ["ann"],
        [],
    ),
    "following": (
        'user(username: "bob") { there: following { totalCount nodes { id } } }',
        ["carol", "ann"],
        ["carol"],
    ),
}


def ask(api: Api, selection: str, stage: Stage) -> Any:
    """What `selection` finds, by the names of the stage."""
    used = {name: stage[name] for name in re.findall(r"\$(\w+)", selection)}
    head = f"({', '.join(f'${name}: ID!' for name in used)})" if used else ""
    found = next(iter(api.read(f"query{head} {{ {selection} }}", **used).values()))
    found = found["there"] if found and "there" in found else found
    if isinstance(found, dict) and "nodes" in found:
        assert found["totalCount"] == len(found["nodes"])
        found = found["nodes"]
    names = {value: name for name, value in stage.items()}
    if isinstance(found, list):
        return [each and names[each["id"]] for each in found]
    return found and names[found["id"]]


@pytest.mark.parametrize(("selection", "shown", "hidden"), SIGHTS.values(), ids=SIGHTS)
def test_a_block_hides_either_way(
    ann: Person, bob: Person, stage: Stage, selection: str, shown: Any, hidden: Any
) -> None:
    assert ask(bob.api, selection, stage) == shown

    tied(ann, "block", bob)
    assert ask(bob.api, selection, stage) == hidden

    tied(ann, "unblock", bob)
    tied(bob, "block", ann)
    assert ask(bob.api, selection, stage) == hidden


FOLLOWS = {"home feed", "followers", "one's own followers", "following"}
OTHERS = {name: (asked, shown) for name, (asked, shown, _) in SIGHTS.items() if name not in FOLLOWS}


@pytest.mark.parametrize(("selection", "shown"), OTHERS.values(), ids=OTHERS)
def test_a_block_hides_from_nobody_else_and_its_end_shows_again(
    ann: Person, bob: Person, stage: Stage, selection: str, shown: Any, api: Api
) -> None:
    tied(ann, "block", bob)
    assert ask(api, selection, stage) == shown

    tied(ann, "unblock", bob)
    assert ask(bob.api, selection, stage) == shown


def test_whoever_is_blocked_does_not_find_the_blocker(ann: Person, bob: Person, api: Api) -> None:
    tied(ann, "block", bob)

    document = '{ user(username: "ann") { id } node(id: "%s") { id } nodes(ids: ["%s"]) { id } }'
    read = bob.api.read(document % (ann.id, ann.id))

    assert read == {"user": None, "node": None, "nodes": [None]}
    assert profile(api, "ann")["username"] == "ann"


VEILED = """username displayName bio avatarUrl location website company { name } socialAccounts { handle }
    posts(includeReplies: true) { totalCount nodes { id } } likedPosts { totalCount nodes { id } }
    followers { totalCount nodes { id } } following { totalCount nodes { id } }
    postCount followerCount followingCount isViewer
    viewerIsFollowing viewerIsFollowedBy viewerHasBlocked viewerHasMuted"""
NONE: dict[str, Any] = {"totalCount": 0, "nodes": []}
NAME_ONLY: dict[str, Any] = {
    "username": "bob",
    "displayName": "Bobby",
    **dict.fromkeys(["bio", "avatarUrl", "location", "website", "company"]),
    "socialAccounts": [],
    **dict.fromkeys(["posts", "likedPosts", "followers", "following"], NONE),
    **dict.fromkeys(["postCount", "followerCount", "followingCount"], 0),
    **dict.fromkeys(["isViewer", "viewerIsFollowing", "viewerIsFollowedBy", "viewerHasMuted"], False),
    "viewerHasBlocked": True,
}


def test_the_blocker_is_told_the_name_only(ann: Person, bob: Person, stage: Stage) -> None:
    given = {"displayName": "Bobby", "bio": "Hi.", "location": "Rome", "website": "https://example.com"}
    bob.api.do("updateProfile", "user { id }", company={"name": "Acme"}, **given)
    tied(ann, "mute", bob)

    payload = ann.api.do("block", f"user {{ {VEILED} }}", userId=bob.id)

    assert payload == {"user": NAME_ONLY, "errors": []}
    assert profile(ann.api, "bob", VEILED) == NAME_ONLY
    on_user = f"... on User {{ {VEILED} }}"
    assert ann.api.read(f'{{ node(id: "{bob.id}") {{ {on_user} }} }}')["node"] == NAME_ONLY
    read = ann.api.read(f"{{ viewer {{ blocks {{ nodes {{ {VEILED} }} }} }} }}")
    assert read["viewer"]["blocks"]["nodes"] == [NAME_ONLY]


def test_a_block_ends_follows_both_ways(ann: Person, bob: Person, carol: Person, api: Api) -> None:
    for one, other in ((ann, bob), (bob, ann), (ann, carol), (carol, bob)):
        tied(one, "follow", other)

    tied(ann, "block", bob)

    counts = [profile(api, name, "followerCount followingCount").values() for name in ("ann", "bob", "carol")]
    assert [tuple(each) for each in counts] == [(0, 1), (1, 0), (1, 1)]
    assert (theirs(api, "ann", "following"), theirs(api, "bob", "followers")) == (["carol"], ["carol"])


def test_unblocking_restores_sight_but_no_follow(ann: Person, bob: Person, api: Api) -> None:
    tied(ann, "follow", bob)
    tied(bob, "follow", ann)
    tied(ann, "block", bob)

    back = tied(ann, "unblock", bob)

    assert list(back.values())[2:] == [0, 0, False, False, False, False]
    assert profile(bob.api, "ann")["followerCount"] == 0
    assert theirs(api, "ann", "followers") == theirs(api, "ann", "following") == []


def test_likes_stay_and_count(ann: Person, bob: Person, carol: Person, stage: Stage) -> None:
    tied(ann, "block", bob)

    assert [look(each.api, stage["bobs"], "likeCount")["likeCount"] for each in (bob, carol)] == [1, 1]
    assert of_post(carol.api, stage["bobs"], "likedBy", "username") == ["ann"]
    assert look(carol.api, stage["carols"], "likeCount replyCount") == {"likeCount": 2, "replyCount": 2}


def test_what_each_was_told_of_the_other_goes(ann: Person, bob: Person, stage: Stage) -> None:
    assert {actor for _, actor, _ in told(ann)} == {"bob", "carol"}

    tied(ann, "block", bob)

    assert told(ann) == told(bob) == [("MENTION", "carol", stage["carols"])]
    assert Notification.objects.filter(recipient__in=[ann.user, bob.user]).count() == 2


def test_unblocking_does_not_bring_back_what_was_told(ann: Person, bob: Person, stage: Stage) -> None:
    tied(ann, "block", bob)
    tied(ann, "unblock", bob)

    assert told(ann) == told(bob) == [("MENTION", "carol", stage["carols"])]


@pytest.fixture(params=["who is blocked", "who blocks"])
def apart(request: pytest.FixtureRequest, ann: Person, bob: Person, stage: Stage) -> Person:
    """ann and bob are apart by a block; bob is blocked, or blocks."""
    tied(*((ann, "block", bob) if request.param == "who is blocked" else (bob, "block", ann)))
    return bob


@pytest.mark.parametrize("mutation", ["likePost", "unlikePost", "bookmarkPost", "unbookmarkPost"])
def test_the_others_post_is_not_found(apart: Person, stage: Stage, mutation: str, carol: Person) -> None:
    before = look(carol.api, stage["anns"])

    assert problems(act(apart, mutation, stage["anns"])) == [("NOT_FOUND", "input.postId")]
    assert look(carol.api, stage["anns"]) == before


def test_the_other_cannot_be_answered(apart: Person, stage: Stage, carol: Person) -> None:
    refused = apart.api.do("createPost", "post { id }", body="Hi.", replyToId=stage["anns"])

    assert problems(refused) == [("NOT_FOUND", "input.replyToId")]
    assert look(carol.api, stage["anns"])["replyCount"] == 1


def test_the_other_cannot_be_mentioned(apart: Person, carol: Person, ann: Person) -> None:
    before = told(ann)

    post = write(apart, "@ann and @carol")["id"]

    assert mentions(carol.api, post) == ["carol"]
    assert told(ann) == before


def test_the_other_cannot_be_mentioned_by_an_edit(apart: Person, carol: Person, ann: Person) -> None:
    post, before = write(apart, "Hi.")["id"], told(ann)

    done(apart, "editPost", post, body="@ann!")

    assert (mentions(carol.api, post), told(ann)) == ([], before)


def test_a_bookmark_of_the_others_post_is_not_listed_until_the_block_ends(
    ann: Person, bob: Person, stage: Stage
) -> None:
    done(bob, "bookmarkPost", stage["anns"])
    tied(ann, "block", bob)
    assert mine(bob, "bookmarks") == []

    tied(ann, "unblock", bob)
    assert mine(bob, "bookmarks") == [stage["anns"]]


def test_a_hashtag_lists_no_post_of_the_other_and_counts_all(
    ann: Person, bob: Person, stage: Stage, carol: Person
) -> None:
    tied(ann, "block", bob)

    read = look(carol.api, stage["carols"], "hashtags { id }")["hashtags"][0]["id"]
    document = (
        f'{{ node(id: "{read}") {{ ... on Hashtag {{ postCount posts {{ totalCount nodes {{ id }} }} }} }} }}'
    )
    tags = [person.api.read(document)["node"] for person in (bob, ann, carol)]

    assert [tag["postCount"] for tag in tags] == [3, 3, 3]
    ids = [[post["id"] for post in tag["posts"]["nodes"]] for tag in tags]
    bobs, anns, carols = stage["bobs"], stage["anns"], stage["carols"]
    assert ids == [[bobs, carols], [anns, carols], [bobs, anns, carols]]


def test_a_second_block_is_not_needed_to_be_apart(ann: Person, bob: Person) -> None:
    tied(ann, "block", bob)

    assert problems(tie(bob, "block", ann.id)) == [("NOT_FOUND", "input.userId")]
    assert Block.objects.count() == 1


def test_two_who_block_each_other_each_find_the_other_to_unblock(ann: Person, bob: Person) -> None:
    tied(ann, "block", bob)
    Block.objects.create(blocker=bob.user, blocked=ann.user)
    assert profile(ann.api, "bob")["viewerHasBlocked"] is profile(bob.api, "ann")["viewerHasBlocked"] is True

    payload = tie(ann, "unblock", bob.id)

    assert payload == {"user": None, "errors": []}
    assert (profile(ann.api, "bob"), mine(bob, "blocks", "username")) == (None, ["ann"])


def test_a_block_leaves_ones_own_lists_to_oneself(ann: Person, bob: Person, stage: Stage) -> None:
    tied(ann, "block", bob)

    assert feed(bob.api, authorId=bob.id) == [stage["bobs"]]
    assert home(ann) == [stage["anns"], stage["carols"]]
