"""Whom a post mentions, and who is told."""

import pytest

from content.models import Mention
from tests.client import Api
from tests.content.steps import done, mentions, tied, told, write
from tests.people import Person, deactivate, make_person


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param("@bob", ["bob"], id="alone"),
        pytest.param("Hi @bob, how are you?", ["bob"], id="before a comma"),
        pytest.param("(@bob)", ["bob"], id="in brackets"),
        pytest.param("@bob.", ["bob"], id="before a full stop"),
        pytest.param("@bob's", ["bob"], id="before an apostrophe"),
        pytest.param("@bob-@carol", ["bob", "carol"], id="before a dash"),
        pytest.param("@carol\n@bob", ["carol", "bob"], id="on two lines, in their order"),
        pytest.param("@BOB and @Carol", ["bob", "carol"], id="in any case"),
        pytest.param("@bob @bob @BOB", ["bob"], id="once, however often"),
        pytest.param("@bob @nobody_here @carol", ["bob", "carol"], id="unknown names are plain text"),
        pytest.param("@bobby", [], id="a longer name is another name"),
        pytest.param("@bob_", [], id="an underscore belongs to the name"),
        pytest.param("@bobé", [], id="a letter that no name has"),
        pytest.param("@bo @b @", [], id="shorter than any name"),
        pytest.param("@" + "b" * 31, [], id="longer than any name"),
        pytest.param("x@bob", [], id="after a letter"),
        pytest.param("é@bob", [], id="after a letter beyond ASCII"),
        pytest.param("ไทย@bob", [], id="after a letter without case"),
        pytest.param("กี@bob", [], id="after a mark"),
        pytest.param("1@bob", [], id="after a digit"),
        pytest.param("_@bob", ["bob"], id="after an underscore"),
        pytest.param("@@bob", ["bob"], id="after another @"),
        pytest.param("#@bob", ["bob"], id="after a #"),
        pytest.param("\U0001f600@bob", ["bob"], id="after an emoji"),
        pytest.param("me@bob.com", [], id="an address"),
        pytest.param("me.@bob.com", [], id="an address with a dot before the @"),
        pytest.param("me+@bob.com", [], id="an address with a plus before the @"),
        pytest.param("Mail carol_@bob.com!", [], id="an address with an underscore before the @"),
        pytest.param("@bob\uff20carol", ["bob"], id="a wide @ is none"),
    ],
)
def test_people_a_text_mentions(ann: Person, bob: Person, carol: Person, body: str, found: list[str]) -> None:
    assert mentions(ann.api, write(ann, body)["id"]) == found


def test_all_see_who_is_mentioned_under_the_name_as_written_at_signup(ann: Person, api: Api) -> None:
    make_person("Zoe")

    assert mentions(api, write(ann, "@zoe")["id"]) == ["Zoe"]


def test_one_may_mention_oneself_untold(ann: Person) -> None:
    post = write(ann, "@ann")["id"]

    assert (mentions(ann.api, post), told(ann)) == (["ann"], [])


def test_the_first_30_who_exist_count(ann: Person) -> None:
    people = [make_person(f"p{number:02}") for number in range(31)]
    body = " ".join(f"@nobody{number}" for number in range(100)) + " "
    body += " ".join(f"@p{number:02}" for number in range(31))

    post = write(ann, body)["id"]

    assert mentions(ann.api, post) == [f"p{number:02}" for number in range(30)]
    assert [len(told(person)) for person in people[28:]] == [1, 1, 0]


def test_a_thousand_names_of_nobody_are_plain_text(ann: Person, bob: Person) -> None:
    body = "".join(f"@{number:03} " for number in range(980)) + "@bob"

    post = write(ann, body)

    assert (post["body"], mentions(ann.api, post["id"])) == (body, ["bob"])


def test_an_edit_renews_them(ann: Person, bob: Person, carol: Person) -> None:
    post = write(ann, "@bob @carol")["id"]
    make_person("dave")

    done(ann, "editPost", post, body="@dave @bob")

    assert mentions(ann.api, post) == ["dave", "bob"]


def test_who_is_newly_mentioned_by_an_edit_is_told_once(ann: Person, bob: Person, carol: Person) -> None:
    post = write(ann, "@bob")["id"]
    for body in ("@bob @carol", "@carol", "Nobody.", "@carol and @bob", "@carol @bob"):
        done(ann, "editPost", post, body=body)

    assert told(bob) == told(carol) == [("MENTION", "ann", post)]


def test_an_edit_without_names_forgets_all(ann: Person, bob: Person) -> None:
    post = write(ann, "@bob")["id"]

    done(ann, "editPost", post, body="Nobody.")

    assert (mentions(ann.api, post), Mention.objects.count()) == ([], 0)


def test_who_joins_later_is_not_mentioned_by_what_was_written_before(ann: Person) -> None:
    post = write(ann, "@dave")["id"]

    dave = make_person("dave")

    assert (mentions(ann.api, post), told(dave)) == ([], [])


def test_the_deactivated_cannot_be_mentioned(ann: Person, bob: Person) -> None:
    before = write(ann, "@bob")["id"]
    deactivate(bob)

    assert (mentions(ann.api, before), mentions(ann.api, write(ann, "@bob!")["id"])) == ([], [])


def test_a_mute_keeps_nobody_from_mentioning(ann: Person, bob: Person) -> None:
    tied(bob, "mute", ann)

    post = write(ann, "@bob")["id"]

    assert (mentions(ann.api, post), told(bob)) == (["bob"], [])
