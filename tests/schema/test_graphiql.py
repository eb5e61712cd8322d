"""GraphiQL: the page that `/graphql/` shows to a browser, in a real one."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from graphql import OperationDefinitionNode, parse, validate
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

import schema as room
from schema.schema import schema
from tests.chromium import chromium, complaints_of

pytestmark = pytest.mark.any_database

STATIC = Path(room.__file__).parent / "static" / "graphiql"
EXAMPLES = (STATIC / "examples.graphql").read_text().strip().split("\n\n")
TITLES = [
    "Sign up",
    "Sign in",
    "Create a post",
    "Like a post",
    "Unlike a post",
    "Read the feed",
    "One more page",
    "Your profile",
    "Browse users",
    "Who liked a post",
]
ASK_THREE_TIMES_AT_ONCE = """async (signedIn) => {
    sessionStorage.setItem("social:signed-in", JSON.stringify(signedIn));
    const { Session } = await import("/static/graphiql/session.js");
    const session = new Session("/graphql/", sessionStorage, () => {});
    const ask = () => session.send({ query: "{ viewer { user { username } } }" });
    const results = await Promise.all([ask(), ask(), ask()]);
    return results.map((result) => result.data.viewer.user.username);
}"""


@dataclass(frozen=True)
class Screen:
    """The page as a person uses it, and what it did besides."""

    page: Page
    origin: str
    complaints: list[str]
    strangers: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Note every request to another origin."""
        self.page.on("request", lambda request: self._note_request(request.url))

    def load(self, path: str = "/graphql/") -> None:
        """Open the page and wait until the first example is in the editor."""
        self.page.goto(self.origin + path)
        self._wait_for_example(TITLES[0])

    def show(self, title: str) -> None:
        """Click an example and wait until it is filled in."""
        examples = self.page.get_by_role("navigation", name="Examples")
        examples.get_by_role("button", name=title, exact=True).click()
        self._wait_for_example(title)

    def run(self, title: str | None = None) -> Any:
        """The result of what is in the editor, or of an example."""
        if title is not None:
            self.show(title)
        self.page.get_by_role("button", name="Execute query").click()
        return self._response()

    def explain(self) -> Any:
        """What the operation in the editor may need."""
        self.page.get_by_role("button", name="Explain").click()
        return self._response()

    def sign_up(self) -> Any:
        """The payload of the example, once the page knows who that is."""
        payload = self.run("Sign up")["data"]["signup"]
        self.expect_who(f"Signed in as @{payload['user']['username']}")
        return payload

    def write(self, document: str, *, name: str) -> None:
        """Replace what is in the editor by a document with an operation called `name`."""
        self.page.locator(".graphiql-query-editor .CodeMirror").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(document)
        expect(self.page.get_by_role("tab", name=name)).to_be_visible()

    def write_headers(self, headers: dict[str, str]) -> None:
        """Fill in the editor of headers."""
        self.page.get_by_role("button", name="Headers", exact=True).click()
        self.page.locator(".graphiql-editor-tool .graphiql-editor:not(.hidden) .CodeMirror").click()
        self.page.keyboard.insert_text(json.dumps(headers))

    def expect_who(self, text: str | re.Pattern[str]) -> None:
        """What the page says about who is signed in."""
        expect(self.page.get_by_role("status")).to_have_text(text)

    def expect_notice(self, text: str) -> None:
        """What the page tells the person to do."""
        expect(self.page.get_by_role("alert")).to_contain_text(text)

    def _response(self) -> Any:
        shown = self.page.wait_for_function(f"() => {_value('response')}")
        return json.loads(shown.json_value())

    def _wait_for_example(self, title: str) -> None:
        self.page.wait_for_function(
            f"title => {_value('query-editor')}.startsWith(`# ${{title}}\\n`) && {_value('response')} === ''",
            arg=title,
        )

    def _note_request(self, url: str) -> None:
        if not url.startswith(self.origin + "/"):
            self.strangers.append(url)


def _value(editor: str) -> str:
    return f"(document.querySelector('.graphiql-{editor} .CodeMirror')?.CodeMirror.getValue() ?? '')"


@pytest.fixture
def screen(live_server: LiveServer) -> Iterator[Screen]:
    """A browser with GraphiQL open."""
    with chromium() as browser:
        page = browser.new_page()
        screen = Screen(page, live_server.url, complaints_of(page))
        screen.watch()
        screen.load()
        yield screen


def test_the_examples_stand_in_the_order_a_newcomer_needs_them() -> None:
    assert [text.splitlines()[0].removeprefix("# ") for text in EXAMPLES] == TITLES


@pytest.mark.parametrize("text", EXAMPLES, ids=TITLES)
def test_each_example_is_one_valid_operation(text: str) -> None:
    document = parse(text)

    assert [type(definition) for definition in document.definitions] == [OperationDefinitionNode]
    assert validate(schema.graphql_schema, document) == []


def test_the_vendored_files_are_those_the_readme_names() -> None:
    named = dict(
        re.findall(r"^\| `(\S+)` .* `(\w{64})` \|$", (STATIC / "README.md").read_text(), re.MULTILINE)
    )

    vendored = [*STATIC.glob("*.min.*"), *STATIC.glob("*.LICENSE.txt")]

    assert named == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in vendored}


def test_no_file_is_too_big_for_the_repository() -> None:
    assert max(path.stat().st_size for path in STATIC.iterdir()) < 1_500_000


def test_the_page_has_no_inline_script_and_no_inline_handler(client: Client) -> None:
    html = client.get("/graphql/", headers={"Accept": "text/html"}).content.decode()

    assert re.findall(r"<script(?![^>]* src=\"/static/)[^>]*>|<script[^>]*>[^<]", html) == []
    assert re.findall(r"<[^>]*\son\w+=", html) == []


@pytest.mark.parametrize("path", ["/graphql", "/graphql/"])
def test_the_page_stays_with_its_own_origin_and_nothing_fails(screen: Screen, path: str) -> None:
    screen.load(path)
    screen.page.get_by_role("button", name="Show Documentation Explorer").click()
    expect(screen.page.get_by_role("link", name="Mutation", exact=True)).to_be_visible()
    screen.page.get_by_role("button", name="Open settings dialog").click()
    expect(screen.page.get_by_role("dialog")).to_be_visible()

    assert screen.strangers == []
    assert screen.complaints == []


@pytest.mark.long
def test_a_picture_whose_address_is_in_an_answer_is_not_fetched(screen: Screen) -> None:
    screen.sign_up()
    picture = "https://pictures.example/cat.png"
    screen.write(
        f'mutation Post {{ createPost(input: {{body: "{picture}"}}) {{ post {{ body }} }} }}', name="Post"
    )
    screen.run()

    with screen.page.expect_event("requestfailed") as attempt:
        screen.page.locator(".result-window .cm-string", has_text="pictures.example").hover()

    assert (attempt.value.url, attempt.value.failure) == (picture, "csp")


def test_a_newcomer_signs_up_posts_and_finds_the_post_in_the_feed(screen: Screen) -> None:
    user = screen.sign_up()["user"]
    post = screen.run("Create a post")["data"]["createPost"]["post"]
    feed = screen.run("Read the feed")["data"]["feed"]

    assert [(node["id"], node["author"]["username"]) for node in feed["nodes"]] == [
        (post["id"], user["username"])
    ]
    assert (screen.strangers, screen.complaints) == ([], [])


def test_each_example_comes_filled_in_so_that_it_works_at_once(screen: Screen) -> None:
    screen.sign_up()
    screen.run("Create a post")
    screen.sign_up()  # somebody else, who can like it

    results = {title: screen.run(title) for title in [*TITLES[1:4], "Who liked a post", *TITLES[4:9]]}

    assert [title for title, result in results.items() if "errors" in result] == []
    payloads = [value for result in results.values() for value in result["data"].values()]
    assert [payload.get("errors", []) for payload in payloads] == [[]] * len(payloads)
    assert results["Who liked a post"]["data"]["post"]["likeCount"] == 1
    assert screen.complaints == []


def test_a_button_explains_what_an_operation_may_need_instead_of_running_it(screen: Screen) -> None:
    screen.show("Read the feed")
    feed = screen.explain()
    screen.show("Sign up")
    signup = screen.explain()

    assert [cost["path"] for cost in feed["fields"]][:1] == [["feed"]]
    assert feed["totals"]["nodes"] == {"value": 5, "maximum": 10_000}
    assert signup["totals"]["points"]["value"] == 5
    screen.expect_who("Not signed in")
    assert screen.complaints == []


@pytest.mark.long
def test_signing_up_again_is_somebody_else(screen: Screen) -> None:
    first, second = (screen.sign_up() for _ in range(2))

    assert (first["errors"], second["errors"]) == ([], [])
    assert first["user"]["id"] != second["user"]["id"]


@pytest.mark.long
def test_somebody_not_signed_in_is_told_what_to_do(screen: Screen) -> None:
    screen.run("Create a post")

    screen.expect_notice("run “Sign up” or “Sign in” first")


@pytest.mark.long
def test_somebody_with_nothing_to_like_is_told_why(screen: Screen) -> None:
    screen.show("Like a post")

    screen.expect_notice("There is no post yet that you may like")


@pytest.mark.long
def test_a_sign_in_outlives_a_reload(screen: Screen) -> None:
    user = screen.sign_up()["user"]

    screen.page.reload()

    screen.expect_who(f"Signed in as @{user['username']}")
    assert screen.run("Your profile")["data"]["viewer"]["user"]["id"] == user["id"]


def test_storage_has_no_token_while_the_page_is_open(screen: Screen) -> None:
    signup = screen.sign_up()
    screen.page.reload()
    screen.expect_who(f"Signed in as @{signup['user']['username']}")

    stored = screen.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")

    assert "graphiql:queries" in stored
    assert [secret for secret in (signup["token"], signup["refreshToken"]) if secret in stored] == []
    assert screen.page.evaluate("localStorage.length") == 0


def test_an_expired_token_is_renewed_unasked(screen: Screen) -> None:
    user = screen.sign_up()["user"]

    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=6)):
        profile = screen.run("Your profile")

    assert profile["data"]["viewer"]["user"]["id"] == user["id"]
    screen.expect_who(f"Signed in as @{user['username']}")


@pytest.mark.long
def test_requests_that_wait_at_the_same_time_renew_the_token_once(screen: Screen) -> None:
    signed_in = screen.sign_up()
    renewals: list[str] = []
    screen.page.on(
        "request", lambda request: renewals.extend(re.findall("mutation Renew", request.post_data or ""))
    )

    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=6)):
        names = screen.page.evaluate(ASK_THREE_TIMES_AT_ONCE, signed_in)

    assert names == [signed_in["user"]["username"]] * 3
    assert len(renewals) == 1


@pytest.mark.long
def test_a_sign_in_that_ended_elsewhere_is_said_to_have_ended(screen: Screen) -> None:
    screen.sign_up()
    screen.write("mutation Leave { revokeToken(input: {}) { revokedCount } }", name="Leave")
    screen.run()

    result = screen.run("Your profile")

    assert result["errors"][0]["extensions"]["reason"] == "REVOKED"
    screen.expect_notice("Your sign-in has ended. Run “Sign in” to go on.")
    screen.expect_who("Not signed in")


@pytest.mark.long
def test_a_header_that_somebody_typed_wins_over_the_sign_in(screen: Screen) -> None:
    screen.sign_up()
    screen.show("Your profile")
    screen.write_headers({"authorization": "Bearer nonsense"})

    result = screen.run()

    assert result["errors"][0]["extensions"]["reason"] == "INVALID"
    screen.expect_notice("The server refuses the Authorization header in the Headers editor.")
    screen.expect_who(re.compile("Signed in as @newcomer_"))


@pytest.mark.long
def test_signing_out_forgets_the_sign_in_and_ends_it_on_the_server(screen: Screen) -> None:
    token = screen.sign_up()["token"]
    with screen.page.expect_response("**/graphql/"):
        screen.page.get_by_role("button", name="Sign out").click()
    screen.show("Your profile")
    screen.write_headers({"Authorization": f"Bearer {token}"})

    refused = screen.run()

    screen.expect_who("Not signed in")
    assert refused["errors"][0]["extensions"]["reason"] == "REVOKED"


@pytest.mark.long
def test_the_page_fits_a_phone(screen: Screen) -> None:
    screen.page.set_viewport_size({"width": 360, "height": 740})

    assert screen.sign_up()["errors"] == []
    assert screen.page.evaluate("document.documentElement.scrollWidth") == 360
