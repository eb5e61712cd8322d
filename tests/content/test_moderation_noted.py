"""What moderators do to somebody, or to what they wrote, is in that person's audit log and archive."""

import inspect
import json
from collections.abc import Callable

import pytest

from accounts.actions import moderation as of_accounts
from accounts.models import AuditEntry, ModerationEntry, User
from content.actions import moderation as of_content
from tests.content.test_data_export import content
from tests.content.test_reports import reported
from tests.people import REASON, Person, make_person, make_post, moderator
from tests.staff import make_group

Act = Callable[[Person], object]


def to(action: Callable[..., object]) -> Act:
    """A moderator's action on a person."""
    return lambda person: action(moderator=moderator(), user_id=person.user.pk, reason=REASON)


def accept_address(person: Person) -> None:
    User.objects.filter(pk=person.user.pk).update(email_verification="REJECTED")
    to(of_accounts.accept_address)(person)


def remove_post(person: Person) -> None:
    of_content.remove_post(moderator=moderator(), post_id=make_post(person).pk, reason=REASON)


def dismiss_reports(person: Person) -> None:
    reported(make_person(), person.id)
    of_content.dismiss_reports(moderator=moderator(), subject=person.user, reason=REASON)


ACTS: dict[str, tuple[Act, list[str]]] = {
    "deactivate_user": (to(of_accounts.deactivate_user), ["DEACTIVATED"]),
    "deactivate_account": (to(of_content.deactivate_account), ["DEACTIVATED"]),
    "reactivate_user": (to(of_accounts.reactivate_user), ["REACTIVATED"]),
    "accept_address": (accept_address, ["ADDRESS_ACCEPTED"]),
    "appoint_moderator": (to(of_accounts.appoint_moderator), ["MODERATOR_APPOINTED"]),
    "release_moderator": (to(of_accounts.release_moderator), ["MODERATOR_RELEASED"]),
    "delete_account": (to(of_accounts.delete_account), ["DELETED"]),
    "remove_post": (remove_post, ["POST_REMOVED"]),
    # Nothing is done to anybody, and it would tell that somebody reported them.
    "dismiss_reports": (dismiss_reports, []),
}


@pytest.fixture(autouse=True)
def group(db: None) -> None:
    """The moderators'."""
    make_group()


def noted(person: Person) -> list[tuple[str, str | None, str]]:
    """What a person's audit log has after their signup: what, and from where."""
    entries = AuditEntry.objects.filter(user=person.user).exclude(event="SIGNED_UP").order_by("pk")
    return list(entries.values_list("event", "ip_address", "user_agent"))


@pytest.mark.parametrize("act", ACTS)
def test_it_is_noted_for_whom_it_is_about_without_telling_where_moderators_sit(ann: Person, act: str) -> None:
    do, events = ACTS[act]

    do(ann)

    assert noted(ann) == [(event, None, "") for event in events]


@pytest.mark.parametrize("act", ACTS)
def test_moderators_find_whom_it_is_about(ann: Person, act: str) -> None:
    ACTS[act][0](ann)

    assert ModerationEntry.objects.get().person == ann.user


def test_every_action_of_moderators_is_tried_here() -> None:
    actions = {
        name
        for module in (of_accounts, of_content)
        for name, act in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_") and "moderator" in inspect.signature(act).parameters
    }

    assert actions - {"log_moderation"} == set(ACTS)


def test_it_is_in_the_archive(ann: Person) -> None:
    for act in ("accept_address", "appoint_moderator", "release_moderator", "remove_post"):
        ACTS[act][0](ann)

    files = content(ann)

    told = [entry["event"] for entry in json.loads(files["audit_log.json"])]
    assert told[1:5] == ["ADDRESS_ACCEPTED", "MODERATOR_APPOINTED", "MODERATOR_RELEASED", "POST_REMOVED"]
    assert REASON not in "".join(files.values())
