"""Archives of everything that is held about a person: complete, for their owner alone, for a while."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.files.storage import storages
from django.db import models
from django.test import Client

from accounts.actions.sessions import start_session
from accounts.devices import Device
from accounts.models import AuditEntry, User
from content.actions.exports import STORAGE
from content.archive import SECTIONS
from content.models import DataExport
from content.tasks import due_exports, prune_exports
from tests.client import problems
from tests.content.steps import write
from tests.people import PASSWORD, Person

EXPORTS = "{ viewer { dataExports { id status url createdAt expiresAt } } }"
# Rows that name a person and are not theirs to be told of, or hold nothing about them.
NOT_TOLD = {
    ("Block", "blocked"),
    ("Mute", "muted"),
    ("Report", "user"),
    ("Report", "post"),
    ("Notification", "actor"),
    ("ModerationEntry", "person"),  # what was done is in the audit log; the notes are the moderators'
    ("LogEntry", "user"),  # what staff did in the admin
    ("User_groups", "user"),
    ("User_user_permissions", "user"),
}


def run(steps: Any) -> None:
    """What the worker does."""
    for step in steps:
        step()


def ask(person: Person, password: str = PASSWORD) -> Any:
    return person.api.do("requestDataExport", "dataExport { id status url }", password=password)


def ready(person: Person) -> Any:
    """An archive that was asked for and made."""
    assert ask(person)["errors"] == []
    run(due_exports(8))
    return person.api.read(EXPORTS)["viewer"]["dataExports"][0]


def fetch(url: str, person: Person | None = None) -> tuple[int, bytes]:
    """The status, and what is sent."""
    headers = {"Authorization": f"Bearer {person.signed_in.access.token}"} if person else {}
    response: Any = Client().get(url.removeprefix("http://127.0.0.1:8000"), headers=headers)
    if not response.streaming:
        return response.status_code, response.content
    return response.status_code, b"".join(response.streaming_content)  # which closes it


def content(person: Person) -> dict[str, Any]:
    """The archive's files."""
    _, sent = fetch(ready(person)["url"], person)
    with zipfile.ZipFile(io.BytesIO(sent)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_an_archive_is_made_in_the_background(ann: Person) -> None:
    asked = ask(ann)

    assert (asked["dataExport"]["status"], asked["dataExport"]["url"]) == ("PENDING", None)
    run(due_exports(8))
    made = ann.api.read(EXPORTS)["viewer"]["dataExports"]
    assert [(each["id"], each["status"]) for each in made] == [(asked["dataExport"]["id"], "READY")]


def test_asking_again_while_it_is_made_is_the_same_archive(ann: Person) -> None:
    assert ask(ann)["dataExport"]["id"] == ask(ann)["dataExport"]["id"]
    assert DataExport.objects.count() == 1


def test_asking_again_afterwards_makes_another_and_the_newest_comes_first(ann: Person) -> None:
    first, second = ready(ann)["id"], ready(ann)["id"]

    exports = ann.api.read(EXPORTS)["viewer"]["dataExports"]

    assert [each["id"] for each in exports] == [second, first]


def test_a_wrong_password_makes_nothing(ann: Person) -> None:
    assert problems(ask(ann, "not my password")) == [("INVALID_CREDENTIALS", "input.password")]
    assert DataExport.objects.count() == 0


def test_an_archive_is_for_its_owner_alone(ann: Person, bob: Person) -> None:
    url = ready(ann)["url"]

    assert [fetch(url, person)[0] for person in (ann, bob, None)] == [200, 404, 401]


@pytest.mark.parametrize(
    ("header", "challenge"),
    [
        ({}, "Bearer"),
        ({"Authorization": "Bearer no token"}, 'Bearer error="invalid_token"'),
        ({"Authorization": "Basic YTpi"}, 'Bearer error="invalid_token"'),
    ],
)
def test_who_brings_no_token_or_a_bad_one_is_told_so_as_by_the_api(
    ann: Person, header: dict[str, str], challenge: str
) -> None:
    answer = Client().get(ready(ann)["url"].removeprefix("http://127.0.0.1:8000"), headers=header)

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, challenge)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_an_archive_is_fetched_by_get_alone(ann: Person, method: str) -> None:
    url = ready(ann)["url"].removeprefix("http://127.0.0.1:8000")

    answer = Client(enforce_csrf_checks=True).generic(method, url)

    assert (answer.status_code, answer["Allow"]) == (405, "GET")


def test_fetching_it_is_noted(ann: Person) -> None:
    fetch(ready(ann)["url"], ann)

    events = AuditEntry.objects.filter(user=ann.user).order_by("pk").values_list("event", flat=True)
    assert list(events)[-2:] == ["EXPORT_REQUESTED", "EXPORT_FETCHED"]


def test_after_a_week_it_is_gone_and_its_file_too(ann: Person) -> None:
    export = ready(ann)
    name = DataExport.objects.get().file

    with time_machine.travel(DataExport.objects.get().expires_at, tick=False):
        session = start_session(user=ann.user, device=Device())
        run(prune_exports(8))
        later = Person(session)
        assert fetch(export["url"], later)[0] == 404
        assert later.api.read(EXPORTS)["viewer"]["dataExports"][0]["status"] == "EXPIRED"
    assert not storages[STORAGE].exists(name)


def test_a_disk_that_is_full_delays_it(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(ann)
    monkeypatch.setattr(storages[STORAGE], "save", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))

    run(due_exports(8))

    job = DataExport.objects.get()
    assert (job.status, job.problem) == ("PENDING", "OSError")


def test_after_a_day_of_failing_it_says_so(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(ann)
    monkeypatch.setattr(storages[STORAGE], "save", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))

    with time_machine.travel(DataExport.objects.get().created_at + timedelta(days=2), tick=False):
        run(due_exports(8))

    assert DataExport.objects.get().status == "FAILED"


def test_it_holds_what_one_wrote_and_who_one_is(ann: Person) -> None:
    write(ann, "Hello #world, this is ünïcode.")

    files = content(ann)

    [post] = json.loads(files["posts.json"])
    [account] = json.loads(files["account.json"])
    assert post["body"] == "Hello #world, this is ünïcode."
    assert (account["username"], account["email"]) == ("ann", "ann@example.com")
    assert len(json.loads(files["hashtags.json"])) == 1


def test_it_holds_nothing_of_others_and_no_secret(ann: Person, bob: Person) -> None:
    write(bob, "bob's own words")

    text = "".join(content(ann).values())

    assert "bob's own words" not in text
    assert User.objects.get(pk=ann.user.pk).password not in text
    assert "token_hash" not in text


def test_every_row_that_names_a_person_is_in_the_archive_or_argued_out() -> None:
    told = {(section.model.__name__, section.owner.partition("__")[0]) for section in SECTIONS}
    naming = {
        (model.__name__, field.name)
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is User
    }

    assert {(name, field) for name, field in naming if (name, field) not in told} == NOT_TOLD & naming
