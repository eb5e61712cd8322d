"""Posts for followers: who sees them, on every path, and what the counts do not tell."""

from typing import Any

import pytest

from tests.client import Api, problems
from tests.content.steps import (
    act,
    done,
    feed,
    hashtags,
    home,
    look,
    mentions,
    mine,
    of_post,
    post_count,
    profile,
    theirs,
    tied,
    told,
    write,
)
from tests.people import Person, make_person

FOLLOWERS = {"visibility": "FOLLOWERS"}


@pytest.fixture
def fan(ann: Person) -> Person:
    """Who follows ann."""
    fan = make_person("fan")
    tied(fan, "follow", ann)
    return fan


@pytest.fixture
def post(ann: Person, carol: Person) -> str:
    """The ID of a post by ann for her followers, that mentions carol."""
    post: str = write(ann, "For @carol. #tea", **FOLLOWERS)["id"]
    return post


def sees(api: Api, post: str) -> list[bool]:
    """Whether a post is shown: looked up, as a node, among nodes, among its author's posts."""
    document = "query($id: ID!) { post(id: $id) { id } node(id: $id) { id } nodes(ids: [$id]) { id } }"
    read = api.read(document, id=post)
    assert read["post"] == read["node"] == read["nodes"][0]
    return [read["post"] is not None, post in theirs(api, "ann", "posts(includeReplies: true)", "id")]


def test_the_author_the_followers_and_the_mentioned_see_it(
    ann: Person, fan: Person, carol: Person, post: str
) -> None:
    assert [sees(each.api, post) for each in (ann, fan, carol)] == [[True, True]] * 3
    assert look(fan.api, post, "visibility body") == {"visibility": "FOLLOWERS", "body": "For @carol. #tea"}


def test_nobody_else_sees_it(bob: Person, fan: Person, api: Api, post: str) -> None:
    tied(fan, "follow", bob)
    tied(make_person("ann2"), "follow", fan)

    assert [sees(each, post) for each in (bob.api, api)] == [[False, False]] * 2


def test_whom_the_author_follows_does_not_see_it(ann: Person, bob: Person, post: str) -> None:
    tied(ann, "follow", bob)

    assert sees(bob.api, post) == [False, False]


def test_following_gives_sight_and_unfollowing_takes_it(ann: Person, bob: Person, post: str) -> None:
    tied(bob, "follow", ann)
    assert (sees(bob.api, post), home(bob)) == ([True, True], [post])

    tied(bob, "unfollow", ann)
    assert (sees(bob.api, post), home(bob)) == ([False, False], [])


def test_the_feed_never_lists_it(ann: Person, fan: Person, carol: Person, post: str) -> None:
    for person in (ann, fan, carol):
        assert feed(person.api, includeReplies=True) == feed(person.api, authorId=ann.id) == []
        assert feed(person.api, hashtag="tea") == []


def test_home_feeds_of_the_author_and_the_followers_list_it(
    ann: Person, fan: Person, carol: Person, post: str
) -> None:
    assert (home(ann), home(fan), home(carol)) == ([post], [post], [])


def test_counts_do_not_tell_of_it(ann: Person, fan: Person, post: str) -> None:
    assert post_count(ann) == 0
    assert hashtags(fan.api, post) == {"tea": 0}


def test_deleting_it_changes_no_count(ann: Person, fan: Person, post: str) -> None:
    public = write(ann, "#tea")["id"]

    done(ann, "deletePost", post)

    assert (post_count(ann), hashtags(fan.api, public)) == (1, {"tea": 1})
    assert sees(fan.api, post) == [False, False]


def test_what_it_hangs_on_is_hidden_with_it(ann: Person, bob: Person, fan: Person, post: str) -> None:
    done(fan, "likePost", post)

    assert theirs(fan.api, "fan", "likedPosts", "id") == theirs(ann.api, "fan", "likedPosts", "id") == [post]
    assert theirs(bob.api, "fan", "likedPosts", "id") == []
    assert of_post(ann.api, post, "likedBy", "username") == ["fan"]


@pytest.mark.parametrize("mutation", ["likePost", "unlikePost", "bookmarkPost", "unbookmarkPost", "editPost"])
def test_who_does_not_see_it_does_not_find_it(bob: Person, post: str, mutation: str) -> None:
    given: dict[str, Any] = {"body": "x"} if mutation == "editPost" else {}

    assert problems(act(bob, mutation, post, **given)) == [("NOT_FOUND", "input.postId")]


def test_who_does_not_see_it_cannot_answer_it(bob: Person, post: str) -> None:
    refused = bob.api.do("createPost", "post { id }", body="x", replyToId=post)

    assert problems(refused) == [("NOT_FOUND", "input.replyToId")]


def test_deleting_what_one_does_not_see_succeeds_and_deletes_nothing(
    bob: Person, fan: Person, post: str
) -> None:
    assert done(bob, "deletePost", post) == post

    assert sees(fan.api, post) == [True, True]


def test_an_answer_to_it_is_for_followers_without_complaint(ann: Person, fan: Person, post: str) -> None:
    for given in ({}, {"visibility": "PUBLIC"}, FOLLOWERS):
        payload = fan.api.do("createPost", "post { id visibility }", body="x", replyToId=post, **given)

        assert (payload["errors"], payload["post"]["visibility"]) == ([], "FOLLOWERS")
    assert look(ann.api, post)["replyCount"] == post_count(fan) == 0


def test_an_answer_is_seen_by_who_is_answered(ann: Person, fan: Person, carol: Person, post: str) -> None:
    reply = write(fan, replyToId=post)["id"]

    assert of_post(ann.api, post, "replies") == of_post(fan.api, post, "replies") == [reply]
    assert look(carol.api, reply) is None
    assert of_post(carol.api, post, "replies") == []


def test_an_answer_is_hidden_from_who_was_answered_once_they_deleted_that(ann: Person, bob: Person) -> None:
    public = write(ann)["id"]
    reply = write(bob, replyToId=public, **FOLLOWERS)["id"]
    assert look(ann.api, reply) is not None

    done(ann, "deletePost", public)

    assert look(ann.api, reply) is None
    assert look(bob.api, reply)["replyTo"] is None


def test_a_public_post_can_be_answered_for_followers(ann: Person, bob: Person, fan: Person, api: Api) -> None:
    public = write(ann)["id"]
    reply = write(bob, replyToId=public, **FOLLOWERS)["id"]

    assert [look(each, reply) is not None for each in (ann.api, bob.api, fan.api, api)] == [
        True,
        True,
        False,
        False,
    ]
    assert (look(api, public)["replyCount"], of_post(api, public, "replies")) == (0, [])
    assert of_post(ann.api, public, "replies") == [reply]


def test_what_it_answers_is_hidden_from_who_sees_only_the_answer(
    ann: Person, bob: Person, fan: Person, post: str
) -> None:
    tied(bob, "follow", fan)
    reply = write(fan, replyToId=post)["id"]

    assert look(bob.api, reply)["replyTo"] is None
    assert look(ann.api, reply)["replyTo"] == {"id": post}


def test_its_former_texts_are_seen_by_who_sees_it(
    ann: Person, bob: Person, fan: Person, carol: Person, post: str
) -> None:
    done(ann, "editPost", post, body="For @bob.")

    assert [of_post(each.api, post, "edits", "body") for each in (ann, fan, bob)] == [
        ["For @carol. #tea"]
    ] * 3
    assert look(carol.api, post) is None


def test_editing_a_mention_away_takes_sight_away_and_in_gives_it(
    ann: Person, bob: Person, carol: Person, post: str
) -> None:
    done(ann, "editPost", post, body="For @bob.")

    assert (sees(carol.api, post), sees(bob.api, post)) == ([False, False], [True, True])
    assert mentions(ann.api, post) == ["bob"]
    assert (told(carol), told(bob)) == ([], [("MENTION", "ann", post)])


def test_its_visibility_stays_when_it_is_edited(ann: Person, api: Api, post: str) -> None:
    done(ann, "editPost", post, body="Anew. #tea #cake")

    assert look(ann.api, post, "visibility") == {"visibility": "FOLLOWERS"}
    assert (look(api, post), hashtags(ann.api, post)) == (None, {"tea": 0, "cake": 0})


def test_a_bookmark_of_it_disappears_with_sight_and_comes_back(ann: Person, fan: Person, post: str) -> None:
    done(fan, "bookmarkPost", post)
    tied(fan, "unfollow", ann)
    assert mine(fan, "bookmarks") == []

    tied(fan, "follow", ann)
    assert mine(fan, "bookmarks") == [post]


def test_what_was_told_of_it_disappears_with_sight(
    ann: Person, fan: Person, carol: Person, post: str
) -> None:
    reply = write(fan, "@carol", replyToId=post)["id"]
    done(carol, "likePost", reply)
    assert told(fan) == [("LIKE", "carol", reply)]
    assert told(ann) == [("REPLY", "fan", reply), ("FOLLOW", "fan", None)]

    done(fan, "editPost", reply, body="Nobody.")
    assert told(carol) == [("MENTION", "ann", post)]


def test_a_hashtag_of_such_posts_alone_is_known_to_who_sees_them(
    ann: Person, bob: Person, fan: Person
) -> None:
    post = write(ann, "#secret", **FOLLOWERS)["id"]
    tag = look(fan.api, post, "hashtags { id }")["hashtags"][0]["id"]
    document = f'{{ node(id: "{tag}") {{ ... on Hashtag {{ name postCount posts {{ nodes {{ id }} }} }} }} }}'

    seen = {"name": "secret", "postCount": 0, "posts": {"nodes": [{"id": post}]}}
    assert fan.api.read(document)["node"] == seen
    assert [each.read(document)["node"] for each in (bob.api, Api())] == [None, None]


def test_whoever_is_blocked_does_not_see_it_though_mentioned(ann: Person, carol: Person, post: str) -> None:
    tied(ann, "block", carol)

    assert look(carol.api, post) is None


def test_people_with_unliked_posts_are_told_by_what_one_sees(
    ann: Person, fan: Person, api: Api, post: str
) -> None:
    document = "{ users(filter: {hasUnlikedPosts: true}) { nodes { username } } }"

    assert fan.api.read(document)["users"]["nodes"] == [{"username": "ann"}]
    assert api.read(document)["users"]["nodes"] == []


def test_likes_of_it_count_for_who_sees_it(ann: Person, fan: Person, carol: Person, post: str) -> None:
    assert done(fan, "likePost", post)["likeCount"] == 1
    assert done(carol, "likePost", post)["likeCount"] == 2
    tied(fan, "unfollow", ann)

    assert look(ann.api, post)["likeCount"] == 2
    assert profile(ann.api, "ann", "postCount") == {"postCount": 0}


@pytest.mark.parametrize("visibility", [None, "FRIENDS", "followers", ""])
def test_a_visibility_that_is_none_is_refused_before_anything_runs(
    ann: Person, visibility: str | None
) -> None:
    document = "mutation($input: CreatePostInput!) { createPost(input: $input) { post { id } } }"

    reply = ann.api.send(document, {"input": {"body": "x", "visibility": visibility}})

    assert (reply.status, reply.codes) == (200, ["BAD_USER_INPUT"])
    assert post_count(ann) == 0


def test_null_written_into_the_document_is_refused_too(ann: Person) -> None:
    reply = ann.api.send('mutation { createPost(input: {body: "x", visibility: null}) { post { id } } }')

    assert (reply.status, reply.codes) == (200, ["GRAPHQL_VALIDATION_FAILED"])
    assert home(ann) == []
