"""The command line: what it prints where, and how it exits."""

import json
import os
import pty
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.bot.conftest import Command
from tests.bot.fake_api import Post
from tests.bot.fake_server import FakeServer


def rewrite(bot: Command, change: Callable[[list[dict[str, Any]]], None]) -> None:
    """Tampers with the journal."""
    entries = bot.entries()
    change(entries)
    bot.journal.write_text("".join(json.dumps(entry) + "\n" for entry in entries))


class TestUsage:
    @pytest.mark.parametrize(
        "arguments",
        [
            [],
            ["walk"],
            ["run", "--speed", "9"],
            ["run", "--resume", "--dry-run"],
            ["run", "--number-of-users"],
            ["run", "--number-of-users", "many"],
            ["run", "--dry-run", "--journal", "x"],
            ["run", "--config", "nowhere.yaml"],
            ["verify"],
        ],
    )
    def test_a_mistake_is_told_on_stderr_with_exit_code_2(self, arguments: list[str], bot: Command) -> None:
        bot.configure(users=1, posts=1, likes=1)

        finished = bot(*arguments)

        assert (finished.exit_code, finished.stdout) == (2, "")
        assert "Traceback" not in finished.stderr != ""

    def test_a_wrong_configuration_sends_nothing(self, bot: Command, server: FakeServer) -> None:
        (bot.folder / "bot.yaml").write_text(f"number_of_users: yes\nurl: {server.url}\n")

        finished = bot("run")

        assert finished.exit_code == 2
        assert finished.stderr.startswith("bot: bot.yaml, line 1: number_of_users must be a whole number")
        assert finished.stderr.count("\n") == 1
        assert server.requests == []

    def test_every_key_can_be_overridden(self, bot: Command, server: FakeServer) -> None:
        bot.run(
            *("--number-of-users", "2", "--max-posts-per-user", "1", "--max-likes-per-user", "0"),
            *("--seed", "7", "--concurrency", "1", "--email-domain", "bots.example.org", "--url", server.url),
        )

        assert bot.entries("run")[0]["config"] == {
            "number_of_users": 2,
            "max_posts_per_user": 1,
            "max_likes_per_user": 0,
            "url": server.url,
            "seed": 7,
            "concurrency": 1,
            "email_domain": "bots.example.org",
        }
        assert {user.email.split("@")[1] for user in server.data.users.values()} == {"bots.example.org"}

    @pytest.mark.parametrize("command", [[], ["run"], ["verify"]])
    def test_help_is_there(self, command: list[str], bot: Command) -> None:
        assert bot(*command, "--help").exit_code == 0


class TestOutput:
    def test_piped_it_is_plain_lines(self, bot: Command) -> None:
        lines = bot.run(users=5).stdout.splitlines()

        assert "Signing up 5 users" in lines
        assert "Users: 5" in lines
        assert "\x1b" not in "".join(lines)

    def test_as_json_it_is_the_journal_with_a_summary(self, bot: Command) -> None:
        objects = bot.run("--json").objects

        kinds = {entry["kind"] for entry in bot.entries()} - {"run"}
        assert [item for item in objects if item["kind"] in kinds] == bot.entries(*kinds)
        assert objects[0]["kind"] == "start"
        assert (objects[-1]["kind"], objects[-1]["exit_code"], objects[-1]["users"]) == ("summary", 0, 4)

    def test_as_json_a_failure_is_an_object_too(self, bot: Command, server: FakeServer) -> None:
        server.stop()

        finished = bot.run("--json")

        assert finished.objects[-1]["kind"] == "error"
        assert finished.objects[-1]["exit_code"] == finished.exit_code == 3

    def test_in_a_terminal_it_moves_and_ends_in_a_table(self, bot: Command) -> None:
        master, slave = pty.openpty()
        bot.configure(users=5, posts=3, likes=5)
        with subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=bot.folder,
            env={
                **os.environ,
                "PYTHONPATH": str(Path(__file__).parents[2]),
                "TERM": "xterm",
                "COLUMNS": "120",
            },
            stdout=slave,
        ) as process:
            os.close(slave)
            shown = _read_all(master)

        assert process.returncode == 0
        assert "Signing up users" in shown
        assert "Posts with a like" in shown
        assert "a second" in shown
        assert "│ Users" in shown

    def test_a_reader_who_goes_away_is_no_traceback(self, bot: Command) -> None:
        with bot.start_run(users=5) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            told = process.stderr.read()

        assert (process.returncode, told) == (5, "bot: output: Broken pipe.\n")


def _read_all(descriptor: int) -> str:
    """All that a terminal shows until nobody holds its other end."""
    shown = b""
    try:
        while part := os.read(descriptor, 65536):
            shown += part
    except OSError:  # how Linux says so
        pass
    os.close(descriptor)
    return shown.decode()


class TestFiles:
    def test_a_full_disk_at_the_start(self, bot: Command, server: FakeServer) -> None:
        bot.journal = Path("/dev/full")

        finished = bot.run()

        assert finished.exit_code == 5
        assert finished.stderr == (
            "bot: /dev/full: the journal cannot be written: No space left on device.\n"
        )
        assert server.count("signup") == 0

    def test_a_disk_that_fills_up_on_the_way_can_be_gone_on_from(self, bot: Command) -> None:
        def limit() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))

        bot.configure(users=5, posts=3, likes=5)
        filled = subprocess.run(
            [sys.executable, "-m", "bot", "run", "--journal", str(bot.journal)],
            cwd=bot.folder,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONDONTWRITEBYTECODE": "1"},
            preexec_fn=limit,
            capture_output=True,
            text=True,
        )

        assert filled.returncode == 5
        assert filled.stderr == f"bot: {bot.journal}: the journal cannot be written: File too large.\n"
        assert bot.resume().exit_code == 0

    def test_an_earlier_journal_is_not_overwritten(self, bot: Command, server: FakeServer) -> None:
        bot.run()
        signups = server.count("signup")

        finished = bot.run()

        assert finished.exit_code == 5
        assert "there is a journal already" in finished.stderr
        assert server.count("signup") == signups

    def test_a_report_is_written_where_it_was_asked(self, bot: Command) -> None:
        finished = bot.run("--report", "report")

        assert finished.exit_code == 0
        assert (bot.folder / "report" / "index.html").exists()
        assert "Report: report/index.html" in finished.stdout


class TestVerify:
    def test_a_good_run_is_good_again(self, bot: Command) -> None:
        bot.run()

        finished = bot("verify", str(bot.journal))

        assert finished.exit_code == 0
        assert finished.stdout.startswith("Proof: every rule holds (")

    def test_a_like_that_breaks_a_rule_is_named(self, bot: Command, server: FakeServer) -> None:
        def make_it_a_self_like(entries: list[dict[str, Any]]) -> None:
            like = next(entry for entry in entries if entry["kind"] == "like")
            like["author"] = like["user"]

        bot.run()
        rewrite(bot, make_it_a_self_like)
        finished = bot("verify", str(bot.journal), "--json")

        (verdict,) = finished.objects
        assert finished.exit_code == 1
        assert verdict["violation"]["entry"]["kind"] == "like"

    def test_what_happened_on_the_server_since_is_seen(self, bot: Command, server: FakeServer) -> None:
        bot.run()
        author = next(iter(server.data.users))
        server.data.posts["later"] = Post("later", author, "Not by the bot")

        assert bot("verify", str(bot.journal)).exit_code == 1

    def test_a_run_without_an_end_is_incomplete(self, bot: Command) -> None:
        bot.run()
        kinds = [entry["kind"] for entry in bot.entries()]
        rewrite(bot, lambda entries: entries.__delitem__(slice(kinds.index("stop"), None)))

        assert bot("verify", str(bot.journal)).exit_code == 4

    def test_users_who_are_all_gone_are_missed(self, bot: Command, server: FakeServer) -> None:
        bot.run()
        for table in (server.data.users, server.data.posts):
            table.clear()

        finished = bot("verify", str(bot.journal))

        assert finished.exit_code == 1
        assert "BROKEN RULE: acknowledged" in finished.stdout

    def test_another_server_can_be_named(self, bot: Command, server: FakeServer) -> None:
        bot.run()
        rewrite(bot, lambda entries: entries[0].update(url="http://127.0.0.1:1/graphql/"))

        assert bot("verify", str(bot.journal), "--url", server.url).exit_code == 0

    def test_a_server_away_is_told(self, bot: Command, server: FakeServer) -> None:
        bot.run()
        server.stop()

        assert bot("verify", str(bot.journal)).exit_code == 3

    @pytest.mark.parametrize("content", ["", "hello\n", '{"kind": "signup"}\n'])
    def test_what_is_no_journal_is_told(self, content: str, bot: Command) -> None:
        bot.journal.write_text(content)

        finished = bot("verify", str(bot.journal))

        assert (finished.exit_code, finished.stdout) == (5, "")

    def test_a_report_can_be_had_later(self, bot: Command) -> None:
        bot.run()

        assert bot("verify", str(bot.journal), "--report", "later").exit_code == 0
        assert (bot.folder / "later" / "index.html").exists()
