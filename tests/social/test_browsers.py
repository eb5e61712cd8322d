"""Our pages in a real browser: nothing of ours is stopped, all that is planted is. And pages of others."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.utils.safestring import mark_safe
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from content.actions.reports import report_post
from content.admin.posts import PostAdmin
from content.models import Post
from tests.chromium import chromium, complaints_of
from tests.people import PASSWORD, REASON, Person, make_person, make_post
from tests.staff import ENTRIES, GROUPS, POSTS, QUEUE, REPORTS, USERS, appointed

pytestmark = pytest.mark.any_database

MARKUP = "<script>ran.push('a post')</script><img src='/static/nothing.png' onerror='ran.push(1)'>"
PLANT = """async () => {
    window.ran = [];
    const script = document.createElement("script");
    script.textContent = "ran.push('a script')";
    const box = document.createElement("div");
    box.innerHTML = `<img src="/static/nothing.png" onerror="ran.push('a handler')">
        <a href="javascript:void ran.push('an address')">x</a>`;
    document.body.append(script, box);
    box.querySelector("a").click();
    await new Promise((resolve) => setTimeout(resolve, 500));
    return ran.sort();
}"""
PLANTED = ["a handler", "a script", "an address"]
CALL = """async ([url, token]) => {
    try {
        const response = await fetch(url, {
            method: "POST",
            headers: {
                "Authorization": `Bearer ${token}`,
                "Content-Type": "application/json",
                "X-Request-Id": "mine",
            },
            body: JSON.stringify({ query: "{ viewer { user { username } } }" }),
        });
        const told = ["X-Request-Id", "WWW-Authenticate"].map((name) => response.headers.get(name));
        return [response.status, ...told, (await response.json()).data ?? null];
    } catch (error) {
        return error.message;
    }
}"""


@dataclass(frozen=True)
class Window:
    """A page of our server in a browser, and what the browser complained of."""

    page: Page
    origin: str
    complaints: list[str]

    def open(self, path: str) -> None:
        """Go there, and wait until it is quiet."""
        self.page.goto(self.origin + path, wait_until="networkidle")

    def sign_in(self) -> None:
        """Get into the admin by its form."""
        self.open("/admin/")
        self.page.get_by_label("Username").fill("mod1")
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Log in").click()
        expect(self.page.get_by_role("button", name="Log out")).to_be_visible()


@pytest.fixture
def post(live_server: LiveServer, ann: Person) -> Post:
    """A post that was reported, and a moderator to judge it."""
    appointed("mod1")
    post = make_post(ann, MARKUP)
    report_post(reporter=make_person().user, subject_id=post.pk, reason="SPAM", comment=MARKUP)
    return post


@pytest.fixture
def superuser(post: Post) -> None:
    """The moderator may everything."""
    User.objects.filter(username="mod1").update(is_superuser=True)


@pytest.fixture
def window(live_server: LiveServer) -> Iterator[Window]:
    """A browser."""
    with chromium() as browser:
        page = browser.new_page()
        yield Window(page, live_server.url, complaints_of(page))


class _EmptyPage(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Elsewhere</title>")

    def log_message(self, *args: Any) -> None:
        """Nothing is told."""


@contextmanager
def elsewhere() -> Iterator[str]:
    """Another origin, with a page and no policy."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _EmptyPage) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_moderator_signs_in_looks_and_settles_a_report(post: Post, window: Window) -> None:
    page = window.page
    window.sign_in()
    window.open(POSTS)
    expect(page.get_by_role("cell", name="<script>ran.push")).to_be_visible()
    window.open(QUEUE)
    page.get_by_role("link", name=f"Post {post.pk}").click()
    expect(page.get_by_role("blockquote").first).to_have_text(MARKUP)

    page.get_by_label("Action:").select_option("Dismiss")
    page.get_by_label("Reason:").fill(REASON)
    page.get_by_role("button", name="Go").click()

    expect(page.get_by_text("Dismissed: 1.")).to_be_visible()
    assert window.complaints == []


def test_what_a_page_forgets_to_escape_does_not_run(
    post: Post, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.page.add_init_script("window.ran = []")
    monkeypatch.setattr(PostAdmin, "excerpt", lambda admin, post: mark_safe(post.body))  # noqa: S308  # the mistake
    window.sign_in()

    window.open(POSTS)

    assert window.page.locator("#result_list script, #result_list img").count() == 2
    assert window.page.evaluate("ran") == []
    assert {each for each in window.complaints if each.startswith("stopped: ")} == {
        "stopped: script-src-elem inline",
        "stopped: script-src-attr inline",
    }


def test_what_is_planted_on_a_page_does_not_run(live_server: LiveServer, window: Window) -> None:
    with elsewhere() as other:
        window.page.goto(other)
        assert window.page.evaluate(PLANT) == PLANTED

    for path in ("/graphql/", "/account/", "/admin/login/", "/nowhere"):
        window.open(path)
        assert (path, window.page.evaluate(PLANT)) == (path, [])


@pytest.mark.long
@pytest.mark.parametrize("path", [POSTS, QUEUE, REPORTS, USERS, f"{USERS}?q=ann", ENTRIES, f"{GROUPS}add/"])
def test_nothing_on_a_page_of_the_admin_is_stopped(superuser: None, window: Window, path: str) -> None:
    window.sign_in()

    window.open(path)
    for link in ("#result_list .text a", "#result_list tbody a", "#changelist-filter a", ".historylink"):
        if window.page.locator(link).count():
            window.page.locator(link).first.click()
            window.page.wait_for_load_state("networkidle")

    assert window.complaints == []


def test_a_page_of_a_listed_origin_calls_the_api(ann: Person, window: Window, settings: Settings) -> None:
    endpoint = f"{window.origin}/graphql/"
    with elsewhere() as listed:
        settings.CORS_ALLOWED_ORIGINS = [listed]
        window.page.goto(listed)

        told = [window.page.evaluate(CALL, [endpoint, token]) for token in (ann.api.token, "nonsense")]

    assert told == [
        [200, "mine", None, {"viewer": {"user": {"username": "ann"}}}],
        [401, "mine", 'Bearer error="invalid_token"', None],
    ]


def test_a_page_of_another_origin_cannot(ann: Person, window: Window, settings: Settings) -> None:
    with elsewhere() as listed, elsewhere() as other:
        settings.CORS_ALLOWED_ORIGINS = [listed]
        window.page.goto(other)

        assert window.page.evaluate(CALL, [f"{window.origin}/graphql/", ann.api.token]) == "Failed to fetch"
