"""Changing one's profile: what is left out stays, null clears, mistakes change nothing."""

from typing import Any

import pytest

from accounts.models import User
from tests.accounts.steps import profile
from tests.client import Api, problems
from tests.people import Person, make_post, post_id

EVERYTHING: dict[str, Any] = {
    "displayName": "Ann Lee",
    "bio": "First line.\nSecond line.",
    "location": "Manchester",
    "website": "https://ann.example/",
    "avatarUrl": "http://ann.example/me.png?size=2#top",
    "company": {"name": "Shakers", "domain": "shakers.example", "title": "Founder"},
}
CLEARED: dict[str, Any] = {**dict.fromkeys(EVERYTHING), "displayName": "ann"}
FROM_ENRICHMENT = {"description": None, "logoUrl": None}
SHOWN: dict[str, Any] = {**EVERYTHING, "company": {**EVERYTHING["company"], **FROM_ENRICHMENT}}


def edit(person: Person, **changes: Any) -> Any:
    """The payload of `updateProfile`."""
    return person.api.do("updateProfile", "user { displayName }", **changes)


def shown(api: Api) -> dict[str, Any]:
    """Ann's profile, as somebody sees it."""
    everything = profile(api, "ann")
    return {name: everything[name] for name in EVERYTHING}


def test_everybody_sees_what_was_written(ann: Person, bob: Person) -> None:
    assert edit(ann, **EVERYTHING) == {"user": {"displayName": "Ann Lee"}, "errors": []}

    assert shown(ann.api) == shown(bob.api) == shown(Api()) == SHOWN


@pytest.mark.parametrize("name", EVERYTHING)
def test_what_is_left_out_stays(ann: Person, name: str) -> None:
    edit(ann, **EVERYTHING)

    edit(ann, **{name: {"name": "Other"} if name == "company" else "https://other.example"})

    others = [each for each in EVERYTHING if each != name]
    assert {each: shown(ann.api)[each] for each in others} == {each: SHOWN[each] for each in others}
    assert shown(ann.api)[name] != SHOWN[name]


@pytest.mark.parametrize("name", EVERYTHING)
def test_null_clears_one_field_only(ann: Person, name: str) -> None:
    edit(ann, **EVERYTHING)

    edit(ann, **{name: None})

    assert shown(ann.api) == {**SHOWN, name: CLEARED[name]}


@pytest.mark.parametrize("name", ["displayName", "bio", "location", "website", "avatarUrl"])
@pytest.mark.parametrize("text", ["", " \n\t "])
def test_empty_text_clears_too(ann: Person, name: str, text: str) -> None:
    edit(ann, **EVERYTHING)

    edit(ann, **{name: text})

    assert shown(ann.api)[name] == CLEARED[name]


def test_an_empty_input_changes_nothing(ann: Person) -> None:
    edit(ann, **EVERYTHING)

    assert edit(ann)["errors"] == []

    assert shown(ann.api) == SHOWN


def test_the_payload_shows_the_profile_as_it_is_now(ann: Person) -> None:
    document = """mutation {
        a: updateProfile(input: {bio: "one"}) { user { bio location isViewer } }
        b: updateProfile(input: {location: "two"}) { user { bio location isViewer } } }"""

    data = ann.api.read(document)

    assert data["a"]["user"] == {"bio": "one", "location": None, "isViewer": True}
    assert data["b"]["user"] == {"bio": "one", "location": "two", "isViewer": True}


def test_nobody_else_is_changed(ann: Person, bob: Person) -> None:
    before = User.objects.values().get(username="bob")

    edit(ann, **EVERYTHING)

    assert User.objects.values().get(username="bob") == before


@pytest.mark.parametrize(("name", "longest"), [("displayName", 50), ("bio", 500), ("location", 100)])
@pytest.mark.parametrize("letter", ["x", "🙂", "e\u0301"])
def test_lengths_count_characters(ann: Person, name: str, longest: int, letter: str) -> None:
    assert edit(ann, **{name: f"  {letter * longest}  "})["errors"] == []

    assert problems(edit(ann, **{name: letter * (longest + 1)})) == [("TOO_LONG", f"input.{name}")]


@pytest.mark.parametrize(
    "url",
    [
        "http://ann.example",
        "HTTPS://ANN.example/Path?q=1&r=ä#x",
        "https://bücher.example/",
        "http://127.0.0.1:8000/",
        "http://[::1]/",
        "https://ann.example/" + "x" * 280,
    ],
)
@pytest.mark.parametrize("name", ["website", "avatarUrl"])
def test_a_web_address_is_kept_as_text(ann: Person, name: str, url: str) -> None:
    assert edit(ann, **{name: f" {url}\n"})["errors"] == []

    assert shown(Api())[name] == url


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ann.example", "INVALID"),
        ("//ann.example", "INVALID"),
        ("javascript:alert(1)", "INVALID"),
        ("JavaScript://ann.example/%0aalert(1)", "INVALID"),
        ("data:text/html,hello", "INVALID"),
        ("ftp://ann.example", "INVALID"),
        ("mailto:ann@example.com", "INVALID"),
        ("http://", "INVALID"),
        ("https:///path", "INVALID"),
        ("http:ann.example", "INVALID"),
        ("https://two words.example", "INVALID"),
        ("https://ann.example/\nSet-Cookie: x", "INVALID"),
        ('https://ann.example/"onload="x', "INVALID"),
        ("https://ann.example/<script>", "INVALID"),
        ("http://[::1", "INVALID"),
        ("http://ann.example:port/", "INVALID"),
        ("http://ann.example:99999/", "INVALID"),
        ("https://ann.example/\x00", "INVALID"),
        ("https://ann.example/\ud800", "INVALID"),
        ("https://ann.example/" + "x" * 281, "TOO_LONG"),
        ("x" * 10_000, "TOO_LONG"),
    ],
)
@pytest.mark.parametrize("name", ["website", "avatarUrl"])
def test_what_is_no_web_address_is_refused(ann: Person, name: str, url: str, code: str) -> None:
    assert problems(edit(ann, **{name: url})) == [(code, f"input.{name}")]


@pytest.mark.parametrize(
    ("company", "kept"),
    [
        ({"name": " Shakers\n"}, {"name": "Shakers", "domain": None, "title": None}),
        ({"name": "x" * 100}, {"name": "x" * 100, "domain": None, "title": None}),
        ({"name": "A", "domain": None, "title": None}, {"name": "A", "domain": None, "title": None}),
        ({"name": "A", "domain": "", "title": " "}, {"name": "A", "domain": None, "title": None}),
        (
            {"name": "A", "domain": " Shakers.EXAMPLE "},
            {"name": "A", "domain": "shakers.example", "title": None},
        ),
        ({"name": "A", "title": "x" * 100}, {"name": "A", "domain": None, "title": "x" * 100}),
    ],
)
def test_a_company_is_kept_as_a_whole(ann: Person, company: dict[str, Any], kept: dict[str, Any]) -> None:
    edit(ann, **EVERYTHING)

    assert edit(ann, company=company)["errors"] == []

    assert shown(Api())["company"] == {**kept, **FROM_ENRICHMENT}


@pytest.mark.parametrize(
    ("company", "refused"),
    [
        ({"name": ""}, [("REQUIRED", "name")]),
        ({"name": " \n"}, [("REQUIRED", "name")]),
        ({"name": "x" * 101}, [("TOO_LONG", "name")]),
        ({"name": "A\x00"}, [("INVALID", "name")]),
        ({"name": "A", "title": "x" * 101}, [("TOO_LONG", "title")]),
        ({"name": "A", "domain": "https://shakers.example"}, [("INVALID", "domain")]),
        ({"name": "A", "domain": "shakers"}, [("INVALID", "domain")]),
        ({"name": "A", "domain": "-a.example"}, [("INVALID", "domain")]),
        ({"name": "A", "domain": "a b.example"}, [("INVALID", "domain")]),
        ({"name": "A", "domain": "x." * 127 + "example"}, [("INVALID", "domain")]),
        ({"name": "A", "domain": "\ud800.example"}, [("INVALID", "domain")]),
        (
            {"name": "", "domain": "x", "title": "\x07"},
            [("REQUIRED", "name"), ("INVALID", "title"), ("INVALID", "domain")],
        ),
    ],
)
def test_a_bad_company_is_refused(
    ann: Person, company: dict[str, str], refused: list[tuple[str, str]]
) -> None:
    found = problems(edit(ann, company=company))

    assert found == [(code, f"input.company.{name}") for code, name in refused]


def test_all_mistakes_are_told_at_once_and_change_nothing(ann: Person) -> None:
    edit(ann, **EVERYTHING)
    wrong = {"displayName": "x" * 51, "bio": "\x00", "location": "x" * 101, "website": "x", "avatarUrl": "y"}

    payload = edit(ann, **wrong, company={"name": ""})

    assert payload["user"] is None
    assert problems(payload) == [
        ("TOO_LONG", "input.displayName"),
        ("INVALID", "input.bio"),
        ("TOO_LONG", "input.location"),
        ("INVALID", "input.website"),
        ("INVALID", "input.avatarUrl"),
        ("REQUIRED", "input.company.name"),
    ]
    assert shown(ann.api) == SHOWN


def test_one_mistake_keeps_good_changes_back_too(ann: Person) -> None:
    edit(ann, bio="Fine.", website="nonsense")

    assert shown(ann.api) == CLEARED


@pytest.mark.parametrize("name", ["username", "email", "isStaff", "emailVerification", "postCount", "id"])
def test_nothing_else_can_be_changed(ann: Person, name: str) -> None:
    document = "mutation($i: UpdateProfileInput!) { updateProfile(input: $i) { user { id } } }"

    assert ann.api.send(document, {"i": {name: "x"}}).codes == ["BAD_USER_INPUT"]


def test_somebody_rejected_reads_but_writes_nothing(ann: Person, bob: Person) -> None:
    post = make_post(bob)
    User.objects.filter(username="ann").update(email_verification="REJECTED")

    refusals = [
        problems(edit(ann, bio="x")),
        problems(ann.api.do("createPost", "post { id }", body="x")),
        problems(ann.api.do("likePost", "post { id }", postId=post_id(post))),
    ]

    assert refusals == [[("NOT_ALLOWED", None)]] * 3
    assert shown(ann.api) == CLEARED
    assert ann.api.read("{ viewer { email emailVerification } }") == {
        "viewer": {"email": "ann@example.com", "emailVerification": "REJECTED"}
    }


@pytest.mark.parametrize("state", ["CONFIRMED", "VALID", "UNCONFIRMED", "PENDING"])
def test_everybody_else_may_write(ann: Person, state: str) -> None:
    User.objects.update(email_verification=state)

    assert edit(ann, bio="x")["errors"] == []
