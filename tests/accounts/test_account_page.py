"""The page that links in mails lead to, in a real browser."""

import logging
from collections.abc import Iterator

import pytest
from django.db import connections
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.accounts.letters import ask_confirmation, ask_reset, bodies, letters
from tests.accounts.steps import NEW_PASSWORD, sign_in
from tests.chromium import chromium, complaints_of
from tests.client import Api
from tests.people import Person, make_person

pytestmark = pytest.mark.any_database

SENT: list[str] = []


@pytest.fixture
def page(live_server: LiveServer, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """A browser, and links in mails that lead to the server it can reach."""
    # Playwright's loop runs in this thread; what the tests ask the database meanwhile is in nobody's way.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    for name in ("PASSWORD_RESET_LINK", "EMAIL_CONFIRMATION_LINK"):
        setattr(settings, name, getattr(settings, name).replace(settings.APP_URL, live_server.url))
    SENT.clear()
    with chromium() as browser:
        page = browser.new_page()
        page.on("request", lambda request: SENT.append(request.url))
        page.on("console", lambda message: SENT.append(message.text))
        yield page
        connections.close_all()  # within the loop, Django has other connections than outside


@pytest.fixture
def somebody(page: Page) -> Person:
    """Somebody whom the live server knows too."""
    return make_person("ann")


def link_in_mail(address: str) -> str:
    """The link in the latest mail to an address."""
    plain = bodies(letters(address)[-1])["text/plain"]
    return next(line for line in plain.splitlines() if line.startswith("http"))


def test_the_link_sets_a_new_password(page: Page, somebody: Person, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    complaints = complaints_of(page)
    ask_reset(somebody.user.email)
    link = link_in_mail(somebody.user.email)

    page.goto(link)
    page.get_by_label("Your new password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Set it").click()

    expect(page.get_by_role("status")).to_contain_text("Your new password is set")
    assert sign_in(Api(), "ann", NEW_PASSWORD)["errors"] == []
    token = link.partition("=")[2]
    assert [url for url in (*SENT, page.url) if token.split(":")[1] in url and "#" not in url] == []
    assert token.split(":")[1] not in page.url + caplog.text
    assert complaints == []


@pytest.mark.long
def test_what_is_wrong_with_the_password_is_told_and_can_be_mended(page: Page, somebody: Person) -> None:
    ask_reset(somebody.user.email)
    page.goto(link_in_mail(somebody.user.email))

    page.get_by_label("Your new password").fill("short")
    page.get_by_role("button", name="Set it").click()
    expect(page.get_by_role("status")).to_have_text("A password has at least 10 characters.")
    page.get_by_label("Your new password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Set it").click()

    expect(page.get_by_role("status")).to_contain_text("Your new password is set")


def test_the_link_confirms_the_address_once_one_says_so(page: Page, somebody: Person) -> None:
    ask_confirmation(somebody.api)
    page.goto(link_in_mail(somebody.user.email))
    expect(page.get_by_role("button", name="Confirm my address")).to_be_visible()
    verification = "{ viewer { emailVerification } }"
    assert somebody.api.read(verification)["viewer"]["emailVerification"] != "CONFIRMED"

    page.get_by_role("button", name="Confirm my address").click()

    expect(page.get_by_role("status")).to_have_text("Your address is confirmed.")
    assert somebody.api.read(verification)["viewer"]["emailVerification"] == "CONFIRMED"


@pytest.mark.long
def test_a_link_that_cannot_be_used_says_so(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/account/#confirm-email=no:token")
    page.get_by_role("button", name="Confirm my address").click()

    expect(page.get_by_role("status")).to_contain_text("This link cannot be used any more.")


@pytest.mark.long
def test_a_link_that_is_not_whole_says_so(page: Page, live_server: LiveServer) -> None:
    for fragment in ("", "#", "#reset-password=", "#constructor=x", "#else=x"):
        page.goto("about:blank")
        page.goto(f"{live_server.url}/account/{fragment}")

        expect(page.get_by_role("status")).to_have_text("This page needs the whole link from the mail.")
        assert page.get_by_role("button").count() == 0


def test_the_page_tells_nobody_where_one_comes_from(client: Client) -> None:
    page = client.get("/account/").content.decode()

    assert '<meta name="referrer" content="no-referrer">' in page
