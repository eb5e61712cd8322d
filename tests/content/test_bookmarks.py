"""Keeping posts: privately, latest kept first, safe to repeat."""

import pytest

from content.models import Bookmark
from tests.client import Api, problems
from tests.content.steps import NO_POSTS, act, done, look, mine, reject, told, write
from tests.people import Person

BOTH = ("bookmarkPost", "unbookmarkPost")


def has_kept(api: Api, post: str) -> bool:
    kept: bool = look(api, post, "viewerHasBookmarked")["viewerHasBookmarked"]
    return kept


def test_a_kept_post_is_listed_and_known_to_be(ann: Person, bob: Person) -> None:
    post = write(ann)["id"]

    payload = bob.api.do("bookmarkPost", "post { id viewerHasBookmarked }", postId=post)

    assert payload == {"post": {"id": post, "viewerHasBookmarked": True}, "errors": []}
    assert mine(bob, "bookmarks") == [post]


def test_nobody_else_knows(ann: Person, bob: Person, api: Api) -> None:
    post = write(ann)["id"]
    before = look(api, post)

    done(bob, "bookmarkPost", post)

    assert [has_kept(each, post) for each in (bob.api, ann.api, api)] == [True, False, False]
    assert (mine(ann, "bookmarks"), told(ann), look(api, post)) == ([], [], before)


def test_keeping_twice_is_keeping_once_and_keeps_its_place(ann: Person) -> None:
    one, other = write(ann)["id"], write(ann)["id"]
    for post in (one, other, one):
        done(ann, "bookmarkPost", post)

    assert mine(ann, "bookmarks") == [other, one]
    assert Bookmark.objects.count() == 2


def test_the_latest_kept_is_first_whenever_it_was_written(ann: Person, bob: Person) -> None:
    posts = [write(ann)["id"] for _ in range(3)]
    for post in (posts[1], posts[2], posts[0]):
        done(bob, "bookmarkPost", post)

    assert mine(bob, "bookmarks") == [posts[0], posts[2], posts[1]]


def test_a_post_can_be_kept_no_longer_and_again(ann: Person) -> None:
    one, other = write(ann)["id"], write(ann)["id"]
    for post in (one, other):
        done(ann, "bookmarkPost", post)
    for _ in range(2):
        done(ann, "unbookmarkPost", one)
    assert (mine(ann, "bookmarks"), has_kept(ann.api, one)) == ([other], False)

    done(ann, "bookmarkPost", one)
    assert mine(ann, "bookmarks") == [one, other]


def test_what_is_deleted_disappears_from_the_list(ann: Person, bob: Person) -> None:
    one, other = write(ann)["id"], write(ann)["id"]
    for post in (one, other):
        done(bob, "bookmarkPost", post)

    done(ann, "deletePost", one)

    assert mine(bob, "bookmarks") == [other]


@pytest.mark.parametrize("mutation", BOTH)
@pytest.mark.parametrize("no_post", NO_POSTS.values(), ids=NO_POSTS)
def test_what_is_no_post_is_not_found(ann: Person, mutation: str, no_post: str) -> None:
    assert problems(act(ann, mutation, no_post)) == [("NOT_FOUND", "input.postId")]


@pytest.mark.parametrize("mutation", BOTH)
def test_it_needs_signing_in(ann: Person, api: Api, mutation: str) -> None:
    document = f'mutation {{ {mutation}(input: {{postId: "{write(ann)["id"]}"}}) {{ post {{ id }} }} }}'

    reply = api.send(document)

    assert (reply.status, reply.codes, reply.data) == (200, ["UNAUTHENTICATED"], {mutation: None})


def test_an_account_whose_address_receives_no_mail_may_only_undo(ann: Person) -> None:
    one, other = write(ann)["id"], write(ann)["id"]
    done(ann, "bookmarkPost", one)
    reject(ann)

    assert problems(act(ann, "bookmarkPost", other)) == [("NOT_ALLOWED", None)]
    done(ann, "unbookmarkPost", one)
    assert mine(ann, "bookmarks") == []


def test_the_list_is_read_page_by_page(ann: Person) -> None:
    posts = [write(ann)["id"] for _ in range(3)]
    for post in posts:
        done(ann, "bookmarkPost", post)

    document = """query($at: String) { viewer { bookmarks(first: 2, after: $at) {
        nodes { id } pageInfo { hasNextPage endCursor } } } }"""
    first = ann.api.read(document, at=None)["viewer"]["bookmarks"]
    second = ann.api.read(document, at=first["pageInfo"]["endCursor"])["viewer"]["bookmarks"]

    assert [[post["id"] for post in page["nodes"]] for page in (first, second)] == [posts[:0:-1], posts[:1]]
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)
