"""Signing up: what a new person gets, and what happens when something is wrong."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from accounts.models import RefreshToken, Session, User
from tests.accounts.steps import TOKENS, email_verification, refusals, sign_in, sign_up
from tests.client import Api, problems
from tests.content.races import at_once
from tests.people import PASSWORD, Person

pytestmark = pytest.mark.database

WRONG = {"username": "a", "email": "nobody", "password": "short", "displayName": "x" * 51}


def rows() -> tuple[int, int, int]:
    """How much there is of what a signup creates."""
    return User.objects.count(), Session.objects.count(), RefreshToken.objects.count()


def test_a_new_person_is_signed_in(api: Api) -> None:
    payload = sign_up(api)

    viewer = Api(payload["token"]).read("{ viewer { email user { username isViewer } } }")["viewer"]
    assert viewer == {"email": "grace@example.com", "user": {"username": "grace", "isViewer": True}}
    assert payload["errors"] == []


def test_the_tokens_say_how_long_they_hold(api: Api) -> None:
    now = datetime.now(UTC)
    payload = sign_up(api)

    access = datetime.fromisoformat(payload["tokenExpiresAt"]) - now
    refresh = datetime.fromisoformat(payload["refreshTokenExpiresAt"]) - now
    assert timedelta(seconds=298) < access <= timedelta(seconds=310)
    assert timedelta(days=30) <= refresh < timedelta(days=30, seconds=10)


def test_a_new_person_can_sign_in_with_the_password(api: Api) -> None:
    sign_up(api)

    assert sign_in(api, "grace")["errors"] == []


def test_without_providers_the_address_is_unconfirmed(api: Api) -> None:
    payload = sign_up(api)

    assert email_verification(Api(payload["token"])) == "UNCONFIRMED"


def test_all_mistakes_are_told_at_once(api: Api) -> None:
    assert refusals(api, **WRONG) == [
        ("TOO_SHORT", "input.username"),
        ("INVALID", "input.email"),
        ("TOO_LONG", "input.displayName"),
        ("TOO_SHORT", "input.password"),
    ]


def test_what_is_taken_is_told_beside_other_mistakes(api: Api, ann: Person) -> None:
    assert refusals(api, username="ann", email="ann@example.com", password="short") == [
        ("TOO_SHORT", "input.password"),
        ("TAKEN", "input.username"),
        ("TAKEN", "input.email"),
    ]


def test_what_is_empty_is_required(api: Api) -> None:
    assert refusals(api, username=" ", email="\n", password="", displayName="") == [
        ("REQUIRED", "input.username"),
        ("REQUIRED", "input.email"),
        ("REQUIRED", "input.password"),
    ]


def test_every_mistake_has_words_for_a_person(api: Api) -> None:
    document = "mutation($input: SignupInput!) { signup(input: $input) { errors { message } } }"
    messages = api.read(document, input=WRONG)["signup"]["errors"]

    assert [each["message"] for each in messages] == [
        "A username has at least 3 characters.",
        "This is not an e-mail address.",
        "At most 50 characters; this has 51.",
        "A password has at least 10 characters.",
    ]


@pytest.mark.parametrize("mistake", WRONG.items(), ids=list(WRONG))
def test_a_refusal_creates_nothing(api: Api, mistake: tuple[str, str]) -> None:
    before = rows()

    payload = sign_up(api, **dict([mistake]))

    assert len(payload["errors"]) == 1
    assert rows() == before


def test_a_refusal_gives_nothing_but_errors(api: Api) -> None:
    payload = sign_up(api, username="a")

    assert payload == {
        "user": None,
        **dict.fromkeys(TOKENS.split()),
        "errors": [{"code": "TOO_SHORT", "field": ["input", "username"]}],
    }


@pytest.mark.parametrize("name", ["username", "email", "password"])
@pytest.mark.parametrize("how", ["absent", "null"])
def test_a_missing_input_is_the_programs_mistake(api: Api, name: str, how: str) -> None:
    given: dict[str, Any] = {"username": "grace", "email": "grace@example.com", "password": PASSWORD}
    given[name] = None
    if how == "absent":
        del given[name]

    reply = api.send("mutation($i: SignupInput!) { signup(input: $i) { token } }", {"i": given})

    assert (reply.codes, reply.data, User.objects.count()) == (["BAD_USER_INPUT"], None, 0)


def test_signing_up_twice_says_taken_and_signing_in_works(api: Api) -> None:
    sign_up(api)

    again = sign_up(api)

    assert problems(again) == [("TAKEN", "input.username"), ("TAKEN", "input.email")]
    assert sign_in(api, "grace")["errors"] == []


def test_somebody_signed_in_can_make_a_second_account(ann: Person) -> None:
    payload = sign_up(ann.api)

    assert payload["user"]["username"] == "grace"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("same", "other", "field"),
    [
        ({"username": "Grace"}, "email", "input.username"),
        ({"email": "grace@example.com"}, "username", "input.email"),
    ],
)
def test_of_signups_for_one_name_or_address_at_once_one_wins(
    same: dict[str, str], other: str, field: str
) -> None:
    own = {"email": "other{}@example.com", "username": "other{}"}[other]

    payloads = at_once([partial(sign_up, Api(), **same, **{other: own.format(n)}) for n in range(6)])

    refused = [problems(payload) for payload in payloads if payload["errors"]]
    assert refused == [[("TAKEN", field)]] * 5
    assert rows() == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_of_the_same_signup_sent_many_times_at_once_one_wins() -> None:
    payloads = at_once([lambda: sign_up(Api())] * 4)

    refused = [problems(payload) for payload in payloads if payload["errors"]]
    assert refused == [[("TAKEN", "input.username"), ("TAKEN", "input.email")]] * 3
    assert rows() == (1, 1, 1)


def test_a_bad_name_does_not_hide_that_the_address_is_taken(api: Api, ann: Person) -> None:
    assert refusals(api, username="a\x00n", email="ann@example.com") == [
        ("INVALID", "input.username"),
        ("TAKEN", "input.email"),
    ]
    assert refusals(api, username="ann", email="\x00") == [
        ("INVALID", "input.email"),
        ("TAKEN", "input.username"),
    ]


def test_a_name_and_an_address_can_be_taken_by_two_people(api: Api, ann: Person, bob: Person) -> None:
    assert refusals(api, username="ann", email="bob@example.com") == [
        ("TAKEN", "input.username"),
        ("TAKEN", "input.email"),
    ]
