"""What the bot's tests share: a server to talk to, and the command to run."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.bot.fake_server import FakeServer

Likes = list[tuple[int, tuple[int, int]]]
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Finished:
    """What a command left behind."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """Its standard output, as JSON lines."""
        return [json.loads(line) for line in self.stdout.splitlines()]


class Command:
    """`python -m bot` in a folder of its own, against one server."""

    def __init__(self, folder: Path, server: FakeServer) -> None:
        self.folder = folder
        self.journal = folder / "journal.jsonl"
        self._server = server

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """The command as it was given, not waited for."""
        return subprocess.Popen(
            [sys.executable, "-m", "bot", *arguments],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def configure(self, *, users: int, posts: int, likes: int) -> None:
        """Writes `bot.yaml`, with seed 1."""
        numbers = f"number_of_users: {users}\nmax_posts_per_user: {posts}\nmax_likes_per_user: {likes}\n"
        (self.folder / "bot.yaml").write_text(numbers + f"seed: 1\nurl: {self._server.url}\n")

    def start_run(
        self, *arguments: str, users: int = 4, posts: int = 3, likes: int = 5
    ) -> subprocess.Popen[str]:
        """A run by these numbers, with the journal in `self.journal`."""
        self.configure(users=users, posts=posts, likes=likes)
        return self.start("run", "--journal", str(self.journal), *arguments)

    def __call__(self, *arguments: str) -> Finished:
        return finish(self.start(*arguments))

    def run(self, *arguments: str, users: int = 4, posts: int = 3, likes: int = 5) -> Finished:
        return finish(self.start_run(*arguments, users=users, posts=posts, likes=likes))

    def resume(self, *arguments: str) -> Finished:
        return self("run", "--resume", "--journal", str(self.journal), *arguments)

    @property
    def likes(self) -> Likes:
        """The journal's likes."""
        return likes_by_place(self.entries())

    def entries(self, *kinds: str) -> list[dict[str, Any]]:
        """The journal's lines, of these kinds or all."""
        entries = [json.loads(line) for line in self.journal.read_text().splitlines()]
        return [entry for entry in entries if not kinds or entry["kind"] in kinds]


def likes_by_place(entries: Sequence[Mapping[str, Any]]) -> Likes:
    """Who liked what, by the users' numbers and the posts' numbers in the run: (user, (author, post))."""
    users = {entry["user"]: entry["index"] for entry in entries if entry["kind"] == "signup"}
    posts = {
        entry["post"]: (users[entry["author"]], entry["index"])
        for entry in entries
        if entry["kind"] == "post"
    }
    return [(users[entry["user"]], posts[entry["post"]]) for entry in entries if entry["kind"] == "like"]


def finish(process: subprocess.Popen[str]) -> Finished:
    """Waits for a command."""
    stdout, stderr = process.communicate(timeout=60)
    return Finished(process.returncode, stdout, stderr)


@pytest.fixture
def server() -> Iterator[FakeServer]:
    """A server that is up, and empty."""
    fake = FakeServer()
    fake.start()
    yield fake
    fake.stop()


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Likes:
    """The likes of a run of 5 users when nothing happens."""
    fake = FakeServer()
    fake.start()
    command = Command(tmp_path_factory.mktemp("undisturbed"), fake)
    assert command.run(users=5).exit_code == 0
    fake.stop()
    return command.likes


@pytest.fixture
def bot(tmp_path: Path, server: FakeServer) -> Command:
    """The bot's command line, with `server` as its server."""
    return Command(tmp_path, server)
