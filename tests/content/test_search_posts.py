"""Searching posts: newest first, and only what one sees."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.words import terms
from content.actions.search_index import index_posts
from content.models import Post, PostWords
from content.search import found_posts
from tests.client import Api
from tests.content.large import purge
from tests.content.searches import SEARCH, found, page
from tests.content.steps import done, write
from tests.people import Person, deactivate, make_person, make_post, post_id

pytestmark = pytest.mark.database

FOR_FOLLOWERS = {"visibility": "FOLLOWERS"}


def test_posts_are_found_newest_first_and_replies_among_them(api: Api, ann: Person, bob: Person) -> None:
    first = make_post(ann, "tea one")
    make_post(ann, "coffee")
    make_post(bob, "tea two", reply_to=first)
    make_post(ann, "tea three")

    assert found(api, "POST", "tea") == ["tea three", "tea two", "tea one"]


def test_pages_follow_each_other_forward(api: Api, ann: Person) -> None:
    for number in range(5):
        make_post(ann, f"tea {number}")

    first = page(api, "POST", "tea", first=2)
    second = page(api, "POST", "tea", first=2, after=first["pageInfo"]["endCursor"])
    third = page(api, "POST", "tea", first=2, after=second["pageInfo"]["endCursor"])

    assert [[node["body"] for node in each["nodes"]] for each in (first, second, third)] == [
        ["tea 4", "tea 3"],
        ["tea 2", "tea 1"],
        ["tea 0"],
    ]
    assert [each["pageInfo"]["hasNextPage"] for each in (first, second, third)] == [True, True, False]
    assert [each["pageInfo"]["hasPreviousPage"] for each in (first, second, third)] == [False, True, True]
    assert [each["totalCount"] for each in (first, second, third)] == [5, 5, 5]


def test_twenty_are_shown_when_nobody_says_how_many(api: Api, ann: Person) -> None:
    for _ in range(21):
        make_post(ann, "tea")

    assert len(page(api, "POST", "tea")["nodes"]) == 20


def test_the_cursor_of_a_new_post_works_in_a_search(api: Api, ann: Person) -> None:
    make_post(ann, "tea one")
    payload = ann.api.do("createPost", "postEdge { cursor }", body="coffee")
    make_post(ann, "tea two")

    after = page(api, "POST", "tea", after=payload["postEdge"]["cursor"])

    assert [node["body"] for node in after["nodes"]] == ["tea one"]


@pytest.mark.parametrize("paging", [{"first": -1}, {"first": 101}, {"after": "x"}])
@pytest.mark.parametrize("words", ["tea", ""])
def test_bad_paging_is_told(api: Api, paging: dict[str, Any], words: str) -> None:
    reply = api.send(SEARCH, {"words": words, "type": "POST", **paging})

    assert set(reply.codes) == {"BAD_USER_INPUT"}
    assert {tuple(error["path"]) for error in reply.errors} == {("search",)}


def test_a_search_is_not_paged_backwards(api: Api) -> None:
    reply = api.send('{ search(query: "x", type: POST, last: 1) { totalCount } }')

    assert reply.codes == ["GRAPHQL_VALIDATION_FAILED"]


def test_what_is_found_is_complete_with_its_type(api: Api, ann: Person) -> None:
    make_post(ann, "tea")
    fields = "edges { cursor node { __typename ... on Post { author { username } } } }"

    (edge,) = api.read(f'{{ search(query: "tea", type: POST) {{ {fields} }} }}')["search"]["edges"]

    assert edge["node"] == {"__typename": "Post", "author": {"username": "ann"}}
    assert page(api, "POST", "tea", after=edge["cursor"])["nodes"] == []


def test_an_edit_renews_what_a_post_is_found_by(api: Api, ann: Person) -> None:
    post = write(ann, "green tea")["id"]

    done(ann, "editPost", post, body="green coffee")

    assert [found(api, "POST", words) for words in ("tea", "coffee", "green")] == [
        [],
        ["green coffee"],
        ["green coffee"],
    ]


def test_a_deleted_post_is_not_found(api: Api, ann: Person) -> None:
    done(ann, "deletePost", write(ann, "tea")["id"])

    assert found(api, "POST", "tea") == found(ann.api, "POST", "tea") == []
    purge()
    assert PostWords.objects.count() == 0


def test_posts_of_the_deactivated_are_not_found(api: Api, ann: Person, bob: Person) -> None:
    make_post(ann, "tea")
    deactivate(ann)

    assert found(api, "POST", "tea") == found(bob.api, "POST", "tea") == []


def test_posts_for_followers_are_found_by_whom_they_are_for(api: Api, ann: Person, bob: Person) -> None:
    carol, dave = make_person("carol"), make_person("dave")
    write(ann, "tea for @carol", **FOR_FOLLOWERS)
    bob.api.do("follow", "user { id }", userId=ann.id)

    for reader in (ann.api, bob.api, carol.api):
        assert found(reader, "POST", "tea") == ["tea for @carol"]
    assert found(api, "POST", "tea") == found(dave.api, "POST", "tea") == []


def test_a_block_hides_both_ways(ann: Person, bob: Person) -> None:
    make_post(ann, "tea of ann")
    make_post(bob, "tea of bob")

    bob.api.do("block", "user { id }", userId=ann.id)

    assert found(ann.api, "POST", "tea") == ["tea of ann"]
    assert found(bob.api, "POST", "tea") == ["tea of bob"]


def test_a_mute_hides_from_whoever_muted(ann: Person, bob: Person) -> None:
    make_post(ann, "tea of ann")
    make_post(bob, "tea of bob")

    bob.api.do("mute", "user { id }", userId=ann.id)

    assert found(ann.api, "POST", "tea") == ["tea of bob", "tea of ann"]
    assert found(bob.api, "POST", "tea") == ["tea of bob"]

    bob.api.do("unmute", "user { id }", userId=ann.id)
    assert found(bob.api, "POST", "tea") == ["tea of bob", "tea of ann"]


@pytest.mark.parametrize("posts", [1, 30])
def test_a_page_and_all_about_it_takes_2_statements_and_1_for_who_asks(ann: Person, posts: int) -> None:
    for _ in range(posts):
        make_post(ann, "tea")
    after = page(ann.api, "POST", "te", first=0)

    with CaptureQueriesContext(connection) as captured:
        page(ann.api, "POST", "te", first=10, after=after["pageInfo"]["endCursor"])

    assert len(captured) == 3


def test_a_query_without_a_word_asks_nothing_of_the_database(api: Api) -> None:
    with CaptureQueriesContext(connection) as captured:
        api.read('{ search(query: "🎉", type: POST) { nodes { __typename } } }')

    assert len(captured) == 0


def test_a_refused_post_leaves_no_words(api: Api, ann: Person) -> None:
    ann.api.do("createPost", "post { id }", body="tea", replyToId="absent")

    assert PostWords.objects.count() == 0


def test_many_posts_are_indexed_with_a_statement_for_hundreds(api: Api, ann: Person) -> None:
    posts = Post.objects.bulk_create(Post(author=ann.user, body=f"tea {number}") for number in range(1000))

    with CaptureQueriesContext(connection) as captured:
        index_posts(posts)

    assert len(captured) == 3
    assert page(api, "POST", "tea")["totalCount"] == 1000


def test_words_are_taken_away_by_key_and_with_their_post(api: Api, ann: Person) -> None:
    posts = [make_post(ann, f"tea {number}") for number in range(3)]

    PostWords.objects.filter(pk=posts[0].pk).delete()
    posts[1].delete()

    assert found(api, "POST", "tea") == ["tea 2"]
    assert PostWords.objects.count() == 1


@pytest.mark.postgresql  # an index of SQLite's has no foreign keys
def test_words_of_no_post_are_refused(ann: Person) -> None:
    index_posts([Post(id=1, author=ann.user, body="tea")])

    with pytest.raises(IntegrityError), transaction.atomic():
        connection.check_constraints()
    PostWords.objects.filter(pk=1).delete()


@pytest.mark.postgresql  # SQLite's full-text search has no other way
@pytest.mark.parametrize("words", ["green te", "東京", "東"])
def test_words_come_from_the_index(ann: Person, words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = PostWords.objects.filter(tokens__matches=terms(words)).explain()

    assert "post_words_by_token" in plan
    assert "Seq Scan" not in plan


def test_the_time_of_a_post_is_the_order_whatever_its_words(api: Api, ann: Person) -> None:
    make_post(ann, "tea tea tea")
    make_post(ann, "a long text in which tea is only a word among many")

    assert [post.body[:1] for post in found_posts(None, query="tea").order_by("-pk")] == ["a", "t"]
    assert [body[:1] for body in found(api, "POST", "tea")] == ["a", "t"]


def test_editing_in_one_transaction_with_its_words(ann: Person, api: Api) -> None:
    post = make_post(ann, "tea")

    payload = make_person().api.do("editPost", "post { id }", postId=post_id(post), body="coffee")

    assert payload["errors"] != []
    assert found(api, "POST", "tea") == ["tea"]
