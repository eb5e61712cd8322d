"""The report is one page, complete in itself, safe whatever people are called, and right in its figures."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.referee import Rule, Verdict, judge
from bot.report import write_report
from tests.bot.large_run import large_run
from tests.bot.page import Page
from tests.bot.simulated import Bug, Entry, JournalWriter, Scenario, Server, Simulated, simulate
from tests.bot.story import Story


def reported(directory: Path, entries: Sequence[Entry], verdict: Verdict | None) -> Page:
    return Page(write_report(directory, entries, verdict).read_text(encoding="utf-8"))


def report_of(directory: Path, run: Simulated) -> Page:
    return reported(directory, run.entries, judge(run.entries, run.server))


def of_kind(run: Simulated, kind: str) -> list[Entry]:
    return [entry for entry in run.entries if entry["kind"] == kind]


@pytest.fixture(scope="module")
def run() -> Simulated:
    """An honest run with refusals of all kinds, and a few strangers."""
    scenario = Scenario(seed=9, users=30, max_posts=5, max_likes=6, foreign_likes=0.2, refusals=0.3)
    run = simulate(scenario)
    assert {"post" in entry for entry in of_kind(run, "refused")} == {True, False}
    return run


@pytest.fixture(scope="module")
def page(run: Simulated, tmp_path_factory: pytest.TempPathFactory) -> Page:
    return report_of(tmp_path_factory.mktemp("report"), run)


def test_the_page_is_index_html_in_a_folder_that_is_made(tmp_path: Path, run: Simulated) -> None:
    path = write_report(tmp_path / "new" / "folder", run.entries, None)

    assert path == tmp_path / "new" / "folder" / "index.html"


def test_a_second_report_replaces_the_first(tmp_path: Path, run: Simulated) -> None:
    write_report(tmp_path, run.entries, None)

    assert report_of(tmp_path, run).root.one("h1").text.strip() == "HeldEvery rule was kept".replace(
        "Held", "Held "
    )


class TestSelfContained:
    def test_nothing_is_loaded_from_elsewhere(self, page: Page) -> None:
        tags = {element.tag for element in page.elements}
        attributes = {name for element in page.elements for name in element.attributes}

        assert not tags & {"script", "link", "img", "iframe", "object", "embed", "image", "use", "base"}
        assert not attributes & {"src", "srcset", "style", "background", "poster", "xlink:href", "action"}

    def test_links_stay_on_the_page(self, page: Page) -> None:
        links = [element.attributes["href"] for element in page.elements if "href" in element.attributes]
        ids = {f"#{element.attributes['id']}" for element in page.elements if "id" in element.attributes}

        assert links == ["#refused"]
        assert set(links) <= ids

    def test_the_style_imports_nothing(self, page: Page) -> None:
        style = page.root.one("style").text

        assert "url(" not in style
        assert "@import" not in style

    def test_the_browser_is_told_to_load_nothing(self, page: Page) -> None:
        policies = [
            element.attributes["content"]
            for element in page.root.all("meta")
            if element.attributes.get("http-equiv") == "Content-Security-Policy"
        ]

        assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]

    def test_every_drawing_has_a_title_for_those_who_cannot_see_it(self, page: Page) -> None:
        drawings = page.root.all("svg")

        assert drawings
        assert all(drawing.attributes["role"] == "img" for drawing in drawings)
        assert all(drawing.children[0].tag == "title" and drawing.children[0].text for drawing in drawings)


class TestFigures:
    def test_the_totals_are_those_of_the_journal(self, page: Page, run: Simulated) -> None:
        figures = page.root.one("dl", "figures")
        shown = dict(
            zip([e.text for e in figures.all("dt")], [e.text for e in figures.all("dd")], strict=True)
        )

        assert shown["Users"] == str(len(of_kind(run, "signup")))
        assert shown["Posts"] == str(len(of_kind(run, "post")))
        assert shown["Likes"] == str(len(of_kind(run, "like")))
        assert shown["Turns"] == str(len(of_kind(run, "turn")))
        assert shown["Without a like"] == str(len(of_kind(run, "stop")[0]["zero"]))

    def test_every_user_is_there_in_order_with_posts_and_likes(self, page: Page, run: Simulated) -> None:
        rows = [[cell.text for cell in row.children] for row in page.section("users").all("tr")]
        users = sorted(of_kind(run, "signup"), key=lambda entry: int(entry["index"]))
        counts = [
            [sum(entry[key] == user["user"] for entry in of_kind(run, kind)) for kind, key in KINDS]
            for user in users
        ]

        shown = [row for row in rows if row[0] != "User"]
        assert [row[0] for row in shown] == [user["user"] for user in users]
        assert [row[1:] for row in shown] == [list(map(amounts, KINDS, count)) for count in counts]

    def test_every_turn_is_there_with_its_user_and_its_likes(self, page: Page, run: Simulated) -> None:
        turns = page.section("turns").all("details", "turn")

        names = [turn.one("strong", "name").text for turn in turns]
        assert names == [entry["user"] for entry in of_kind(run, "turn")]
        likes = [
            step.text for turn in turns for step in turn.all("li") if step.text.endswith(("like", "likes"))
        ]
        assert likes == [like_text(entry, run) for entry in of_kind(run, "like")]
        assert sum(int(turn.one("span", "gained").text.split()[0]) for turn in turns) == len(likes)

    def test_a_turn_says_why_and_how_many_posts_were_permitted(self, page: Page, run: Simulated) -> None:
        turns = page.section("turns").all("details", "turn")

        assert {turn.one("span", "why").text for turn in turns} == {"Is next"}
        for turn, entry in zip(turns, of_kind(run, "turn"), strict=True):
            assert f" {entry['permitted']} post" in turn.one("p", "note").text

    def test_refused_likes_stand_in_their_turn(self, page: Page, run: Simulated) -> None:
        refused = [entry for entry in of_kind(run, "refused") if "post" in entry]

        steps = [step.text for step in page.section("turns").all("li")]
        assert sum(step.endswith("NOT_FOUND") for step in steps) == len(refused)

    def test_refused_users_and_posts_are_listed(self, page: Page, run: Simulated) -> None:
        refused = [entry for entry in of_kind(run, "refused") if "post" not in entry]

        rows = [[cell.text for cell in row.children] for row in page.section("refused").all("tr")[1:]]
        assert [row[0] for row in rows] == [entry["user"] for entry in refused]
        assert [row[2] for row in rows] == [entry["reason"] for entry in refused]
        assert {row[1].rstrip("0123456789") for row in rows} == {"the signup", "the account", "post "}

    def test_the_command_that_repeats_the_run(self, page: Page) -> None:
        command = page.section("repeat").all("code")[0].text

        assert command == (
            "python -m bot run --number-of-users 30 --max-posts-per-user 5 --max-likes-per-user 6 --seed 9"
            " --url http://127.0.0.1:8000/graphql/"
        )


KINDS = [("post", "author"), ("like", "user"), ("like", "author")]


def amounts(kind: tuple[str, str], count: int) -> str:
    """The cell's text: the bar's title, and the number."""
    noun, key = kind
    what = noun if noun == "post" else f"{{}} {'made' if key == 'user' else 'received'}"
    words = what.format("like" if count == 1 else "likes")
    return f"{count} {words if noun == 'like' else 'post' if count == 1 else 'posts'}{count}"


def like_text(entry: Entry, run: Simulated) -> str:
    (post,) = [post for post in of_kind(run, "post") if post["post"] == entry["post"]]
    count = entry["like_count"]
    return f"{post['author']} post {post['index']}{count} {'like' if count == 1 else 'likes'}"


class TestOutcome:
    def test_every_rule_is_there_with_how_often_it_was_checked(self, page: Page, run: Simulated) -> None:
        checks = judge(run.entries, run.server).checks
        shown = {rule.one("div").text for rule in page.section("proof").all("li")}

        assert len(shown) == len(Rule)
        for rule in Rule:
            (text,) = [text for text in shown if text.startswith(rule.text)]
            assert text.endswith("checked once" if checks[rule] == 1 else f"checked {checks[rule]:,} times")

    def test_a_broken_rule_is_named_and_its_action_marked(self, tmp_path: Path) -> None:
        story = Story(ann=2, bob=1)
        story.turn("ann")
        story.like("ann", "ann0")

        page = reported(tmp_path, story.entries, story.verdict())

        assert page.root.one("h1").text == "Broken A rule was broken"
        assert page.root.one("div", "alarm").text.startswith(
            "Rule 3, action 7: ann may not like ann's post 0"
        )
        (wrong,) = [element for element in page.elements if element.attributes.get("id") == "wrong"]
        assert wrong.text == "ann post 01 like"
        assert page.root.one("a").attributes["href"] == "#wrong"

    def test_only_the_broken_rule_is_marked_as_broken(self, tmp_path: Path) -> None:
        story = Story(ann=2, bob=1)
        wrong = story.turn("bob")

        page = reported(tmp_path, story.entries, story.verdict())

        rules = [rule.text for rule in page.section("proof").all("li") if rule.all("svg", "broken")]
        assert rules == [f"Broken{Rule.WHOSE_TURN.text}Rule 1 · broken"]
        assert f"action {wrong}" in page.root.one("div", "alarm").text

    def test_a_second_broken_rule_is_marked_as_well(self, tmp_path: Path) -> None:
        story = Story(ann=2, bob=1)
        story.turn("bob")
        story.server.like("ann0", "ann")

        page = reported(tmp_path, story.entries, story.verdict())

        rules = [rule.text for rule in page.section("proof").all("li") if rule.all("svg", "broken")]
        assert rules == [
            f"Broken{Rule.WHOSE_TURN.text}Rule 1 · broken",
            f"Broken{Rule.SELF_LIKES.text}broken",
        ]

    def test_after_a_wrong_action_no_rule_of_the_likes_is_said_to_hold(self, tmp_path: Path) -> None:
        story = Story(ann=2, bob=2)
        story.turn_of("ann", "bob0", "bob0")

        page = reported(tmp_path, story.entries, story.verdict())

        replayed = page.section("proof").one("div", "proof").children[0]
        assert not replayed.all("svg", "held")
        assert "Rule 5 · kept until then, checked 4 times" in replayed.text

    def test_a_run_without_an_end_is_not_finished_and_not_wrong(self, tmp_path: Path) -> None:
        story = Story(ann=2, bob=1)
        story.turn_of("ann", "bob0")

        page = reported(tmp_path, story.entries, story.verdict())

        assert page.root.one("h1").text == "Open Not finished"
        assert not page.root.all("svg", "broken")
        assert "It has not stopped yet." in page.root.one("p", "lead").text

    def test_without_a_verdict_nothing_is_claimed(self, tmp_path: Path, run: Simulated) -> None:
        page = reported(tmp_path, run.entries, None)

        assert page.root.one("h1").text == "Open Not judged"
        assert not page.section("proof").all("svg", "held")

    @pytest.mark.parametrize(
        ("reason", "sentence"),
        [
            ("all_liked", "It stopped because no post had 0 likes any more."),
            ("nobody_can_act", "It stopped because nobody had a permitted like left."),
        ],
    )
    def test_it_says_why_the_run_stopped(self, tmp_path: Path, reason: str, sentence: str) -> None:
        story = Story(ann=1, bob=1)
        story.stop(reason)

        assert sentence in reported(tmp_path, story.entries, None).root.one("p", "lead").text


HOSTILE = (
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "</title></svg></table><style>*{display:none}</style>",
    "$outcome ${run} &amp; \u202eevil",
)


def hostile_entries() -> list[Entry]:
    server, journal = Server(), JournalWriter(users=4, max_posts=1, max_likes=3)
    journal.entries[0] |= {"run": HOSTILE[0], "url": HOSTILE[1]}
    journal.entries[0]["config"]["email_domain"] = HOSTILE[2]
    for index, user in enumerate(HOSTILE):
        server.users.append(user)
        journal.write("signup", user=user, index=index)
        journal.write("post", user=user, author=user, index=0, post=f"{user}{index}", like_count=0)
    journal.write("refused", user=HOSTILE[0], index=1, reason=HOSTILE[1])
    journal.write("turn", user=HOSTILE[1], reason=HOSTILE[2], zero=[], gone=[])
    journal.write("like", user=HOSTILE[2], post=f"{HOSTILE[0]}0", author=HOSTILE[0], like_count=1)
    journal.write("refused", user=HOSTILE[1], post=f"{HOSTILE[3]}3", reason=HOSTILE[0])
    return journal.entries


class TestHostileNames:
    def test_they_are_text_and_nothing_else(self, tmp_path: Path, page: Page) -> None:
        entries = hostile_entries()
        verdict = judge(entries, Server(list(HOSTILE)).data())

        hostile = reported(tmp_path, entries, verdict)

        tags = {element.tag for element in page.elements} | {"a"}
        assert {element.tag for element in hostile.elements} <= tags
        assert not [
            name for element in hostile.elements for name in element.attributes if name.startswith("on")
        ]
        assert len(hostile.root.all("style")) == 1

    def test_they_are_shown_as_they_are(self, tmp_path: Path) -> None:
        page = reported(tmp_path, hostile_entries(), None)

        rows = page.section("users").all("tr")[1:]
        assert tuple(row.children[0].text for row in rows) == HOSTILE
        assert page.root.one("p", "kicker").text == f"Social · bot run {HOSTILE[0]}"

    def test_half_a_character_does_not_stop_the_report(self, tmp_path: Path) -> None:
        story = Story()
        story.entries[0]["run"] = "\ud800"

        assert reported(tmp_path, story.entries, None).root.one("p", "kicker").text == "Social · bot run ?"


class TestSizes:
    @pytest.mark.long
    def test_a_large_run_gives_a_page_of_a_few_megabytes_at_most(self, tmp_path: Path) -> None:
        entries, server = large_run(users=300, posts_each=20, max_likes=50)

        path = write_report(tmp_path, entries, judge(entries, server))

        html = path.read_text(encoding="utf-8")
        assert len(html) < 3_000_000
        assert html.count('<details class="turn"') == 300
        assert html.count("<li><span>") == sum(entry["kind"] == "like" for entry in entries)
        assert html.count('<th scope="row">') == 300

    def test_an_empty_run_gives_a_page(self, tmp_path: Path) -> None:
        story = Story()
        story.stop("all_liked")

        page = reported(tmp_path, story.entries, story.verdict())

        assert page.root.one("p", "lead").text.startswith(
            "0 users wrote 0 posts and made 0 likes in 0 turns."
        )

    def test_an_empty_journal_gives_a_page(self, tmp_path: Path) -> None:
        page = reported(tmp_path, [], judge([], Server().data()))

        assert page.root.one("h1").text == "Broken A rule was broken"


json_values: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers(-3, 9) | st.text(max_size=3) | st.just([]) | st.just({})
)


@given(seed=st.integers(0, 1000), place=st.integers(0), key=st.integers(0), value=json_values, data=st.data())
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_a_journal_there_is_a_verdict_and_a_page(
    tmp_path: Path, seed: int, place: int, key: int, value: Any, data: st.DataObject
) -> None:
    run = simulate(Scenario(seed=seed, bug=data.draw(st.none() | st.sampled_from(Bug)), refusals=0.1))
    entry = run.entries[place % len(run.entries)]
    entry[sorted(entry)[key % len(entry)]] = value

    page = report_of(tmp_path, run)

    assert page.root.one("h1").text
