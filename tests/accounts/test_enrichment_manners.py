"""What enrichment may not do: overwrite what its owner wrote, or tell others about somebody."""

from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import Enrichment, User
from accounts.tasks import due_enrichments
from services.sandbox import Sandbox
from tests.accounts.steps import PROFILE, at, profile, sign_up, work
from tests.client import Api
from tests.people import Person

OWN = {
    "bio": "I write compilers.",
    "location": "Arlington",
    "website": "https://grace.example/",
    "avatarUrl": "https://grace.example/me.png",
    "company": {"name": "Navy", "domain": "navy.example", "title": "Admiral"},
}
FROM_ENRICHMENT = ["bio", "location", "website", "avatarUrl", "company", "socialAccounts"]


@pytest.fixture
def grace(sandbox: Sandbox, settings: Settings) -> Api:
    """Somebody about to be looked up, as she calls the API."""
    return Api(sign_up(Api())["token"])


def edit(person: Api, **changes: Any) -> None:
    """Change the person's profile."""
    assert person.do("updateProfile", "user { id }", **changes)["errors"] == []


def shown(viewer: Api) -> dict[str, Any]:
    """What of grace's profile may come from enrichment, as somebody sees it."""
    everything = profile(viewer, "grace")
    return {name: everything[name] for name in FROM_ENRICHMENT}


def own_words() -> dict[str, Any]:
    """What the profile shows when all was written by its owner."""
    return {**OWN, "company": {**OWN["company"], "description": None, "logoUrl": None}}  # type: ignore[dict-item]  # a dict


@pytest.mark.django_db
@pytest.mark.parametrize("when", ["before", "during", "after"])
def test_what_the_owner_wrote_is_never_overwritten(grace: Api, when: str) -> None:
    if when == "before":
        edit(grace, **OWN)
    with at(minutes=1):
        (step,) = due_enrichments(1)
        if when == "during":
            edit(grace, **OWN)
        step()
    if when == "after":
        edit(grace, **OWN)

    assert {**shown(grace), "socialAccounts": []} == {**own_words(), "socialAccounts": []}


@pytest.mark.django_db
@pytest.mark.parametrize("when", ["before", "during", "after"])
def test_what_the_owner_cleared_is_never_filled_again(grace: Api, when: str) -> None:
    nothing: dict[str, None] = dict.fromkeys(OWN)
    if when == "before":
        edit(grace, **nothing)
    with at(minutes=1):
        (step,) = due_enrichments(1)
        if when == "during":
            edit(grace, **nothing)
        step()
    if when == "after":
        edit(grace, **nothing)

    assert {name: shown(grace)[name] for name in OWN} == nothing


@pytest.mark.django_db
def test_what_the_owner_left_alone_is_filled(grace: Api) -> None:
    edit(grace, bio="I write compilers.")

    work(1)

    raw = Enrichment.objects.get().raw
    assert isinstance(raw, dict)
    profile_now = shown(grace)
    assert (profile_now["bio"], profile_now["location"]) == ("I write compilers.", raw["person"]["location"])


@pytest.mark.django_db
def test_the_owners_company_is_not_mixed_with_the_one_that_was_found(grace: Api) -> None:
    edit(grace, company={"name": "Navy"})

    work(1)

    assert shown(grace)["company"] == {
        "name": "Navy",
        "domain": None,
        "title": None,
        "description": None,
        "logoUrl": None,
    }


@pytest.mark.django_db
def test_the_display_name_is_never_filled(grace: Api) -> None:
    work(1)

    assert profile(grace, "grace")["displayName"] == "grace"


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["VALID", "UNCONFIRMED", "PENDING", "REJECTED"])
@pytest.mark.parametrize("asked_by", ["nobody", "ann"])
def test_until_the_address_is_confirmed_others_see_nothing_that_was_found(
    grace: Api, ann: Person, state: str, asked_by: str
) -> None:
    work(1)
    User.objects.filter(username="grace").update(email_verification=state)

    seen = shown(ann.api if asked_by == "ann" else Api())

    assert seen == {**dict.fromkeys(OWN), "socialAccounts": []}
    assert shown(grace)["bio"] is not None


@pytest.mark.django_db
def test_once_the_address_is_confirmed_others_see_what_was_found(grace: Api, ann: Person) -> None:
    work(1)
    User.objects.filter(username="grace").update(email_verification="CONFIRMED")

    assert shown(Api()) == shown(ann.api) == shown(grace)
    assert shown(Api())["bio"] is not None


@pytest.mark.django_db
def test_what_the_owner_wrote_is_seen_by_everybody_at_once(grace: Api, ann: Person) -> None:
    edit(grace, **OWN)
    work(1)

    assert shown(ann.api) == {**own_words(), "socialAccounts": []}


@pytest.mark.django_db
def test_each_of_several_people_sees_only_their_own(grace: Api, sandbox: Sandbox) -> None:
    other = Api(sign_up(Api(), username="other", email="other@example.com")["token"])
    work(1)

    document = f"{{ users(orderBy: {{field: USERNAME, direction: ASC}}) {{ nodes {{ {PROFILE} }} }} }}"
    grace_row, other_row = other.read(document)["users"]["nodes"]

    assert (grace_row["username"], grace_row["bio"]) == ("grace", None)
    assert (other_row["username"], other_row["bio"] is None) == ("other", False)


@pytest.mark.django_db
def test_the_raw_answer_is_kept_as_it_came(grace: Api, sandbox: Sandbox) -> None:
    work(1)

    raw = Enrichment.objects.get().raw
    assert isinstance(raw, dict)
    assert raw["person"]["name"]["givenName"] == raw["person"]["name"]["fullName"].split()[0]
    assert raw["person"]["email"] == "grace@example.com"
