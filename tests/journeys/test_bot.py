"""The bot against the real network: its run is proved, whatever happens to the server meanwhile."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from social.stack import ROOT
from tests.journeys.live import Live, eventually

pytestmark = pytest.mark.database

one_network = pytest.mark.xdist_group("one network")
SIZE = ["--number-of-users", "8", "--max-posts-per-user", "12", "--max-likes-per-user", "20", "--seed", "11"]


class Bot:
    """One journal, and the commands on it."""

    def __init__(self, url: str, journal: Path) -> None:
        self.url, self.journal = f"{url}/graphql/", journal

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "bot", *arguments]
        return subprocess.Popen(
            command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def run(self, *arguments: str) -> subprocess.Popen[str]:
        return self.start("run", *SIZE, "--url", self.url, "--journal", str(self.journal), *arguments)

    def finish(self, process: subprocess.Popen[str], *, within_s: float = 120) -> int:
        output, _ = process.communicate(timeout=within_s)
        print(output)  # noqa: T201  # shown by pytest when the test fails
        return process.returncode

    def verify(self) -> int:
        return self.finish(self.start("verify", str(self.journal), "--url", self.url))

    def entries(self, kind: str) -> list[dict[str, object]]:
        lines = self.journal.read_text().splitlines() if self.journal.exists() else []
        return [entry for line in lines if (entry := _entry(line)).get("kind") == kind]


def _entry(line: str) -> dict[str, object]:
    try:
        entry: dict[str, object] = json.loads(line)
        return entry
    except ValueError:  # being written at this moment
        return {}


@pytest.fixture
def bot(peaceful: Live, tmp_path: Path) -> Bot:
    return Bot(peaceful.stack.url, tmp_path / "journal.jsonl")


def in_phase(bot: Bot, kind: str, count: int) -> Callable[[], bool]:
    return lambda: len(bot.entries(kind)) >= count


@one_network
def test_a_run_is_proved_and_can_be_verified_again(bot: Bot) -> None:
    assert bot.finish(bot.run()) == 0

    assert bot.verify() == 0
    assert [entry["ok"] for entry in bot.entries("proof")] == [True]


@one_network
@pytest.mark.long
def test_the_same_seed_gives_the_same_likes_on_the_same_server(bot: Bot, tmp_path: Path) -> None:
    second = Bot(bot.url.removesuffix("/graphql/"), tmp_path / "second.jsonl")

    assert [bot.finish(bot.run()), second.finish(second.run())] == [0, 0]

    assert likes_by_number(bot) == likes_by_number(second) != []


def likes_by_number(bot: Bot) -> list[tuple[object, object, object]]:
    users = {entry["user"]: entry["index"] for entry in bot.entries("signup")}
    posts = {entry["post"]: (users[entry["user"]], entry["index"]) for entry in bot.entries("post")}
    return [(users[like["user"]], *posts[like["post"]]) for like in bot.entries("like")]


@pytest.mark.long
@pytest.mark.parametrize("kind", ["post", "like"])
def test_a_server_that_dies_in_the_middle_and_comes_back_changes_nothing(
    live: Live, tmp_path: Path, kind: str
) -> None:
    bot = Bot(live.stack.url, tmp_path / "journal.jsonl")
    process = bot.run()
    eventually(in_phase(bot, kind, 10))
    live.stack.member("server").send(signal.SIGKILL)
    time.sleep(1.5)
    live.stack.revive()

    assert bot.finish(process) == 0
    assert bot.verify() == 0


@one_network
@pytest.mark.long
def test_an_interrupted_run_goes_on_from_its_journal(bot: Bot) -> None:
    process = bot.run()
    eventually(in_phase(bot, "like", 10))
    process.send_signal(signal.SIGINT)

    assert bot.finish(process) == 130
    assert bot.finish(bot.start("run", "--resume", "--journal", str(bot.journal))) == 0
    assert bot.verify() == 0


@one_network
@pytest.mark.long
def test_a_killed_bot_goes_on_from_its_journal(bot: Bot) -> None:
    process = bot.run()
    eventually(in_phase(bot, "post", 10))
    process.send_signal(signal.SIGKILL)

    assert bot.finish(process) == -signal.SIGKILL
    assert bot.finish(bot.start("run", "--resume", "--journal", str(bot.journal))) == 0
    assert bot.verify() == 0


@one_network
@pytest.mark.long
def test_the_referee_sees_a_like_that_the_server_does_not_have(bot: Bot) -> None:
    assert bot.finish(bot.run()) == 0
    lines = bot.journal.read_text().splitlines()
    last = max(number for number, line in enumerate(lines) if _entry(line)["kind"] == "like")
    like = _entry(lines[last])
    users = [str(entry["user"]) for entry in bot.entries("signup")]
    other = next(user for user in users if user not in (like["user"], like["author"]))
    lines[last] = json.dumps({**like, "user": other})
    bot.journal.write_text("\n".join(lines) + "\n")

    assert bot.verify() == 1
