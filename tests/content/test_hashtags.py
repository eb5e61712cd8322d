"""Hashtags: which a text has, what they list, and how often they are counted."""

import itertools
from typing import Any

import pytest

from content.models import Hashtag
from tests.client import Api
from tests.content.large import purge
from tests.content.steps import done, feed, hashtags, look, tied, write
from tests.people import PASSWORD, Person, deactivate, make_post, reactivate

LONGEST = "x" * 64


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param("#tea", ["tea"], id="alone"),
        pytest.param(
            "I like #tea, #cake and (#milk)!", ["tea", "cake", "milk"], id="in a sentence, in order"
        ),
        pytest.param("#tea #TEA #Tea", ["tea"], id="once, in any case"),
        pytest.param("#ชาเย็น", ["ชาเย็น"], id="Thai, with marks"),
        pytest.param("#اَلشّاي", ["اَلشّاي"], id="Arabic, with marks"),
        pytest.param("#お茶", ["お茶"], id="Japanese"),
        pytest.param("#हिन्दी #चाय", ["हिन्दी", "चाय"], id="Hindi, with marks"),
        pytest.param("#Ünïcödé", ["ünïcödé"], id="accents"),
        pytest.param("#Cafe\u0301", ["caf\u00e9"], id="decomposed"),
        pytest.param("#İstanbul", ["i\u0307stanbul"], id="a dotted capital I"),
        pytest.param("#STRASSE #Straße", ["strasse", "straße"], id="sharp s"),
        pytest.param("#ΣΑΣ", ["σας"], id="a final sigma"),
        pytest.param("#2026", [], id="digits only"),
        pytest.param("#٢٠٢٦", [], id="Arabic digits only"),
        pytest.param("#_", [], id="an underscore only"),
        pytest.param("#__1__", [], id="no letter"),
        pytest.param("#2026in #in2026 #_in_", ["2026in", "in2026", "_in_"], id="a letter among them"),
        pytest.param("a#b", [], id="after a letter"),
        pytest.param("é#b", [], id="after a letter beyond ASCII"),
        pytest.param("ชี#b", [], id="after a mark"),
        pytest.param("1#b", [], id="after a digit"),
        pytest.param("_#b", ["b"], id="after an underscore"),
        pytest.param("##x", ["x"], id="two #"),
        pytest.param("#x#y", ["x"], id="two without a space"),
        pytest.param("#️⃣ #️⃣x", [], id="a keycap"),
        pytest.param("\U0001f600#b", ["b"], id="after an emoji"),
        pytest.param("#b\U0001f600 #\U0001f600", ["b"], id="an emoji is no letter"),
        pytest.param("#tea-time #tea.", ["tea"], id="ends at a dash"),
        pytest.param("# tea #", [], id="a # alone"),
        pytest.param("\uff03tea", [], id="a wide # is none"),
        pytest.param(f"#{LONGEST}", [LONGEST], id="64 characters"),
        pytest.param(f"#{LONGEST}x #b", ["b"], id="65 characters are plain text"),
        pytest.param("#" + "İ" * 32, ["i\u0307" * 32], id="64 characters in lower case"),
        pytest.param("#" + "İ" * 33, [], id="66 characters in lower case"),
        pytest.param("#" + "\U00020000" * 64, ["\U00020000" * 64], id="64 characters of four bytes"),
        pytest.param("https://example.com/#top", ["top"], id="in an address"),
        pytest.param("#ab\u200dcd", ["ab"], id="a joiner ends it"),
    ],
)
def test_hashtags_of_a_text(ann: Person, body: str, found: list[str]) -> None:
    assert hashtags(ann.api, write(ann, body)["id"]) == dict.fromkeys(found, 1)


def test_the_first_30_count(ann: Person, api: Api) -> None:
    post = write(ann, " ".join(f"#t{number}" for number in range(31)) + " #t0")["id"]

    assert list(hashtags(api, post)) == [f"t{number}" for number in range(30)]
    assert feed(api, hashtag="t30") == []


def test_words_that_are_none_do_not_count_among_the_30(ann: Person, api: Api) -> None:
    post = write(ann, " ".join(f"#{number}" for number in range(40)) + " #tea")["id"]

    assert list(hashtags(api, post)) == ["tea"]


def tag(api: Api, name: str, post: str, fields: str) -> Any:
    """A hashtag of a post, looked up by its ID."""
    tags = look(api, post, "hashtags { id name }")["hashtags"]
    found = next(each["id"] for each in tags if each["name"] == name)
    return api.read(f'{{ node(id: "{found}") {{ ... on Hashtag {{ {fields} }} }} }}')["node"]


def test_a_hashtag_lists_its_posts_newest_first_with_replies(ann: Person, bob: Person, api: Api) -> None:
    one = write(ann, "#tea")["id"]
    write(ann, "#teapot")
    reply = write(bob, "More #Tea", replyToId=one)["id"]

    read = tag(api, "tea", one, "name postCount posts { totalCount nodes { id } }")

    posts = {"totalCount": 2, "nodes": [{"id": reply}, {"id": one}]}
    assert read == {"name": "tea", "postCount": 2, "posts": posts}


def test_a_hashtag_is_read_page_by_page(ann: Person, api: Api) -> None:
    posts = [write(ann, "#tea")["id"] for _ in range(3)][::-1]
    fields = "posts(first: 2%s) { nodes { id } pageInfo { hasNextPage endCursor } }"

    first = tag(api, "tea", posts[0], fields % "")["posts"]
    second = tag(api, "tea", posts[0], fields % f', after: "{first["pageInfo"]["endCursor"]}"')["posts"]

    assert [[post["id"] for post in page["nodes"]] for page in (first, second)] == [posts[:2], posts[2:]]


@pytest.mark.parametrize("wanted", ["tea", "#tea", "TEA", "#Tea", " #tea\n"])
def test_the_feed_of_a_hashtag(ann: Person, api: Api, wanted: str) -> None:
    post = write(ann, "#Tea")["id"]
    write(ann, "#teapot and tea")
    write(ann, "#tea", replyToId=post)

    assert feed(api, hashtag=wanted) == [post]


def test_the_feed_of_a_hashtag_with_replies(ann: Person, api: Api) -> None:
    post = write(ann, "#tea")["id"]
    reply = write(ann, "#tea", replyToId=post)["id"]

    assert feed(api, hashtag="tea", includeReplies=True) == [reply, post]


@pytest.mark.parametrize(("written", "wanted"), [("#Cafe\u0301", "CAF\u00c9"), ("#caf\u00e9", "cafe\u0301")])
def test_composed_or_not_is_the_same_hashtag(ann: Person, api: Api, written: str, wanted: str) -> None:
    post = write(ann, written)["id"]

    assert feed(api, hashtag=wanted) == [post]


@pytest.mark.parametrize("wanted", ["te", "##tea", "tea cake", "%", "t_a", "x" * 5000, "te\x00a", "\ud800"])
def test_the_feed_of_what_is_no_hashtag_is_empty(ann: Person, api: Api, wanted: str) -> None:
    write(ann, "#tea")

    assert feed(api, hashtag=wanted) == []


def test_null_is_as_if_left_out(ann: Person, api: Api) -> None:
    post = write(ann, "#tea")["id"]

    assert feed(api, hashtag=None) == [post]


def test_filters_are_all_to_be_met(ann: Person, bob: Person, api: Api) -> None:
    posts = [write(person, "#tea")["id"] for person in (ann, bob)]
    done(ann, "likePost", posts[1])

    assert feed(api, hashtag="tea", authorId=ann.id) == [posts[0]]
    assert feed(api, hashtag="tea", unliked=False) == [posts[1]]
    assert feed(api, {"field": "LIKE_COUNT"}, hashtag="tea") == [posts[1], posts[0]]


def test_it_counts_posts_not_uses(ann: Person, bob: Person, api: Api) -> None:
    one = write(ann, "#tea #tea #TEA")["id"]
    write(bob, "#tea", replyToId=one)

    assert hashtags(api, one) == {"tea": 2}


def test_an_edit_renews_hashtags_and_their_counts(ann: Person, api: Api) -> None:
    other = write(ann, "#tea #milk #cake")["id"]
    post = write(ann, "#tea #milk")["id"]

    done(ann, "editPost", post, body="#cake #tea #new")

    assert list(hashtags(api, post)) == ["cake", "tea", "new"]
    assert hashtags(api, post) == {"cake": 2, "tea": 2, "new": 1}
    assert hashtags(api, other) == {"tea": 2, "milk": 1, "cake": 2}


def test_an_edit_that_only_reorders_changes_the_order(ann: Person, api: Api) -> None:
    post = write(ann, "#one #two")["id"]

    done(ann, "editPost", post, body="#two #one")

    assert list(hashtags(api, post).items()) == [("two", 1), ("one", 1)]


def test_an_edit_without_hashtags_forgets_all(ann: Person, api: Api) -> None:
    other, post = write(ann, "#tea")["id"], write(ann, "#tea")["id"]

    done(ann, "editPost", post, body="Plain.")

    assert (hashtags(api, post), hashtags(api, other), feed(api, hashtag="tea")) == ({}, {"tea": 1}, [other])


def test_a_repeated_edit_counts_once(ann: Person, api: Api) -> None:
    post = write(ann, "Plain.")["id"]
    for body in ("#tea", "#tea", "#tea and more", "#tea"):
        done(ann, "editPost", post, body=body)

    assert hashtags(api, post) == {"tea": 1}


def test_a_deleted_post_is_counted_and_listed_no_more(ann: Person, api: Api) -> None:
    other, post = write(ann, "#tea")["id"], write(ann, "#tea #milk")["id"]

    for _ in range(2):
        done(ann, "deletePost", post)

    assert (hashtags(api, other), feed(api, hashtag="tea")) == ({"tea": 1}, [other])
    assert Hashtag.objects.filter(name="milk", post_count__gt=0).count() == 0


def test_a_hashtag_that_no_post_has_any_more_is_gone_with_the_edit(ann: Person) -> None:
    write(ann, "#tea", visibility="FOLLOWERS")
    post = write(ann, "#tea #milk #cake")["id"]

    done(ann, "editPost", post, body="#cake")

    assert set(Hashtag.objects.values_list("name", flat=True)) == {"tea", "cake"}


@pytest.mark.parametrize("visibility", ["PUBLIC", "FOLLOWERS"])
def test_a_hashtag_that_no_post_has_any_more_is_gone_with_the_post(ann: Person, visibility: str) -> None:
    write(ann, "#tea", visibility="FOLLOWERS")
    post = write(ann, "#tea #milk", visibility=visibility)["id"]
    done(ann, "deletePost", post)

    purge()

    assert set(Hashtag.objects.values_list("name", flat=True)) == {"tea"}


def test_a_hashtag_of_no_post_is_no_node(ann: Person, api: Api) -> None:
    post = write(ann, "#tea")["id"]
    found = look(api, post, "hashtags { id }")["hashtags"][0]["id"]

    done(ann, "deletePost", post)

    assert api.read(f'{{ node(id: "{found}") {{ id }} }}') == {"node": None}


def test_posts_of_the_deactivated_are_counted_but_not_listed(ann: Person, bob: Person, api: Api) -> None:
    one, _ = write(ann, "#tea")["id"], write(bob, "#tea")["id"]

    deactivate(bob)

    read = tag(api, "tea", one, "postCount posts { totalCount nodes { id } }")
    assert read == {"postCount": 2, "posts": {"totalCount": 1, "nodes": [{"id": one}]}}


def known(api: Api, name: str, hashtag: str) -> tuple[list[str], bool]:
    """What a search for a hashtag finds, and whether its ID does."""
    document = """query($name: String!, $id: ID!) { node(id: $id) { id }
        search(query: $name, type: HASHTAG) { nodes { ... on Hashtag { name } } } }"""
    read = api.read(document, name=name, id=hashtag)
    return [tag["name"] for tag in read["search"]["nodes"]], read["node"] is not None


def test_a_hashtag_that_only_the_deactivated_use_is_hidden_until_they_are_back(
    ann: Person, bob: Person, api: Api
) -> None:
    post = write(bob, "#slur", replyToId=write(ann, "#tea")["id"])["id"]
    hashtag = look(api, post, "hashtags { id }")["hashtags"][0]["id"]

    deactivate(bob)
    assert [known(each, "slur", hashtag) for each in (api, ann.api)] == [([], False)] * 2

    reactivate(bob)
    assert [known(each, "slur", hashtag) for each in (api, ann.api)] == [(["slur"], True)] * 2


def test_a_hashtag_that_only_a_deleted_account_used_is_gone_at_once(
    ann: Person, bob: Person, api: Api
) -> None:
    hashtag = look(api, write(bob, "#slur")["id"], "hashtags { id }")["hashtags"][0]["id"]

    assert bob.api.do("deleteAccount", "deletedUserId", password=PASSWORD)["errors"] == []

    assert [known(each, "slur", hashtag) for each in (api, ann.api)] == [([], False)] * 2


def test_a_hashtag_of_whom_one_blocks_is_known(ann: Person, bob: Person) -> None:
    hashtag = look(ann.api, write(bob, "#tea")["id"], "hashtags { id }")["hashtags"][0]["id"]

    tied(ann, "block", bob)

    assert known(ann.api, "tea", hashtag) == (["tea"], True)


def test_the_same_post_sent_again_counts_once(ann: Person, api: Api) -> None:
    posts = [write(ann, "#tea", idempotencyKey="k")["id"] for _ in range(3)]

    assert hashtags(api, posts[0]) == {"tea": 1}


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize(
    ("size", "end", "side"), [("first", "endCursor", "after"), ("last", "startCursor", "before")]
)
def test_the_pages_of_a_hashtags_feed_join_up(
    api: Api, ann: Person, direction: str, size: str, end: str, side: str
) -> None:
    for number in range(12):
        make_post(ann, f"{number} #{'tea' if number % 3 else 'coffee'} #more")
    list_ = f'filter: {{hashtag: "tea"}}, orderBy: {{field: CREATED_AT, direction: {direction}}}'
    query = f"""query($at: String) {{ feed({list_}, {size}: 3, {side}: $at) {{
        nodes {{ body }} pageInfo {{ hasNextPage hasPreviousPage {end} }} }} }}"""

    pages: list[list[str]] = []
    more, at = [], None
    while len(pages) < 3:
        page = api.read(query, at=at)["feed"]
        pages.append([node["body"].split()[0] for node in page["nodes"]])
        more.append((page["pageInfo"]["hasPreviousPage"], page["pageInfo"]["hasNextPage"]))
        at = page["pageInfo"][end]

    forward = size == "first"
    read = itertools.chain(*(pages if forward else pages[::-1]))
    assert list(read) == sorted(
        ["1", "2", "4", "5", "7", "8", "10", "11"], key=int, reverse=direction == "DESC"
    )
    assert more == (
        [(False, True), (True, True), (True, False)]
        if forward
        else [(True, False), (True, True), (False, True)]
    )


def test_what_is_no_hashtag_has_no_pages(api: Api, ann: Person) -> None:
    make_post(ann, "#tea")
    cursor = api.read("{ feed { pageInfo { endCursor } } }")["feed"]["pageInfo"]["endCursor"]
    query = "query($tag: String, $at: String) { feed(filter: {hashtag: $tag}, before: $at) { nodes { id } } }"

    assert api.read(query, tag="\0", at=cursor) == {"feed": {"nodes": []}}
