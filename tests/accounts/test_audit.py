"""The audit log: what happened to an account, and from where; never a secret."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, AuditEvent, ModerationEntry, Session, User
from accounts.tasks import prune_audit
from schema.engine.ids import encode_id
from tests.accounts.letters import (
    ask_confirmation,
    ask_reset,
    change_token,
    confirm,
    confirmation_token,
    deliver,
    reset,
    reset_token,
)
from tests.accounts.steps import NEW_PASSWORD, another_session, at, refresh, sign_in, sign_up
from tests.client import Api
from tests.people import PASSWORD, Person, deactivate, make_person, reactivate
from tests.staff import staff

AUDIT = "/admin/accounts/auditentry/"
# By others: exports by `content`, the end of accounts by their owners, and what moderators do.
ELSEWHERE = {
    *("EXPORT_REQUESTED", "EXPORT_FETCHED", "DELETED", "DEACTIVATED", "REACTIVATED", "ADDRESS_ACCEPTED"),
    *("MODERATOR_APPOINTED", "MODERATOR_RELEASED", "POST_REMOVED"),
}


def noted(**which: Any) -> list[tuple[str, str | None]]:
    """What the log says, the latest last: events and usernames."""
    entries = AuditEntry.objects.filter(**which).order_by("pk")
    return list(entries.values_list("event", "user__username"))


def change_password(person: Person, current: str = PASSWORD) -> None:
    """By the API."""
    person.api.do("changePassword", "token", currentPassword=current, newPassword=NEW_PASSWORD)


def reuse_token(person: Person) -> None:
    """As a thief would."""
    refresh(Api(), person.signed_in.refresh_token)
    with at(minutes=1):
        refresh(Api(), person.signed_in.refresh_token)


def end_other(person: Person) -> None:
    """End a session by its ID."""
    other = another_session(person).session
    person.api.do("endSession", "endedSessionId", sessionId=encode_id("Session", other.pk))


def mail_reset(person: Person) -> None:
    """Have a link mailed."""
    ask_reset("ann@example.com")
    deliver()


ACTS: dict[str, tuple[Any, list[str]]] = {
    "signed in": (lambda ann: sign_in(Api(), "ann"), ["SIGNED_IN"]),
    "wrong password": (lambda ann: sign_in(Api(), "ann", "wrong"), ["SIGN_IN_REFUSED"]),
    "signed out": (
        lambda ann: ann.api.do("revokeToken", "revokedCount", refreshToken=ann.signed_in.refresh_token),
        ["SESSION_ENDED"],
    ),
    "signed out everywhere": (lambda ann: ann.api.do("revokeToken", "revokedCount"), ["SESSION_ENDED"]),
    "ended a session": (end_other, ["SESSION_ENDED"]),
    "used a token again": (reuse_token, ["TOKEN_REUSED"]),
    "changed the password": (change_password, ["PASSWORD_CHANGED"]),
    "did not know the password": (lambda ann: change_password(ann, "wrong"), ["PASSWORD_REFUSED"]),
    "did not know it for another address": (
        lambda ann: ask_confirmation(ann.api, email="new@example.com", password="wrong"),
        ["PASSWORD_REFUSED"],
    ),
    "did not know it for an archive": (
        lambda ann: ann.api.do("requestDataExport", "dataExport { id }", password="wrong"),
        ["PASSWORD_REFUSED"],
    ),
    "did not know it to delete the account": (
        lambda ann: ann.api.do("deleteAccount", "deletedUserId", password="wrong"),
        ["PASSWORD_REFUSED"],
    ),
    "had a link mailed": (mail_reset, ["PASSWORD_RESET_MAILED"]),
    "set a new password": (lambda ann: reset(reset_token()), ["PASSWORD_RESET_MAILED", "PASSWORD_RESET"]),
    "wants another address": (lambda ann: change_token(ann.api, "new@example.com"), ["EMAIL_CHANGE_MAILED"]),
    "has another address": (
        lambda ann: confirm(change_token(ann.api, "new@example.com")),
        ["EMAIL_CHANGE_MAILED", "EMAIL_CHANGED"],
    ),
    "confirmed the address": (
        lambda ann: confirm(confirmation_token(ann.api, "ann@example.com")),
        ["EMAIL_CONFIRMED"],
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_what_happens_to_an_account_is_noted(ann: Person, act: str) -> None:
    do, events = ACTS[act]
    assert noted() == [("SIGNED_UP", "ann")]

    do(ann)

    assert noted()[1:] == [(event, "ann") for event in events]


def test_every_event_is_noted_somewhere() -> None:
    here = {"SIGNED_UP", *(event for _, events in ACTS.values() for event in events)}

    assert here | ELSEWHERE == set(AuditEvent.values)


def test_an_entry_says_from_where(ann: Person) -> None:
    document = 'mutation { tokenAuth(input: {username: "ann", password: "wrong"}) { token } }'

    Api().send(document, User_Agent="A browser\x07 " + "x" * 300)
    ask_reset("ann@example.com")
    deliver()

    refused, mailed = AuditEntry.objects.exclude(event="SIGNED_UP").order_by("pk")
    assert (refused.ip_address, refused.user_agent) == ("127.0.0.1", "A browser " + "x" * 190)
    assert (mailed.ip_address, mailed.user_agent) == ("127.0.0.1", "")


def test_a_link_that_was_asked_for_says_by_what(ann: Person) -> None:
    document = 'mutation { requestPasswordReset(input: {email: "ann@example.com"}) { errors { code } } }'

    Api().send(document, User_Agent="A browser")
    deliver()

    assert AuditEntry.objects.latest("pk").user_agent == "A browser"


@pytest.mark.parametrize("name", ["nobody", "nobody@example.com", "ann\x00", ""])
def test_a_refusal_for_a_name_that_nobody_has_names_nobody(ann: Person, name: str) -> None:
    sign_in(Api(), name)

    assert noted()[1:] == [("SIGN_IN_REFUSED", None)]


def test_what_was_refused_otherwise_is_not_noted(ann: Person) -> None:
    sign_up(Api(), username="x")
    reset("no token")
    confirm("no token")
    refresh(Api(), "no token")
    ask_reset("nobody@example.com")
    ask_confirmation(ann.api, email="no address", password=PASSWORD)
    deliver()

    assert noted() == [("SIGNED_UP", "ann")]


def test_ending_what_is_over_is_not_noted(ann: Person) -> None:
    end_other(ann)
    sent = encode_id("Session", Session.objects.exclude(ended_at=None).get().pk)

    ann.api.do("endSession", "endedSessionId", sessionId=sent)

    assert noted(event="SESSION_ENDED") == [("SESSION_ENDED", "ann")]


@pytest.mark.parametrize("act", ACTS)
def test_no_secret_is_kept(ann: Person, act: str) -> None:
    ACTS[act][0](ann)

    kept = str(list(AuditEntry.objects.values()))
    for secret in (PASSWORD, NEW_PASSWORD, "wrong", "example.com", ann.signed_in.refresh_token):
        assert secret not in kept


def test_entries_are_forgotten_after_90_days(ann: Person) -> None:
    with at(days=89):
        sign_in(Api(), "ann")
        assert prune_audit(1) == []
    with at(days=91):
        for step in prune_audit(1):
            step()

    assert noted() == [("SIGNED_IN", "ann")]


def test_what_moderators_did_and_why_is_forgotten_after_90_days_too(ann: Person) -> None:
    deactivate(ann)
    with at(days=89):
        reactivate(ann)
        assert prune_audit(1) == []
    with at(days=91):
        for step in prune_audit(1):
            step()

    assert ModerationEntry.objects.get().action == "reactivate_user"


# --- In the admin ----------------------------------------------------------------------------------------


@pytest.fixture
def auditor(db: None) -> Client:
    """Somebody who may look at the log."""
    return staff("view_auditentry")


def test_staff_who_may_look_find_what_happened_to_somebody(auditor: Client, ann: Person, bob: Person) -> None:
    sign_in(Api(), "ann", "wrong")

    page = auditor.get(AUDIT, {"q": "ANN"})

    listed = [(entry.event, entry.user_id) for entry in page.context["cl"].result_list]
    assert listed == [("SIGN_IN_REFUSED", ann.user.pk), ("SIGNED_UP", ann.user.pk)]


def test_the_list_takes_the_same_statements_however_long_it_is(auditor: Client) -> None:
    counts = []
    for _ in range(2):
        for _ in range(5):
            make_person()
        with CaptureQueriesContext(connection) as statements:
            auditor.get(AUDIT)
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_nobody_edits_the_log(ann: Person) -> None:
    client = staff("view_auditentry", "change_auditentry", "add_auditentry", "delete_auditentry")
    entry = AuditEntry.objects.filter(user=ann.user).get()
    before = noted()

    pages = [f"{AUDIT}{entry.pk}/change/", f"{AUDIT}{entry.pk}/delete/", f"{AUDIT}add/"]
    statuses = [client.post(page, {"event": "DELETED", "post": "yes"}).status_code for page in pages]
    client.post(AUDIT, {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"})

    assert (statuses, noted()) == ([403, 403, 403], before)


def test_staff_without_the_permission_do_not_see_it(ann: Person) -> None:
    assert staff("view_user").get(AUDIT).status_code == 403


def test_mails_have_no_page(ann: Person) -> None:
    User.objects.update(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(ann.user)

    assert client.get("/admin/accounts/mail/").status_code == 404
