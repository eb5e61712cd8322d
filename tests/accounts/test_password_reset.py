"""A forgotten password: a link by mail, once, within the hour, and nothing told about who has an account."""

import random
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import passwords
from accounts.actions.mails import void_links
from accounts.actions.passwords import change_password
from accounts.devices import Device
from accounts.models import Mail, Session, User
from tests.accounts.letters import ask_reset, change_token, confirm, reset, reset_token, subjects, token_for
from tests.accounts.steps import (
    NEW_PASSWORD,
    TOKENS,
    another_session,
    at,
    refresh,
    refused_reason,
    sign_in,
    sign_up,
)
from tests.client import Api, Reply, problems
from tests.content.races import at_once
from tests.people import PASSWORD, Person, deactivate, make_person

THIRD_PASSWORD = "a third long passphrase"
UNUSABLE = [("INVALID_TOKEN", "input.token")]
VIEWER = "{ viewer { email } }"


def test_the_link_sets_a_new_password_and_the_old_one_signs_in_no_more(ann: Person) -> None:
    assert reset(reset_token())["errors"] == []

    assert sign_in(Api(), "ann", NEW_PASSWORD)["errors"] == []
    assert problems(sign_in(Api(), "ann")) == [("INVALID_CREDENTIALS", None)]


def test_the_link_ends_every_session_and_signs_in(ann: Person) -> None:
    other = another_session(ann)

    payload = reset(reset_token())

    assert payload["user"] == {"username": "ann"}
    for old in (ann.signed_in, other):
        assert refused_reason(Api(old.access.token).send(VIEWER)) == "REVOKED"
        assert problems(refresh(Api(), old.refresh_token)) == [("INVALID_TOKEN", "input.refreshToken")]
    assert Api(payload["token"]).read(VIEWER) == {"viewer": {"email": "ann@example.com"}}
    assert refresh(Api(), payload["refreshToken"])["errors"] == []


def test_sessions_of_others_go_on(ann: Person, bob: Person) -> None:
    reset(reset_token())

    assert bob.api.send(VIEWER).status == 200


def test_the_owner_is_told_that_the_password_was_set(ann: Person) -> None:
    reset(reset_token())

    assert subjects("ann@example.com") == ["Set a new password", "Your password was changed"]


@pytest.mark.parametrize("typed", ["ANN@EXAMPLE.COM", " ann@Example.com "])
def test_the_mail_goes_to_the_address_that_the_account_has(ann: Person, typed: str) -> None:
    ask_reset(typed)

    assert subjects("ann@example.com") == ["Set a new password"]


@pytest.mark.parametrize(("minutes", "left"), [(59, []), (61, UNUSABLE)])
def test_the_link_works_for_an_hour(ann: Person, minutes: float, left: list[Any]) -> None:
    token = reset_token()

    with at(minutes=minutes):
        assert problems(reset(token)) == left


def test_the_link_works_once(ann: Person) -> None:
    token = reset_token()
    reset(token)

    again = reset(token, THIRD_PASSWORD)

    assert problems(again) == UNUSABLE
    assert {name: again[name] for name in TOKENS.split()} == dict.fromkeys(TOKENS.split())
    assert sign_in(Api(), "ann", THIRD_PASSWORD)["token"] is None


def test_using_one_link_takes_the_others_back(ann: Person) -> None:
    first, second = reset_token(), reset_token()
    assert reset(second)["errors"] == []

    assert problems(reset(first, THIRD_PASSWORD)) == UNUSABLE


def test_a_password_that_is_refused_does_not_use_the_link_up(ann: Person) -> None:
    token = reset_token()

    assert problems(reset(token, "short")) == [("TOO_SHORT", "input.newPassword")]

    assert reset(token)["errors"] == []


def test_a_changed_password_takes_the_link_back(ann: Person) -> None:
    token = reset_token()
    ann.api.do("changePassword", "token", currentPassword=PASSWORD, newPassword=NEW_PASSWORD)

    assert problems(reset(token, THIRD_PASSWORD)) == UNUSABLE


def test_a_changed_password_takes_back_a_link_that_is_not_mailed_yet(ann: Person, bob: Person) -> None:
    for email in ("Ann@Example.com", "bob@example.com"):
        ask_reset(email)

    ann.api.do("changePassword", "", currentPassword=PASSWORD, newPassword=NEW_PASSWORD)

    assert subjects("ann@example.com") == ["Your password was changed"]
    assert len(subjects("bob@example.com")) == 1


def test_a_changed_address_takes_the_link_back(ann: Person) -> None:
    token = reset_token()
    confirm(change_token(ann.api, "new@example.com"))

    assert problems(reset(token)) == UNUSABLE


def test_an_address_changed_and_changed_back_does_not_give_the_link_back(ann: Person) -> None:
    token = reset_token()
    confirm(change_token(ann.api, "new@example.com"))
    confirm(change_token(ann.api, "ann@example.com"))

    assert problems(reset(token)) == UNUSABLE


def test_somebody_deactivated_cannot_use_the_link(ann: Person) -> None:
    token = reset_token()
    deactivate(ann)

    assert problems(reset(token)) == UNUSABLE
    assert User.objects.get(username="ann").password == ann.user.password


def test_a_link_does_not_open_another_account(ann: Person, bob: Person) -> None:
    token = reset_token("bob@example.com")
    reset(token)

    assert sign_in(Api(), "ann")["errors"] == []
    assert sign_in(Api(), "bob", NEW_PASSWORD)["errors"] == []


def forgeries(token: str, other: str) -> dict[str, str]:
    """What somebody might send who has a good token, and another one."""
    key, signature = token.split(":")
    return {
        "empty": "",
        "only the key": key,
        "only the signature": f":{signature}",
        "truncated": token[:-1],
        "longer": f"{token}A",
        "another's signature": f"{key}:{other.split(':')[1]}",
        "another key": f"{int(key) + 1}:{signature}",
        "beyond 64 bits": f"{2**70}:{signature}",
        "no number": f"{'x' * 20}:{signature}",
        "90 KB long": token * (90_000 // len(token)),
        "NUL": f"{token}\x00",
        "a lone surrogate": f"{token}\ud800",
        "other digits": token.replace(key, "".join(chr(0x660 + int(digit)) for digit in key)),
    }


@pytest.mark.parametrize("name", forgeries("1:x", "2:y"))
def test_what_is_no_token_sets_no_password(ann: Person, bob: Person, name: str) -> None:
    forged = forgeries(reset_token(), reset_token("bob@example.com"))[name]

    assert problems(reset(forged)) == UNUSABLE
    assert sign_in(Api(), "ann")["errors"] == sign_in(Api(), "bob")["errors"] == []


def test_a_link_to_change_the_address_sets_no_password(ann: Person) -> None:
    token = change_token(ann.api, "new@example.com")

    assert problems(reset(token)) == UNUSABLE


def test_a_link_to_confirm_the_address_sets_no_password(ann: Person) -> None:
    ann.api.do("requestEmailConfirmation", "")

    assert problems(reset(token_for("ann@example.com"))) == UNUSABLE


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ("", "REQUIRED"),
        ("x" * 129, "TOO_LONG"),
        ("1234567890", "PASSWORD_TOO_WEAK"),
        ("ann@example.com", "PASSWORD_TOO_WEAK"),
        ("surrogate \ud800", "INVALID"),
    ],
)
def test_a_weak_new_password_changes_nothing(ann: Person, new: str, code: str) -> None:
    assert problems(reset(reset_token(), new)) == [(code, "input.newPassword")]

    assert sign_in(Api(), "ann")["errors"] == []
    assert ann.api.send(VIEWER).status == 200


@pytest.mark.parametrize(
    ("email", "code"),
    [
        ("", "REQUIRED"),
        (" ", "REQUIRED"),
        ("no address", "INVALID"),
        (f"{'x' * 300}@example.com", "TOO_LONG"),
    ],
)
def test_what_is_no_address_is_told(api: Api, email: str, code: str) -> None:
    assert problems(ask_reset(email)) == [(code, "input.email")]
    assert not Mail.objects.exists()


# --- Telling nobody who has an account -------------------------------------------------------------------


def ask(email: str) -> tuple[Reply, int]:
    """A request for a link: its answer, and how many SQL statements it took."""
    document = """mutation($i: RequestPasswordResetInput!) {
        requestPasswordReset(input: $i) { errors { code message field } } }"""
    with CaptureQueriesContext(connection) as statements:
        reply = Api().send(document, {"i": {"email": email}}, X_Request_Id="the-same")
    return reply, len(statements)


@pytest.mark.parametrize("email", ["ann@example.com", "bob@example.com"])
def test_a_known_address_is_answered_as_an_unknown_one(ann: Person, bob: Person, email: str) -> None:
    deactivate(bob)

    (known, statements), (unknown, as_many) = ask(email), ask("nobody@example.com")

    assert (known.body, known.status, statements) == (unknown.body, unknown.status, as_many)
    assert dict(known.headers) == dict(unknown.headers)
    assert statements == 1


def test_a_known_address_takes_as_long_as_an_unknown_one(ann: Person) -> None:
    chance = random.Random(1)
    times_s: dict[str, list[float]] = {"ann@example.com": [], "nob@example.com": []}
    for email in chance.sample([*times_s] * 60, 120):
        started = time.perf_counter()
        ask_reset(email)
        times_s[email].append(time.perf_counter() - started)

    # How often the known one took longer, of all pairs: a half, give or take 0.05 (one sigma). One hash or
    # one mail more would make it nearly always.
    known, unknown = times_s.values()
    longer = sum(one > other for one in known for other in unknown) / (len(known) * len(unknown))
    assert 0.2 < longer < 0.8


@pytest.mark.parametrize("email", ["nobody@example.com", "bob@example.com"])
def test_nothing_is_mailed_to_somebody_without_an_account(ann: Person, bob: Person, email: str) -> None:
    deactivate(bob)
    ask_reset(email)

    assert subjects(email) == []
    assert (len(mail.outbox), Mail.objects.count()) == (0, 0)


def test_asking_ends_no_session_and_changes_no_password(ann: Person) -> None:
    reset_token()

    assert ann.api.send(VIEWER).status == 200
    assert sign_in(Api(), "ann")["errors"] == []


def test_somebody_who_signs_up_after_asking_gets_the_link(api: Api) -> None:
    ask_reset("grace@example.com")
    sign_up(api)

    assert subjects("grace@example.com") == ["Set a new password"]


# --- At the same moment ----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_several_uses_of_one_link_at_once_one_wins() -> None:
    person = make_person()
    token = reset_token(person.user.email)
    news = [f"{NEW_PASSWORD} {number}" for number in range(3)]

    payloads = at_once([partial(reset, token, new) for new in news])

    won = [payload["errors"] == [] for payload in payloads]
    assert sorted(won) == [False, False, True]
    assert [sign_in(Api(), person.user.username, new)["errors"] == [] for new in news] == won


@pytest.mark.django_db(transaction=True)
def test_of_two_links_used_at_once_one_wins_and_none_waits_for_the_other_for_ever() -> None:
    person = make_person()
    tokens = [reset_token(person.user.email) for _ in range(4)]

    payloads = at_once([partial(reset, token) for token in tokens])

    assert sorted(problems(payload) for payload in payloads) == [[], UNUSABLE, UNUSABLE, UNUSABLE]
    assert Session.objects.filter(ended_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_reset_and_a_change_of_the_password_at_once_leave_one_password() -> None:
    person = make_person()
    token = reset_token(person.user.email)

    def change() -> bool:
        reply = person.api.send(
            "mutation($i: ChangePasswordInput!) { changePassword(input: $i) { errors { code } } }",
            {"i": {"currentPassword": PASSWORD, "newPassword": THIRD_PASSWORD}},
        )
        return reply.status == 200 and reply.data["changePassword"]["errors"] == []

    acts: list[Callable[[], bool]] = [lambda: reset(token)["errors"] == [], change]
    won = at_once(acts)

    assert sorted(won) == [False, True]
    name = person.user.username
    assert [sign_in(Api(), name, new)["errors"] == [] for new in (NEW_PASSWORD, THIRD_PASSWORD)] == won


@pytest.mark.django_db(transaction=True)
def test_a_reset_waits_for_no_lock_that_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    person = make_person()
    token = reset_token(person.user.email)
    changing, resetting = threading.Event(), threading.Event()

    def void_links_late(*given: Any, **more: Any) -> None:
        changing.set()  # holds the account's row
        resetting.wait(0.3)
        void_links(*given, **more)

    def reset_meanwhile() -> Any:
        changing.wait(10)
        return reset(token)

    def change() -> None:
        change_password(
            session=person.signed_in.session,
            current_password=PASSWORD,
            new_password=THIRD_PASSWORD,
            device=Device(),
        )

    monkeypatch.setattr(passwords, "void_links", void_links_late)
    acts: list[Callable[[], Any]] = [change, reset_meanwhile]
    _, payload = at_once(acts)

    assert problems(payload) == UNUSABLE


@pytest.mark.django_db(transaction=True)
def test_a_sign_in_that_races_with_a_reset_does_not_outlive_it() -> None:
    person = make_person()
    name, token = person.user.username, reset_token(person.user.email)

    payloads = at_once([lambda: sign_in(Api(), name), lambda: reset(token), lambda: sign_in(Api(), name)])

    for payload in (payloads[0], payloads[2]):
        assert payload["token"] is None or refused_reason(Api(payload["token"]).send(VIEWER)) == "REVOKED"
    assert Session.objects.filter(ended_at=None).count() == 1
    assert Api(payloads[1]["token"]).send(VIEWER).status == 200
