"""Changing one's password: this session goes on, all others end."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from accounts import passwords
from accounts.actions import sessions
from accounts.actions.passwords import change_password
from accounts.devices import Device
from accounts.models import AuditEntry, Session, User
from tests.accounts.steps import (
    NEW_PASSWORD,
    TOKENS,
    another_session,
    at,
    refresh,
    refused_reason,
    sign_in,
)
from tests.client import Api, problems
from tests.content.races import at_once
from tests.people import PASSWORD, Person, make_person

WRONG_CURRENT = ("INVALID_CREDENTIALS", "input.currentPassword")


def change(api: Api, current: str = PASSWORD, new: str = NEW_PASSWORD) -> Any:
    """The payload of `changePassword`."""
    return api.do("changePassword", TOKENS, currentPassword=current, newPassword=new)


def test_the_new_password_signs_in_and_the_old_one_does_not(ann: Person) -> None:
    assert change(ann.api)["errors"] == []

    assert sign_in(Api(), "ann", NEW_PASSWORD)["errors"] == []
    assert problems(sign_in(Api(), "ann")) == [("INVALID_CREDENTIALS", None)]


def test_other_sessions_end_at_once(ann: Person) -> None:
    other = another_session(ann)

    change(ann.api)

    assert refused_reason(Api(other.access.token).send("{ viewer { email } }")) == "REVOKED"
    assert problems(refresh(Api(), other.refresh_token)) == [("INVALID_TOKEN", "input.refreshToken")]


def test_sessions_of_others_go_on(ann: Person, bob: Person) -> None:
    change(ann.api)

    assert bob.api.send("{ viewer { email } }").status == 200


def test_the_present_session_goes_on_with_both_its_access_tokens(ann: Person) -> None:
    payload = change(ann.api)

    for token in (ann.signed_in.access.token, payload["token"]):
        assert Api(token).send("{ viewer { email } }").status == 200
    assert Session.objects.filter(ended_at=None).count() == 1


def test_the_present_refresh_token_is_replaced_and_using_it_ends_nothing(ann: Person) -> None:
    payload = change(ann.api)

    assert problems(refresh(Api(), ann.signed_in.refresh_token)) == [("INVALID_TOKEN", "input.refreshToken")]
    assert refresh(Api(), payload["refreshToken"])["errors"] == []


def test_using_the_replaced_refresh_token_much_later_ends_nothing_either(ann: Person) -> None:
    payload = change(ann.api)
    with at(minutes=10):
        refresh(Api(), ann.signed_in.refresh_token)

        assert refresh(Api(), payload["refreshToken"])["errors"] == []


@pytest.mark.parametrize("later", [{"seconds": 1}, {"minutes": 10}])
def test_a_token_that_was_used_before_still_ends_the_session_when_it_is_used_again(
    ann: Person, later: dict[str, int]
) -> None:
    stolen = ann.signed_in.refresh_token
    refresh(Api(), stolen)
    payload = change(ann.api)

    with at(**later):
        assert problems(refresh(Api(), stolen)) == [("INVALID_TOKEN", "input.refreshToken")]

        assert refused_reason(Api(payload["token"]).send("{ viewer { email } }")) in ("REVOKED", "EXPIRED")
        assert problems(refresh(Api(), payload["refreshToken"])) == [("INVALID_TOKEN", "input.refreshToken")]
    assert AuditEntry.objects.latest("pk").event == "TOKEN_REUSED"


@pytest.mark.parametrize("current", ["", "wrong", PASSWORD + " ", PASSWORD.upper(), "x" * 10_000, "\ud800"])
def test_a_wrong_present_password_changes_nothing(ann: Person, current: str) -> None:
    other = another_session(ann)

    payload = change(ann.api, current=current)

    assert problems(payload) == [WRONG_CURRENT]
    assert {name: payload[name] for name in TOKENS.split()} == dict.fromkeys(TOKENS.split())
    assert Api(other.access.token).send("{ viewer { email } }").status == 200
    assert sign_in(Api(), "ann")["errors"] == []


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ("", "REQUIRED"),
        ("v8hx0qpl2", "TOO_SHORT"),
        ("x" * 129, "TOO_LONG"),
        ("1234567890", "PASSWORD_TOO_WEAK"),
        ("ann@example.com", "PASSWORD_TOO_WEAK"),
        ("surrogate \ud800", "INVALID"),
    ],
)
def test_a_weak_new_password_changes_nothing(ann: Person, new: str, code: str) -> None:
    assert problems(change(ann.api, new=new)) == [(code, "input.newPassword")]

    assert sign_in(Api(), "ann")["errors"] == []


def test_both_mistakes_are_told_at_once(ann: Person) -> None:
    assert problems(change(ann.api, current="wrong", new="short")) == [
        WRONG_CURRENT,
        ("TOO_SHORT", "input.newPassword"),
    ]


def test_the_password_can_be_changed_again_and_back(ann: Person) -> None:
    change(ann.api)

    assert change(ann.api, current=NEW_PASSWORD, new=PASSWORD)["errors"] == []
    assert sign_in(Api(), "ann")["errors"] == []


def test_somebody_whose_address_was_rejected_can_change_it(ann: Person) -> None:
    User.objects.update(email_verification="REJECTED")

    assert change(ann.api)["errors"] == []


@pytest.mark.django_db(transaction=True)
def test_of_changes_from_two_sessions_at_once_one_wins_and_only_its_session_goes_on() -> None:
    person = make_person()
    apis = [person.api, Api(another_session(person).access.token)]
    news = [NEW_PASSWORD, "a third long passphrase"]

    def attempt(number: int) -> bool:
        reply = apis[number].send(
            "mutation($i: ChangePasswordInput!) { changePassword(input: $i) { errors { code } } }",
            {"i": {"currentPassword": PASSWORD, "newPassword": news[number]}},
        )
        return reply.status == 200 and reply.data["changePassword"]["errors"] == []

    won = at_once([lambda: attempt(0), lambda: attempt(1)])

    assert sorted(won) == [False, True]
    assert [api.send("{ viewer { email } }").status == 200 for api in apis] == won
    name = person.user.username
    assert [sign_in(Api(), name, new)["errors"] == [] for new in news] == won


@pytest.mark.django_db(transaction=True)
def test_of_changes_from_one_session_at_once_one_wins_and_its_tokens_live() -> None:
    person = make_person()
    payloads = at_once([lambda: change(person.api)] * 3)

    winners = [payload for payload in payloads if not payload["errors"]]
    assert len(winners) == 1
    assert refresh(Api(), winners[0]["refreshToken"])["errors"] == []


@pytest.mark.django_db(transaction=True)
def test_signing_out_everywhere_while_the_password_changes_does_not_lock_both_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person = make_person()
    other = Api(another_session(person).access.token)
    changing, signed_out = threading.Event(), threading.Event()

    def replace_tokens_late(**given: Any) -> Any:
        changing.set()
        signed_out.wait(0.3)  # in vain: signing out has to wait for this transaction
        return sessions.replace_tokens(**given)

    def sign_out() -> list[str]:
        changing.wait(10)
        reply = other.send("mutation { revokeToken(input: {}) { revokedCount } }")
        signed_out.set()
        return reply.codes

    monkeypatch.setattr("accounts.actions.passwords.replace_tokens", replace_tokens_late)
    acts: list[Callable[[], Any]] = [lambda: change(person.api), sign_out]
    changed, codes = at_once(acts)

    assert changed["errors"] == []
    assert codes in ([], ["UNAUTHENTICATED"])


@pytest.mark.parametrize("change_meanwhile", ["password", "deactivated"])
def test_a_sign_in_that_was_proved_by_what_holds_no_more_is_refused(
    ann: Person, monkeypatch: pytest.MonkeyPatch, change_meanwhile: str
) -> None:
    prove = passwords.password_matches

    def prove_while_it_changes(password: str, encoded: str | None) -> bool:
        proved = prove(password, encoded)
        if change_meanwhile == "deactivated":
            User.objects.update(is_active=False)
        else:
            change_password(
                session=ann.signed_in.session,
                current_password=PASSWORD,
                new_password=NEW_PASSWORD,
                device=Device(),
            )
        return proved

    monkeypatch.setattr(sessions, "password_matches", prove_while_it_changes)

    assert problems(sign_in(Api(), "ann")) == [("INVALID_CREDENTIALS", None)]
    assert Session.objects.filter(ended_at=None).count() == 1
