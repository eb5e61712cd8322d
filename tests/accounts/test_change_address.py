"""Changing one's address: the old one stays until the link that was mailed to the new one is followed."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import addresses
from accounts.mails import mail_of
from accounts.models import AuditEntry, Enrichment, Mail, User
from accounts.providers import enricher
from accounts.tasks import due_enrichments
from services.sandbox import Sandbox
from services.sandbox_answers import Provider
from tests.accounts.letters import (
    ask_confirmation,
    bodies,
    change_token,
    confirm,
    confirmation_token,
    deliver,
    letters,
    reset,
    reset_token,
    subjects,
    viewer,
)
from tests.accounts.steps import NEW_PASSWORD, at, profile, sign_in, sign_up, work
from tests.client import Api, Reply, problems
from tests.content.races import at_once
from tests.content.steps import reject
from tests.people import PASSWORD, Person, deactivate, make_person

ANN, NEW = "ann@example.com", "new@example.com"
UNUSABLE = [("INVALID_TOKEN", "input.token")]


def test_the_address_changes_when_the_link_is_followed_and_not_before(ann: Person) -> None:
    token = change_token(ann.api, NEW)
    assert viewer(ann.api) == (ANN, "UNCONFIRMED")

    payload = confirm(token)

    assert (payload["user"], payload["errors"]) == ({"username": "ann"}, [])
    assert viewer(ann.api) == (NEW, "CONFIRMED")


def test_the_new_address_signs_in_and_the_old_one_does_not(ann: Person) -> None:
    confirm(change_token(ann.api, NEW))

    assert sign_in(Api(), NEW)["errors"] == []
    assert problems(sign_in(Api(), ANN)) == [("INVALID_CREDENTIALS", None)]


def test_the_old_address_is_told_and_free_for_others(ann: Person) -> None:
    confirm(change_token(ann.api, NEW))

    assert subjects(ANN) == ["Your address was changed"]
    assert sign_up(Api(), email=ANN)["errors"] == []


def test_sessions_go_on(ann: Person) -> None:
    confirm(change_token(ann.api, NEW))

    assert ann.api.send("{ viewer { email } }").status == 200


def test_following_the_link_again_succeeds_until_the_day_is_over(ann: Person) -> None:
    token = change_token(ann.api, NEW)
    for hours in (0, 1, 23.9):
        with at(hours=hours):
            assert confirm(token)["errors"] == []

    with at(hours=24.1):
        assert problems(confirm(token)) == UNUSABLE
    assert AuditEntry.objects.filter(event="EMAIL_CHANGED").count() == 1
    assert subjects(ANN) == ["Your address was changed"]


def test_following_it_again_succeeds_after_a_change_of_the_password_too(ann: Person) -> None:
    token = change_token(ann.api, NEW)
    confirm(token)
    ann.api.do("changePassword", "token", currentPassword=PASSWORD, newPassword=NEW_PASSWORD)

    assert confirm(token)["errors"] == []


def test_a_used_link_does_not_change_the_address_back(ann: Person) -> None:
    token = change_token(ann.api, NEW)
    confirm(token)
    confirm(change_token(ann.api, "third@example.com"))

    assert problems(confirm(token)) == UNUSABLE
    assert viewer(ann.api)[0] == "third@example.com"


def test_a_change_takes_links_to_other_addresses_back(ann: Person) -> None:
    other = change_token(ann.api, "other@example.com")
    confirm(change_token(ann.api, NEW))

    assert problems(confirm(other)) == UNUSABLE


@pytest.mark.parametrize("how", ["changed", "reset"])
def test_a_new_password_takes_the_link_back(ann: Person, how: str) -> None:
    token = change_token(ann.api, NEW)
    if how == "changed":
        ann.api.do("changePassword", "token", currentPassword=PASSWORD, newPassword=NEW_PASSWORD)
    else:
        reset(reset_token())

    assert problems(confirm(token)) == UNUSABLE
    assert User.objects.get(username="ann").email == ANN


def test_somebody_deactivated_changes_nothing(ann: Person) -> None:
    token = change_token(ann.api, NEW)
    deactivate(ann)

    assert problems(confirm(token)) == UNUSABLE
    assert User.objects.get(username="ann").email == ANN


@pytest.mark.parametrize("meanwhile", ["password", "deactivated"])
def test_what_takes_a_link_back_while_it_is_used_wins(
    ann: Person, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    token = change_token(ann.api, NEW)

    def find_while_it_changes(*given: Any) -> Mail | None:
        found = mail_of(*given)
        if meanwhile == "deactivated":
            deactivate(ann)
        else:
            ann.api.do("changePassword", "token", currentPassword=PASSWORD, newPassword=NEW_PASSWORD)
        return found

    monkeypatch.setattr(addresses, "mail_of", find_while_it_changes)

    assert problems(confirm(token)) == UNUSABLE
    assert User.objects.get(username="ann").email == ANN


# --- What is refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "code"),
    [("wrong password", "INVALID_CREDENTIALS"), ("x" * 10_000, "INVALID_CREDENTIALS"), ("", "REQUIRED")],
)
def test_the_password_is_needed(ann: Person, password: str, code: str) -> None:
    refused = ask_confirmation(ann.api, email=NEW, password=password)

    assert problems(refused) == [(code, "input.password")]
    assert subjects(NEW) == []


@pytest.mark.parametrize("given", [{}, {"password": None}], ids=["absent", "null"])
def test_an_absent_password_is_asked_for(ann: Person, given: dict[str, Any]) -> None:
    assert problems(ask_confirmation(ann.api, email=NEW, **given)) == [("REQUIRED", "input.password")]


@pytest.mark.parametrize(
    ("email", "code"), [("", "REQUIRED"), ("no address", "INVALID"), ("x" * 300 + "@example.com", "TOO_LONG")]
)
def test_all_mistakes_are_told_at_once(ann: Person, email: str, code: str) -> None:
    refused = ask_confirmation(ann.api, email=email, password="wrong")

    assert problems(refused) == [(code, "input.email"), ("INVALID_CREDENTIALS", "input.password")]


@pytest.mark.parametrize(
    ("case", "code"), [("invalid", "EMAIL_UNDELIVERABLE"), ("disposable", "EMAIL_DISPOSABLE")]
)
def test_hunter_refuses_what_receives_no_mail(ann: Person, sandbox: Sandbox, case: str, code: str) -> None:
    refused = ask_confirmation(ann.api, email=f"{case}+new@example.com", password=PASSWORD)

    assert problems(refused) == [(code, "input.email")]
    assert not Mail.objects.exists()


@pytest.mark.parametrize("case", ["down", "unauthorized", "dead", "webmail", "claimed"])
def test_what_hunter_cannot_tell_is_mailed(ann: Person, sandbox: Sandbox, case: str) -> None:
    confirm(change_token(ann.api, f"{case}+new@example.com"))

    assert viewer(ann.api) == (f"{case}+new@example.com", "CONFIRMED")


def test_with_a_wrong_password_hunter_is_not_asked(ann: Person, sandbox: Sandbox) -> None:
    ask_confirmation(ann.api, email=NEW, password="wrong password")

    assert sandbox.count(Provider.HUNTER, NEW) == 0


def test_asking_for_ones_own_address_is_asking_to_confirm_it(ann: Person) -> None:
    ask_confirmation(ann.api, email=ANN, password=PASSWORD)

    assert subjects(ANN) == ["Confirm your address"]


def test_the_letters_case_of_ones_own_address_can_be_changed(ann: Person) -> None:
    confirm(change_token(ann.api, "Ann@example.com"))

    assert viewer(ann.api) == ("Ann@example.com", "CONFIRMED")


# --- An address that somebody has ------------------------------------------------------------------------


def ask(person: Person, email: str) -> tuple[Reply, int]:
    """A wish for an address: its answer, and how many SQL statements it took."""
    document = """mutation($i: RequestEmailConfirmationInput!) {
        requestEmailConfirmation(input: $i) { errors { code message field } } }"""
    with CaptureQueriesContext(connection) as statements:
        reply = person.api.send(document, {"i": {"email": email, "password": PASSWORD}}, X_Request_Id="same")
    return reply, len(statements)


@pytest.mark.parametrize("email", ["bob@example.com", "BOB@example.com", "eve@example.com"])
def test_a_taken_address_is_answered_as_a_free_one(ann: Person, bob: Person, email: str) -> None:
    deactivate(make_person("eve"))

    (taken, statements), (free, as_many) = ask(ann, email), ask(ann, NEW)

    assert (taken.body, taken.status, statements) == (free.body, free.status, as_many)
    assert dict(taken.headers) == dict(free.headers)


def test_the_owner_of_a_taken_address_is_told_and_gets_no_link(ann: Person, bob: Person) -> None:
    ask_confirmation(ann.api, email="BOB@example.com", password=PASSWORD)

    (letter,) = letters("bob@example.com")
    assert letter["Subject"] == "Somebody wanted to use your address"
    for text in bodies(letter).values():
        assert "/account/" not in text
        assert "ann" not in text
    assert len(mail.outbox) == 1


def test_the_address_of_somebody_deactivated_gets_no_mail(ann: Person, bob: Person) -> None:
    deactivate(bob)

    ask_confirmation(ann.api, email="bob@example.com", password=PASSWORD)

    assert subjects("bob@example.com") == []


def test_an_address_that_was_taken_meanwhile_stays_with_who_has_it(ann: Person, api: Api) -> None:
    token = change_token(ann.api, NEW)
    sign_up(api, email=NEW)

    assert problems(confirm(token)) == UNUSABLE
    assert viewer(ann.api) == (ANN, "UNCONFIRMED")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_confirm_one_address_at_once_one_has_it() -> None:
    people = [make_person(), make_person()]
    tokens = [change_token(person.api, NEW) for person in people]

    payloads = at_once([partial(confirm, token) for token in tokens])

    assert sorted(problems(payload) for payload in payloads) == [[], UNUSABLE]
    for person, payload in zip(people, payloads, strict=True):
        expected = (person.user.email, "UNCONFIRMED") if payload["errors"] else (NEW, "CONFIRMED")
        assert viewer(person.api) == expected


@pytest.mark.django_db(transaction=True)
def test_the_same_link_followed_several_times_at_once_succeeds_each_time() -> None:
    person = make_person()
    token = change_token(person.api, NEW)

    payloads = at_once([lambda: confirm(token)] * 4)

    assert [payload["errors"] for payload in payloads] == [[]] * 4
    assert AuditEntry.objects.filter(event="EMAIL_CHANGED").count() == 1
    deliver()
    assert [sent.to for sent in mail.outbox].count([person.user.email]) == 1


@pytest.mark.django_db(transaction=True)
def test_publishing_while_the_address_changes_does_not_lock_both_up() -> None:
    person = make_person()
    tokens = [change_token(person.api, f"{number}@example.com") for number in range(3)]
    post = partial(person.api.do, "createPost", "post { id }", body="Hi.")

    acts: list[Callable[[], Any]] = [partial(confirm, token) for token in tokens]
    payloads: list[Any] = at_once([*acts, *[post] * 9])

    assert sorted(problems(payload) for payload in payloads[:3]) == [[], UNUSABLE, UNUSABLE]
    assert [payload["errors"] for payload in payloads[3:]] == [[]] * 9


# --- What follows from a new address ---------------------------------------------------------------------


def test_a_rejected_account_corrects_its_address_and_writes_again(ann: Person) -> None:
    reject(ann)
    assert problems(ann.api.do("createPost", "post { id }", body="Hello.")) == [("NOT_ALLOWED", None)]

    confirm(change_token(ann.api, NEW))

    assert problems(ann.api.do("createPost", "post { id }", body="Hello.")) == []


@pytest.mark.django_db
def test_what_was_found_under_the_old_address_is_dropped_and_asked_anew(sandbox: Sandbox) -> None:
    grace = Api(sign_up(Api())["token"])
    work(1)
    before = profile(grace, "grace")

    confirm(change_token(grace, NEW))

    assert (profile(grace, "grace")["bio"], profile(grace, "grace")["company"]) == (None, None)
    work(2)
    assert profile(grace, "grace") not in (before, None)
    assert sandbox.count(Provider.CLEARBIT, NEW) == 1


@pytest.mark.django_db
def test_an_answer_about_the_old_address_that_comes_late_is_not_written(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    grace = Api(sign_up(Api())["token"])
    token = change_token(grace, NEW)
    source = enricher()
    assert source is not None
    find = source.find

    def find_late(email: str, *, deadline_s: float) -> Any:
        answer = find(email, deadline_s=deadline_s)
        monkeypatch.undo()
        confirm(token)
        return answer

    monkeypatch.setattr(source, "find", find_late)
    for step in due_enrichments(1):
        step()

    assert not Enrichment.objects.exclude(raw=None).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("case", ["claimed", "later-invalid"])
def test_a_new_address_that_hunter_does_not_pass_is_shown_to_no_second_provider(
    sandbox: Sandbox, case: str
) -> None:
    grace = Api(sign_up(Api())["token"])
    confirm(change_token(grace, f"{case}+new@example.com"))

    work()

    assert sandbox.count(Provider.CLEARBIT, f"{case}+new@example.com") == 0
    assert viewer(grace)[1] == "CONFIRMED"


def test_a_link_to_confirm_the_old_address_is_over_when_it_is_changed(ann: Person) -> None:
    token = confirmation_token(ann.api, ANN)
    confirm(change_token(ann.api, NEW))

    assert problems(confirm(token)) == UNUSABLE
    assert viewer(ann.api) == (NEW, "CONFIRMED")
