"""A whole life, with failures of every kind, at log level DEBUG: nothing secret is told anywhere."""

import contextlib
import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings as project
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from pytest_django import Settings

from accounts.actions import signup
from accounts.models import AuditEntry, Mail, RefreshToken, User
from accounts.tasks import prune_audit, prune_mails, prune_sessions
from accounts.tokens import SigningKey
from schema.execution import Answer, Asked
from services.sandbox import Sandbox
from social.logs import logging_config
from social.stack import free_port
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
from tests.accounts.steps import at, refresh, sign_in, sign_up, work
from tests.client import Api
from tests.people import Person

PASSWORDS = ["first-secret-passphrase", "second-secret-passphrase", "wrong-secret-passphrase"]
FIRST, SECOND, WRONG = PASSWORDS
ADDRESSES = ["quiet.grace@example.com", "quiet.new@example.com", "pending+quiet@example.com"]
GRACE, NEW, PENDING = ADDRESSES


@pytest.fixture(params=["json", "text"])
def told(request: pytest.FixtureRequest, settings: Settings) -> Iterator[io.StringIO]:
    """All that is logged, at level DEBUG, in both forms; with Django's DEBUG where people develop."""
    root, stream = logging.getLogger(), io.StringIO()
    before, level = list(root.handlers), root.level
    settings.DEBUG = request.param == "text"
    with contextlib.redirect_stderr(stream):
        logging_config(level="DEBUG", json=request.param == "json")
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


class Life:
    """What somebody does from signup on, and every secret that comes of it."""

    def __init__(self) -> None:
        self.secrets = {*PASSWORDS, *ADDRESSES, *map(quote, ADDRESSES), "sandbox-key", project.SECRET_KEY}
        self.answers: list[Any] = []

    def keep(self, payload: Any) -> Any:
        """Note the tokens of a payload."""
        self.secrets |= {payload[name] for name in ("token", "refreshToken") if payload.get(name)}
        return payload

    def keep_link(self, token: str) -> str:
        """Note the token of a link."""
        self.secrets |= {token, quote(token)}
        return token

    def send(self, api: Api, document: str, **given: Any) -> None:
        """Ask for something that goes wrong; what is answered must not repeat what was sent."""
        self.answers.append(api.send(document, given).body.get("errors"))

    def found_in(self, text: str) -> list[str]:
        """Which secrets stand in a text."""
        return sorted(secret for secret in self.secrets if secret in text)


def lives(life: Life) -> Api:
    """Signs up, in and out, forgets the password, changes the address; all of it also wrongly."""
    signed_up = life.keep(sign_up(Api(), email=GRACE, password=FIRST))
    api = Api(signed_up["token"])
    life.keep(sign_up(Api(), username="pending", email=PENDING, password=FIRST))
    sign_up(Api(), username="other", email=GRACE, password=FIRST)
    sign_up(Api(), username="other", email=NEW, password=GRACE)
    for name in (GRACE, "grace", "nobody@example.com"):
        sign_in(Api(), name, WRONG)
    life.keep(sign_in(Api(), GRACE, FIRST))
    life.keep(refresh(Api(), signed_up["refreshToken"]))
    work(2)
    confirm(life.keep_link(confirmation_token(api, GRACE)))
    ask_confirmation(api, email=NEW, password=WRONG)
    confirm(life.keep_link(change_token(api, NEW, FIRST)).swapcase())
    api.do("changePassword", "token", currentPassword=WRONG, newPassword="short")
    link = life.keep_link(reset_token(GRACE))
    reset(link[:-1], SECOND)
    again = life.keep(reset(link, SECOND))
    reset(link, SECOND)
    api = Api(again["token"])
    confirm(life.keep_link(change_token(api, NEW, SECOND)))
    with at(minutes=1):
        refresh(Api(), signed_up["refreshToken"])
    return api


def goes_wrong(life: Life, api: Api) -> None:
    """Requests that nobody can answer: malformed, forged, with secrets in odd places."""
    life.send(api, '{ user(username: "' + GRACE + '") { nothing } }')
    life.send(api, 'mutation { tokenAuth(input: {username: "' + GRACE + '", password: "' + FIRST)
    life.send(Api(f"{api.token}x"), "{ viewer { email } }")
    life.send(api, "query($id: ID!) { node(id: $id) { id } }", id={"password": FIRST})
    life.send(Api(), "mutation($i: TokenAuthInput!) { tokenAuth(input: $i) { token } }", i={"password": 1})
    Client().get("/graphql/", {"query": "{ viewer { email } }", "token": str(api.token)})
    Client().post("/graphql/", f"password={FIRST}", content_type="application/x-www-form-urlencoded")
    Client().get(f"/nowhere/{quote(NEW)}")
    Client().post("/admin/login/", {"username": "grace", "password": WRONG})


def the_database_fails(life: Life, api: Api) -> None:
    """Every table that a secret is written to or looked up in is lost, one after the other."""
    token = life.keep(sign_in(Api(), NEW, SECOND))["refreshToken"]
    acts: dict[str, Callable[[], Any]] = {
        "accounts_session": lambda: api.send("{ viewer { email } }").errors,
        "accounts_refreshtoken": lambda: raw("refreshToken", refreshToken=token),
        "accounts_mail": lambda: raw("requestPasswordReset", email=NEW),
        "accounts_auditentry": lambda: raw("tokenAuth", username=NEW, password=WRONG),
        "accounts_user": lambda: raw("signup", username="late", email=GRACE, password=FIRST),
    }
    for table, act in acts.items():
        with contextlib.suppress(DatabaseError), transaction.atomic():
            with connection.cursor() as cursor:
                if connection.vendor == "postgresql":
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute(f"ALTER TABLE {table} RENAME TO gone")
            life.answers.append(act())
            transaction.set_rollback(True)


def raw(mutation: str, **given: Any) -> Any:
    """The errors of a mutation that fails on our side."""
    kind = f"{mutation[0].upper()}{mutation[1:]}Input"
    document = f"mutation($i: {kind}!) {{ {mutation}(input: $i) {{ errors {{ code }} }} }}"
    reply = Api().send(document, {"i": given})
    assert reply.codes == ["INTERNAL_SERVER_ERROR"]
    return reply.errors


def the_mail_server_fails(settings: Settings) -> None:
    """It is not there."""
    backend, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    ask_reset(NEW)
    deliver()
    settings.EMAIL_BACKEND = backend


def the_program_fails(monkeypatch: pytest.MonkeyPatch, life: Life) -> None:
    """An exception that nobody foresaw, whose words and whose frames hold everything."""

    def fail(**given: Any) -> Any:
        local = {**given, "token": token}
        raise KeyError(f"{local['email']} {token}\n{local}")

    token = life.keep(sign_in(Api(), NEW, SECOND))["token"]
    with monkeypatch.context() as patched:
        patched.setattr(signup, "sign_up", fail)
        life.answers.append(raw("signup", username="late", email=GRACE, password=FIRST))


def a_constraint_fails(life: Life) -> None:
    """The database itself refuses a row, and would quote it whole."""
    user = User.objects.get(username="grace")
    log = logging.getLogger("tests")
    try:
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(username="no name!")
    except IntegrityError:
        log.exception("refused")
    try:
        with transaction.atomic():
            User.objects.create(username="twice", email=NEW, email_key=user.email_key, password=SECOND)
    except IntegrityError:
        log.exception("refused")
    life.secrets.add(user.password)


@pytest.mark.django_db
def test_nothing_secret_is_told_to_the_log_or_in_an_error(
    told: io.StringIO, sandbox: Sandbox, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = Life()

    api = lives(life)
    goes_wrong(life, api)
    the_mail_server_fails(settings)
    the_program_fails(monkeypatch, life)
    a_constraint_fails(life)
    the_database_fails(life, api)
    with at(days=400):
        for prune in (prune_mails, prune_audit, prune_sessions):
            [step() for step in prune(9)]
    life.secrets |= {token.token_hash for token in RefreshToken.objects.all()}

    assert life.found_in(told.getvalue()) == []
    assert life.found_in(json.dumps(life.answers)) == []
    assert len(life.secrets) > 20


def test_the_log_would_have_had_what_went_wrong(
    db: None, told: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = Life()
    sign_up(Api(), email=NEW, password=SECOND)

    the_program_fails(monkeypatch, life)
    a_constraint_fails(life)
    the_database_fails(life, Api())

    for words in ("KeyError", "in fail", "user_username_form", "accounts_mail", "accounts_auditentry"):
        assert words in told.getvalue()


def test_a_row_does_not_show_what_is_secret(ann: Person) -> None:
    reset_token("ann@example.com")
    rows = [*User.objects.all(), *Mail.objects.all(), *RefreshToken.objects.all(), *AuditEntry.objects.all()]

    shown = repr(rows) + "".join(map(str, rows))

    assert "example.com" not in shown
    assert ann.user.password not in shown


def test_what_travels_between_functions_does_not_show_what_is_secret(ann: Person) -> None:
    signed_in = ann.signed_in
    candidate = signup.Candidate(username="grace", email=GRACE, display_name="")
    travelling = [
        signed_in,
        signed_in.access,
        candidate,
        SigningKey.of(project.JWT_KEYS[0], "HS256"),
        Asked("mutation { secret }", {"password": FIRST}),
        Answer({"data": {"token": signed_in.access.token}}, executed=True),
    ]

    shown = repr(travelling)

    for secret in (signed_in.refresh_token, signed_in.access.token, GRACE, project.JWT_KEYS[0], FIRST):
        assert secret not in shown


def test_no_page_of_the_admin_shows_a_secret(ann: Person) -> None:
    User.objects.update(is_staff=True, is_superuser=True)
    link = reset_token("ann@example.com")
    client = Client()
    client.force_login(ann.user)
    index = client.get("/admin/").content.decode()

    pages = [
        client.get(f"/admin/accounts/{page}").content.decode()
        for page in ("user/", f"user/{ann.user.pk}/change/", "auditentry/")
    ]

    user = User.objects.get()
    for secret in (user.password, link, ann.signed_in.refresh_token, ann.signed_in.access.token):
        assert secret not in index + "".join(pages)
    assert "refreshtoken" not in index.lower()
