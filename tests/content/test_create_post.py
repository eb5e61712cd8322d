"""Publishing a post."""

import json
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.models import Post
from tests.client import Api, problems
from tests.content.steps import ABSENT_POST, POST, feed, look, post_count, write
from tests.people import Person

FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"
MARKED = "\N{RIGHT-TO-LEFT OVERRIDE}abc\N{POP DIRECTIONAL FORMATTING}\N{RIGHT-TO-LEFT MARK}"


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        pytest.param("a", "a", id="one character"),
        pytest.param("x" * 5000, "x" * 5000, id="5,000 characters"),
        pytest.param("\U0001f600" * 5000, "\U0001f600" * 5000, id="5,000 characters beyond 16 bits"),
        pytest.param("e\u0301" * 5000, "\u00e9" * 5000, id="5,000 characters once composed"),
        pytest.param("x" + "\r\n" * 4998 + "x", "x" + "\n" * 4998 + "x", id="5,000 with line ends of one"),
        pytest.param(" " + "x" * 5000 + "\n\t ", "x" * 5000, id="5,000 characters once trimmed"),
        pytest.param("\n\t a\tb\n\nc \u3000\u00a0", "a\tb\n\nc", id="tab and newline inside stay"),
        pytest.param("a\r\nb\rc\nd", "a\nb\nc\nd", id="line ends"),
        pytest.param("e\u0301", "\u00e9", id="NFC"),
        pytest.param("\ufb01", "\ufb01", id="not NFKC"),
        pytest.param(MARKED, MARKED, id="right-to-left marks"),
        pytest.param(FAMILY, FAMILY, id="joined emoji"),
        pytest.param("<b>&amp;</b> \\u0000 %s {x}", "<b>&amp;</b> \\u0000 %s {x}", id="markup is text"),
    ],
)
def test_text_is_stored_as_written_but_composed_and_trimmed(ann: Person, sent: str, stored: str) -> None:
    assert look(Api(), write(ann, sent)["id"])["body"] == stored


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        pytest.param("", "REQUIRED", id="empty"),
        pytest.param("   ", "REQUIRED", id="only spaces"),
        pytest.param("\r\n\t\u3000\u00a0\u2028", "REQUIRED", id="only white space of other kinds"),
        pytest.param("x" * 5001, "TOO_LONG", id="5,001 characters"),
        pytest.param("\U0001f600" * 5001, "TOO_LONG", id="5,001 characters beyond 16 bits"),
        pytest.param("a\x00b", "INVALID", id="NUL"),
        pytest.param("\x00", "INVALID", id="only NUL"),
        pytest.param("a\ud800b", "INVALID", id="half a pair"),
        pytest.param("a\udc00b", "INVALID", id="the other half"),
        pytest.param("\udc00\ud800", "INVALID", id="a pair the wrong way round"),
        *(pytest.param(f"a{chr(n)}b", "INVALID", id=f"U+{n:04X}") for n in (7, 8, 11, 12, 27, 31, 127)),
        *(pytest.param(f"a{chr(n)}b", "INVALID", id=f"U+{n:04X}") for n in (128, 133, 159)),
    ],
)
def test_text_that_cannot_be_published_is_refused(ann: Person, sent: str, code: str) -> None:
    payload = ann.api.do("createPost", "post { id } postEdge { cursor }", body=sent)

    assert problems(payload) == [(code, "input.body")]
    assert (payload["post"], payload["postEdge"]) == (None, None)
    assert not Post.objects.exists()
    assert post_count(ann) == 0


def expected(sent: str) -> str:
    """The stored text or the code, worked out another way."""
    text = json.loads(json.dumps(sent))  # two halves of a pair that met are one character on the wire
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if any(unicodedata.category(each) in ("Cc", "Cs") and each not in "\t\n" for each in text):
        return "INVALID"
    return unicodedata.normalize("NFC", text).strip() or "REQUIRED"


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sent=st.text(
        st.one_of(st.characters(codec=None), st.sampled_from("\x00\x85\r\n\t \u0301e\ud800")), max_size=20
    )
)
def test_any_text_is_stored_or_refused_by_the_same_rule(ann: Person, sent: str) -> None:
    payload = ann.api.do("createPost", "post { body }", body=sent)

    told = payload["post"]["body"] if payload["post"] else payload["errors"][0]["code"]
    assert told == expected(sent)


def test_the_payload_shows_the_new_post(ann: Person) -> None:
    payload = ann.api.do(
        "createPost", f"post {{ {POST} visible: id }} postEdge {{ node {{ id }} }}", body="Hi."
    )

    post = payload["post"]
    assert payload["errors"] == []
    assert (post["body"], post["author"], post["replyTo"]) == ("Hi.", {"id": ann.id}, None)
    assert (post["likeCount"], post["replyCount"], post["viewerHasLiked"]) == (0, 0, False)
    assert post["editedAt"] is None
    assert payload["postEdge"] == {"node": {"id": post["id"]}}


def test_a_new_post_is_the_first_in_the_feed_and_counted(ann: Person, api: Api) -> None:
    first, second = write(ann, "1"), write(ann, "2")

    assert feed(api) == [second["id"], first["id"]]
    assert post_count(ann) == 2


def test_the_cursor_of_the_new_edge_works_in_the_feed_and_in_the_authors_posts(ann: Person, api: Api) -> None:
    older = write(ann, "older")
    payload = ann.api.do("createPost", "postEdge { cursor }", body="newer")
    write(ann, "newest")

    document = """query($after: String!, $name: String!) { feed(after: $after) { nodes { id } }
        user(username: $name) { posts(after: $after) { nodes { id } } } }"""
    read = api.read(document, after=payload["postEdge"]["cursor"], name="ann")
    assert read["feed"]["nodes"] == read["user"]["posts"]["nodes"] == [{"id": older["id"]}]


def test_every_mistake_is_told_at_once(ann: Person) -> None:
    payload = ann.api.do(
        "createPost", "post { id }", body=" ", replyToId=ABSENT_POST, idempotencyKey="k" * 65
    )

    assert sorted(problems(payload)) == [
        ("NOT_FOUND", "input.replyToId"),
        ("REQUIRED", "input.body"),
        ("TOO_LONG", "input.idempotencyKey"),
    ]


def test_what_is_null_is_as_if_left_out(ann: Person) -> None:
    assert write(ann, replyToId=None, idempotencyKey=None)["replyTo"] is None


@pytest.mark.parametrize("mutation", ["createPost", "editPost", "deletePost", "likePost", "unlikePost"])
def test_writing_needs_sign_in(api: Api, ann: Person, mutation: str) -> None:
    post = write(ann)
    given = {"createPost": 'body: "x"', "editPost": f'postId: "{post["id"]}", body: "x"'}
    about = given.get(mutation, f'postId: "{post["id"]}"')

    reply = api.send(f"mutation {{ {mutation}(input: {{ {about} }}) {{ errors {{ code }} }} }}")

    assert (reply.status, reply.codes, reply.data) == (200, ["UNAUTHENTICATED"], {mutation: None})
    assert reply.errors[0]["path"] == [mutation]
    assert look(api, post["id"]) == post
    assert feed(api) == [post["id"]]
