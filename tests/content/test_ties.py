"""Follow, block, mute and their opposites: what all of them do and refuse."""

from typing import Any

import pytest

from content.models import Block, Follow, Mute
from tests.client import Api, problems
from tests.content.steps import NO_USERS, mine, profile, reject, theirs, tie, tied
from tests.people import Person, deactivate, make_person, reactivate

OPPOSITES = {"follow": "unfollow", "block": "unblock", "mute": "unmute"}
ALL = [*OPPOSITES, *OPPOSITES.values()]
KNOWN = {"follow": "viewerIsFollowing", "block": "viewerHasBlocked", "mute": "viewerHasMuted"}
LISTS = {"block": "blocks", "mute": "mutes"}
every_mutation = pytest.mark.parametrize("mutation", ALL)
every_tie = pytest.mark.parametrize("mutation", OPPOSITES)


def rows_there_are() -> int:
    return Follow.objects.count() + Block.objects.count() + Mute.objects.count()


@every_tie
def test_it_is_known_at_once_to_who_did_it(ann: Person, bob: Person, mutation: str) -> None:
    assert tied(ann, mutation, bob)[KNOWN[mutation]] is True

    assert profile(ann.api, "bob")[KNOWN[mutation]] is True
    assert rows_there_are() == 1


@every_tie
def test_it_is_told_to_nobody_else(ann: Person, bob: Person, carol: Person, api: Api, mutation: str) -> None:
    tied(ann, mutation, bob)

    assert [profile(each, "bob")[KNOWN[mutation]] for each in (api, bob.api, carol.api)] == [False] * 3


@every_tie
def test_repeating_it_changes_nothing(ann: Person, bob: Person, mutation: str) -> None:
    first = tied(ann, mutation, bob)

    assert [tied(ann, mutation, bob) for _ in range(2)] == [first] * 2
    assert rows_there_are() == 1


@every_tie
def test_the_opposite_undoes_it(ann: Person, bob: Person, mutation: str) -> None:
    before = profile(ann.api, "bob")
    tied(ann, mutation, bob)

    assert tied(ann, OPPOSITES[mutation], bob) == before == profile(ann.api, "bob")
    assert rows_there_are() == 0


@every_tie
def test_the_opposite_of_what_never_was_changes_nothing(ann: Person, bob: Person, mutation: str) -> None:
    before = profile(ann.api, "bob")

    assert [tied(ann, OPPOSITES[mutation], bob) for _ in range(2)] == [before] * 2


@every_tie
def test_it_can_be_done_again_after_it_was_undone(ann: Person, bob: Person, mutation: str) -> None:
    first = tied(ann, mutation, bob)
    tied(ann, OPPOSITES[mutation], bob)

    assert tied(ann, mutation, bob) == first


@every_mutation
def test_it_cannot_be_done_to_oneself(ann: Person, mutation: str) -> None:
    refused = tie(ann, mutation, ann.id)

    assert problems(refused) == [("SELF_ACTION", "input.userId")]
    assert (refused["user"], rows_there_are()) == (None, 0)


@every_mutation
@pytest.mark.parametrize("nobody", NO_USERS.values(), ids=NO_USERS)
def test_who_is_nobody_is_not_found(ann: Person, mutation: str, nobody: str) -> None:
    assert problems(tie(ann, mutation, nobody)) == [("NOT_FOUND", "input.userId")]


@every_mutation
def test_who_blocks_one_is_not_found(ann: Person, bob: Person, mutation: str) -> None:
    tied(bob, "block", ann)

    refused = tie(ann, mutation, bob.id)

    assert problems(refused) == [("NOT_FOUND", "input.userId")]
    assert (refused["user"], rows_there_are()) == (None, 1)


@every_mutation
def test_who_is_deactivated_is_not_found(ann: Person, bob: Person, mutation: str) -> None:
    deactivate(bob)

    assert problems(tie(ann, mutation, bob.id)) == [("NOT_FOUND", "input.userId")]


@pytest.mark.parametrize("mutation", ["follow", "mute"])
def test_whom_one_blocks_one_must_unblock_first(ann: Person, bob: Person, mutation: str) -> None:
    tied(ann, "block", bob)

    assert problems(tie(ann, mutation, bob.id)) == [("BLOCKED", "input.userId")]
    assert rows_there_are() == 1

    tied(ann, "unblock", bob)
    assert tied(ann, mutation, bob)[KNOWN[mutation]] is True


@every_mutation
def test_it_needs_signing_in(api: Api, ann: Person, mutation: str) -> None:
    document = f"mutation($id: ID!) {{ {mutation}(input: {{userId: $id}}) {{ user {{ id }} }} }}"

    reply = api.send(document, {"id": ann.id})

    assert (reply.status, reply.codes, reply.data) == (200, ["UNAUTHENTICATED"], {mutation: None})
    assert reply.errors[0]["path"] == [mutation]


@every_tie
def test_an_account_whose_address_receives_no_mail_may_only_undo(
    ann: Person, bob: Person, carol: Person, mutation: str
) -> None:
    tied(ann, mutation, bob)
    reject(ann)

    assert problems(tie(ann, mutation, carol.id)) == [("NOT_ALLOWED", None)]
    assert tied(ann, OPPOSITES[mutation], bob)[KNOWN[mutation]] is False
    assert rows_there_are() == 0


def listed(person: Person, mutation: str, arguments: str = "") -> list[Any]:
    if mutation == "follow":
        return theirs(person.api, person.user.username, f"following{arguments}")
    return mine(person, LISTS[mutation] + arguments, "username")


@every_tie
def test_those_it_was_done_to_are_listed_latest_first(ann: Person, mutation: str) -> None:
    for name in ("zed", "kim", "moe"):
        tied(ann, mutation, make_person(name))

    assert listed(ann, mutation) == ["moe", "kim", "zed"]


@every_tie
def test_a_deactivated_person_is_not_listed_until_they_are_back(
    ann: Person, bob: Person, carol: Person, mutation: str
) -> None:
    for other in (bob, carol):
        tied(ann, mutation, other)

    deactivate(bob)
    assert listed(ann, mutation) == ["carol"]

    reactivate(bob)
    assert listed(ann, mutation) == ["carol", "bob"]


@every_tie
def test_the_list_is_read_page_by_page_in_both_directions(ann: Person, mutation: str) -> None:
    for name in ("zed", "kim", "moe", "lou", "pat"):
        tied(ann, mutation, make_person(name))

    assert pages(ann, mutation, "first: 2, after") == [["pat", "lou"], ["moe", "kim"], ["zed"]]
    assert pages(ann, mutation, "last: 2, before") == [["kim", "zed"], ["lou", "moe"], ["pat"]]


def pages(person: Person, mutation: str, paging: str) -> list[list[str]]:
    """The usernames of all pages; `paging` ends with the name of the cursor's argument."""
    forward = "after" in paging
    more, cursor = ("hasNextPage", "endCursor") if forward else ("hasPreviousPage", "startCursor")
    connection = "following" if mutation == "follow" else LISTS[mutation]
    page = f"page: {connection}({paging}: $at) {{ nodes {{ username }} pageInfo {{ {more} {cursor} }} }}"
    document = f"viewer {{ user {{ {page} }} }}" if mutation == "follow" else f"viewer {{ {page} }}"
    found, at = [], None
    while True:
        read = person.api.read(f"query($at: String) {{ {document} }}", at=at)["viewer"]
        read = (read["user"] if mutation == "follow" else read)["page"]
        found.append([user["username"] for user in read["nodes"]])
        at = read["pageInfo"][cursor]
        if not read["pageInfo"][more]:
            return found


@pytest.mark.parametrize("mutation", ["block", "mute"])
def test_the_list_is_ones_own(ann: Person, bob: Person, carol: Person, mutation: str) -> None:
    tied(ann, mutation, bob)

    assert (listed(bob, mutation), listed(carol, mutation)) == ([], [])
