"""Mails: written for people, sent by the worker to a real mail server, again when that does not take them."""

import email
import email.policy
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connections
from pytest_django import Settings

from accounts import tasks
from accounts.models import AuditEntry, Mail, User
from accounts.tasks import due_mails, prune_mails, send_mail
from social.stack import free_port
from social.worker import run_worker
from tests.accounts.letters import (
    ask_confirmation,
    ask_reset,
    bodies,
    change_token,
    confirm,
    deliver,
    letters,
    reset,
    reset_token,
    subjects,
)
from tests.accounts.steps import NEW_PASSWORD, at, sign_up
from tests.client import Api
from tests.people import PASSWORD, Person, make_person

ANN = "ann@example.com"


class MailServer:
    """A mail server on loopback; refuses as often as it is told to."""

    def __init__(self, answers: list[str] | None = None) -> None:
        self.got: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.answers = answers or []
        self.arrived = threading.Event()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take a mail, or not."""
        if self.answers:
            return self.answers.pop(0)
        self.recipients += envelope.rcpt_tos
        content: Any = envelope.content
        parsed = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        self.got.append(parsed)
        self.arrived.set()
        return "250 OK"


@pytest.fixture
def by_smtp(settings: Settings) -> None:
    """Mails go to a port of loopback, where nobody listens yet."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free_port(), 5


@pytest.fixture
def server(by_smtp: None, settings: Settings) -> Iterator[MailServer]:
    """A mail server that mails are sent to."""
    handler = MailServer()
    controller = Controller(handler, hostname="127.0.0.1", port=settings.EMAIL_PORT)
    controller.start()
    yield handler
    controller.stop()


# --- What stands in them ---------------------------------------------------------------------------------


def every_mail(ann: Person) -> None:
    """Have each kind of mail sent, all of them to people who are called ann or bob."""
    bob = make_person("bob")
    ask_confirmation(ann.api)
    ask_confirmation(bob.api, email=ANN, password=PASSWORD)
    reset(reset_token(ANN))
    bob_changes = change_token(bob.api, "bobs-new@example.com")
    confirm(bob_changes)
    deliver()


def test_each_mail_is_plain_text_and_html_that_say_the_same(ann: Person) -> None:
    every_mail(ann)

    seen = [*letters(ANN), *letters("bob@example.com"), *letters("bobs-new@example.com")]
    assert len({str(letter["Subject"]) for letter in seen}) == len(Mail._meta.get_field("kind").choices or [])
    for letter in seen:
        plain, html = bodies(letter)["text/plain"], bodies(letter)["text/html"]
        words = re.sub(r"<style.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL)
        told = set(re.findall(r"\w+", words)) - {"Confirm", "my", "new", "Set"}
        assert told <= set(re.findall(r"\w+", plain)) | {"address", "password"}


def test_each_mail_says_what_to_do_if_it_was_not_you(ann: Person) -> None:
    every_mail(ann)

    for letter in [*letters(ANN), *letters("bob@example.com"), *letters("bobs-new@example.com")]:
        for text in bodies(letter).values():
            assert re.search(r"If (it was not you|you did not ask for this): \w", text)


def test_a_mail_greets_by_name_and_comes_from_the_address_of_the_settings(ann: Person) -> None:
    ask_reset(ANN)

    (letter,) = letters(ANN)
    assert (letter["From"], letter["To"]) == ("Social <no-reply@example.com>", ANN)
    assert bodies(letter)["text/plain"].startswith("Hello ann,\n")


def test_html_is_escaped_and_plain_text_is_not(api: Api) -> None:
    grace = Api(sign_up(api)["token"])
    odd = "o'hara&co@example.com"

    change_token(grace, odd)

    (letter,) = letters(odd)
    assert odd in bodies(letter)["text/plain"]
    assert "o&#x27;hara&amp;co@example.com" in bodies(letter)["text/html"]


def test_links_can_lead_to_a_frontend_of_ones_own(ann: Person, settings: Settings) -> None:
    settings.PASSWORD_RESET_LINK = "https://app.example.com/new-password#{token}"

    ask_reset(ANN)

    plain = bodies(letters(ANN)[-1])["text/plain"]
    link = re.search(r"https://app\.example\.com/new-password#(\S+)", plain)
    assert link is not None
    assert reset(link[1])["errors"] == []


# --- How they are sent -----------------------------------------------------------------------------------


def test_the_worker_sends_to_a_mail_server(ann: Person, server: MailServer) -> None:
    ask_reset(ANN)

    deliver()

    (got,) = server.got
    assert (server.recipients, got["Subject"]) == ([ANN], "Set a new password")
    assert [part.get_content_type() for part in got.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize("address", ["grace@bücher.example.com", "грейс@example.com"])
def test_an_international_address_gets_its_mail(api: Api, server: MailServer, address: str) -> None:
    sign_up(api, email=address)
    ask_reset(address)

    deliver()

    assert len(server.got) == 1


def test_a_mail_is_sent_once(ann: Person, server: MailServer) -> None:
    ask_reset(ANN)

    for minutes in (0, 5, 30):
        with at(minutes=minutes):
            deliver()

    assert len(server.got) == 1


@pytest.mark.parametrize("answer", ["451 Try later", "550 No such mailbox", "554 Spam"])
def test_a_mail_that_the_server_refuses_is_sent_again_later(
    ann: Person, server: MailServer, answer: str
) -> None:
    server.answers = [answer, answer]
    ask_reset(ANN)
    deliver()
    assert Mail.objects.get().problem == "SMTPDataError"

    for minutes in (2, 6):
        with at(minutes=minutes):
            deliver()

    assert len(server.got) == 1
    assert (Mail.objects.get().next_attempt_at, Mail.objects.get().problem) == (None, "")


def test_while_the_server_is_down_mails_wait(ann: Person, by_smtp: None, settings: Settings) -> None:
    ask_reset(ANN)
    deliver()
    handler = MailServer()
    controller = Controller(handler, hostname="127.0.0.1", port=settings.EMAIL_PORT)
    controller.start()

    with at(minutes=2):
        deliver()

    controller.stop()
    assert handler.recipients == [ANN]


def test_waits_between_attempts_grow(ann: Person, by_smtp: None) -> None:
    ask_reset(ANN)
    deliver()
    waits_s: list[float] = []
    for _ in range(3):
        due: Any = Mail.objects.get().next_attempt_at
        with at(seconds=(due - datetime.now(UTC)).total_seconds() + 1):
            started = datetime.now(UTC)
            deliver()
            due = Mail.objects.get().next_attempt_at
            waits_s.append((due - started).total_seconds())

    assert 60 <= waits_s[0] <= 125 <= waits_s[2] * 1.1
    assert Mail.objects.get().attempts == 4


def test_a_mail_whose_link_is_over_is_sent_no_more(ann: Person, server: MailServer) -> None:
    ask_reset(ANN)

    with at(minutes=61):
        deliver()

    assert (server.got, Mail.objects.count()) == ([], 0)


def test_one_mail_that_cannot_be_sent_does_not_keep_the_others(ann: Person, server: MailServer) -> None:
    bob = make_person("bob")
    User.objects.filter(pk=bob.user.pk).update(email="two\nlines@example.com", email_key="two")
    Mail.objects.create(
        kind="EMAIL_CONFIRMATION",
        user=bob.user,
        to="two\nlines@example.com",
        next_attempt_at=datetime.now(UTC) - timedelta(1),
        expires_at=datetime.now(UTC) + timedelta(1),
    )
    ask_reset(ANN)

    deliver()

    assert server.recipients == [ANN]
    assert Mail.objects.get(user=bob.user).problem == "ValueError"


def test_a_link_works_as_soon_as_the_mail_is_there(
    ann: Person, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    ask_reset(ANN)
    monkeypatch.setattr(tasks, "settle", lambda *given, **more: False)  # the worker dies after sending

    token = bodies(letters(ANN)[-1])["text/plain"].split("#reset-password=")[1].split()[0]

    assert reset(token)["errors"] == []


def test_a_worker_that_dies_while_sending_delays_the_mail_by_its_lease(
    ann: Person, server: MailServer
) -> None:
    ask_reset(ANN)
    assert len(due_mails(1)) == 1  # claimed, and nothing more
    deliver()
    assert server.got == []

    with at(seconds=61):
        deliver()

    assert len(server.got) == 1


def test_a_step_whose_lease_is_over_sends_nothing(ann: Person, server: MailServer) -> None:
    ask_reset(ANN)
    (late,) = due_mails(1)
    with at(seconds=61):
        deliver()
        late()

    assert len(server.got) == 1


def test_mails_are_forgotten_when_their_links_are_over(ann: Person) -> None:
    ask_reset(ANN)
    subjects(ANN)
    assert prune_mails(1) == []

    with at(minutes=61):
        for step in prune_mails(1):
            step()

    assert not Mail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_worker_itself_sends_what_was_asked_for_before_it_started(server: MailServer) -> None:
    person = make_person()
    ask_reset(person.user.email)
    stop = threading.Event()

    def work() -> None:
        try:
            run_worker(stop)
        finally:
            connections.close_all()

    worker = threading.Thread(target=work)
    worker.start()
    server.arrived.wait(60)
    stop.set()
    worker.join(60)

    assert server.recipients == [person.user.email]


def test_a_mail_of_a_request_that_failed_is_never_sent(ann: Person, server: MailServer) -> None:
    token = reset_token_by(server)

    assert reset(token, "short")["errors"] != []
    deliver()
    assert [got["Subject"] for got in server.got] == ["Set a new password"]

    assert reset(token, NEW_PASSWORD)["errors"] == []
    deliver()
    assert [got["Subject"] for got in server.got][1:] == ["Your password was changed"]


def reset_token_by(server: MailServer) -> str:
    """A token to set ann's password with, as the mail server got it."""
    ask_reset(ANN)
    deliver()
    plain = server.got[-1].get_body(("plain",))
    assert plain is not None
    token: str = plain.get_content().split("#reset-password=")[1].split()[0]
    return token


def test_who_asked_for_the_mail_is_noted_when_it_is_sent(ann: Person, server: MailServer) -> None:
    server.answers = ["451 Try later"]
    ask_reset(ANN)
    deliver()
    mailed = AuditEntry.objects.filter(event="PASSWORD_RESET_MAILED")
    assert not mailed.exists()

    with at(minutes=2):
        deliver()

    assert (mailed.get().user, mailed.get().ip_address) == (ann.user, "127.0.0.1")


def test_a_mail_to_nobody_is_forgotten(db: None) -> None:
    ask_reset("nobody@example.com")
    (job,) = Mail.objects.all()

    send_mail(job)

    assert not Mail.objects.exists()
