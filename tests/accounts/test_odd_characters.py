"""Lone surrogates and NUL where names, passwords and tokens enter: refused, never a fault."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, User
from tests.accounts.letters import reset, reset_token
from tests.accounts.steps import NEW_PASSWORD, sign_in, sign_up
from tests.client import Api, problems
from tests.people import PASSWORD, Person
from tests.staff import appointed

ODD = [
    *("\ud800", "ann\ud800", "ann@example.com\udfff", f"{PASSWORD}\ud800"),
    *("\x00", "ann\x00", f"{PASSWORD}\x00"),
]
# What is given besides; and what takes the odd text.
INPUTS: list[tuple[str, str, dict[str, Any], str]] = [
    ("tokenAuth", "token", {"password": PASSWORD}, "username"),
    ("tokenAuth", "token", {"username": "ann"}, "password"),
    ("tokenAuth", "token", {"username": "nobody"}, "password"),
    ("signup", "token", {"email": "new@example.com", "password": "v8hx0qpl2m"}, "username"),
    ("signup", "token", {"username": "grace", "password": "v8hx0qpl2m"}, "email"),
    ("refreshToken", "token", {}, "refreshToken"),
    ("requestPasswordReset", "", {}, "email"),
    ("resetPassword", "token", {"newPassword": NEW_PASSWORD}, "token"),
    ("confirmEmail", "user { id }", {}, "token"),
    ("changePassword", "token", {"newPassword": NEW_PASSWORD}, "currentPassword"),
    ("deleteAccount", "deletedUserId", {}, "password"),
    ("requestEmailConfirmation", "", {"email": "new@example.com"}, "password"),
    ("requestEmailConfirmation", "", {"password": PASSWORD}, "email"),
    ("requestDataExport", "dataExport { id }", {}, "password"),
]


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(("mutation", "fields", "given", "name"), INPUTS)
def test_it_is_refused(
    ann: Person, mutation: str, fields: str, given: dict[str, Any], name: str, odd: str
) -> None:
    before = User.objects.values().get()

    payload = ann.api.do(mutation, fields, **given, **{name: odd})

    assert len(payload["errors"]) == 1
    assert User.objects.values().get() == before


@pytest.mark.parametrize("odd", ODD)
def test_it_ends_no_session(ann: Person, odd: str) -> None:
    assert ann.api.do("revokeToken", "revokedCount", refreshToken=odd)["revokedCount"] == 0


@pytest.mark.parametrize("new", ["surrogate \ud800 at last", "\udfff surrogate at first"])
def test_a_lone_surrogate_is_in_no_new_password(ann: Person, new: str) -> None:
    changed = ann.api.do("changePassword", "token", currentPassword=PASSWORD, newPassword=new)
    signed_up = sign_up(Api(), password=new)

    assert problems(changed) == [("INVALID", "input.newPassword")]
    assert problems(signed_up) == [("INVALID", "input.password")]
    assert problems(reset(reset_token(), new)) == [("INVALID", "input.newPassword")]


def test_nul_may_be_in_a_password_and_counts(api: Api) -> None:
    sign_up(api, password="a long \x00 passphrase")

    assert sign_in(api, "grace", "a long \x00 passphrase")["errors"] == []
    assert problems(sign_in(api, "grace", "a long \x01 passphrase")) == [("INVALID_CREDENTIALS", None)]


@pytest.mark.parametrize("sent", ["ab?cd efgh ijkl", "ab\ufffdcd efgh ijkl"])
def test_a_lone_surrogate_is_taken_for_no_other_character(api: Api, sent: str) -> None:
    sign_up(api, password=sent)

    assert problems(sign_in(api, "grace", "ab\ud800cd efgh ijkl")) == [("INVALID_CREDENTIALS", None)]


@pytest.mark.parametrize("body", [b"username=mod1&password=a%ED%A0%80", b"username=%ED%A0%80mod1&password=a"])
def test_the_admins_form_refuses_it_too(db: None, body: bytes) -> None:
    appointed("mod1")

    answer = Client().post("/admin/login/", body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 200
    assert AuditEntry.objects.latest("pk").event == "SIGN_IN_REFUSED"


@pytest.mark.parametrize("name", ["username", "password"])
def test_the_admins_form_takes_no_nul(db: None, name: str) -> None:
    answer = Client().post("/admin/login/", {"username": "mod1", "password": PASSWORD, name: "a\x00b"})

    assert answer.status_code == 200
    assert not AuditEntry.objects.exists()
