"""A run that was cut short goes on under the same rules, to the same likes: nothing lost, nothing twice."""

import signal
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import Future
from io import StringIO
from pathlib import Path

import pytest

from bot.client import ServerAway
from bot.commands import RunOptions, Surroundings, start_run
from bot.display import PlainDisplay
from bot.server import Patience
from tests.bot.conftest import Command, Finished, Likes, finish
from tests.bot.fake_server import Answer, FakeServer, LoseAnswer
from tests.sparing import others_long

STEPS = {"signup": 2, "createPost": 2, "likePost": 2, "nodes": 1, "user": 0}  # and how many go well before
each_step = pytest.mark.parametrize("step", others_long("likePost", sorted(STEPS.keys() - {"likePost"})))


def cut_short(bot: Command, server: FakeServer, step: str, sign: signal.Signals) -> Finished:
    """A run whose bot gets a signal in the middle of a request, whose effect it never hears of."""
    return _cut(server, step, sign, STEPS[step], lambda: bot.start_run(users=5))


def _cut(
    server: FakeServer, step: str, sign: signal.Signals, skip: int, start: Callable[[], subprocess.Popen[str]]
) -> Finished:
    started: Future[subprocess.Popen[str]] = Future()

    def cut() -> Answer | None:
        started.result(10).send_signal(sign)
        raise LoseAnswer

    server.trap(step, cut, skip=skip)
    started.set_result(start())
    return finish(started.result())


@each_step
def test_a_killed_bot_goes_on_to_the_same_likes(
    step: str, bot: Command, server: FakeServer, undisturbed: Likes
) -> None:
    killed = cut_short(bot, server, step, signal.SIGKILL)
    resumed = bot.resume()

    assert (killed.exit_code, resumed.exit_code) == (-signal.SIGKILL, 0)
    assert bot.likes == undisturbed
    assert len(server.data.users) == 5
    assert len(server.data.posts) == len(bot.entries("post"))


@each_step
def test_an_interrupted_bot_ends_well_and_goes_on_to_the_same_likes(
    step: str, bot: Command, server: FakeServer, undisturbed: Likes
) -> None:
    interrupted = cut_short(bot, server, step, signal.SIGINT)
    resumed = bot.resume()

    assert (interrupted.exit_code, interrupted.stderr) == (130, "bot: Interrupted.\n")
    assert "Users: " in interrupted.stdout
    assert f"Go on by: python -m bot run --resume --journal {bot.journal}" in interrupted.stdout
    assert resumed.exit_code == 0
    assert bot.likes == undisturbed


def test_a_bot_cut_short_again_and_again_comes_to_the_same_likes(
    bot: Command, server: FakeServer, undisturbed: Likes
) -> None:
    def resume() -> subprocess.Popen[str]:
        return bot.start("run", "--resume", "--journal", str(bot.journal))

    cut_short(bot, server, "nodes", signal.SIGKILL)
    for _ in range(2):
        assert _cut(server, "likePost", signal.SIGKILL, 0, resume).exit_code == -signal.SIGKILL

    assert bot.resume().exit_code == 0
    assert bot.likes == undisturbed


def test_a_torn_last_line_is_done_again(bot: Command, server: FakeServer, undisturbed: Likes) -> None:
    cut_short(bot, server, "nodes", signal.SIGKILL)
    bot.journal.write_bytes(bot.journal.read_bytes()[:-20])

    assert bot.resume().exit_code == 0
    assert bot.likes == undisturbed


class TestServerAway:
    def test_the_bot_gives_up_and_what_it_did_can_be_gone_on_with(
        self, bot: Command, server: FakeServer, undisturbed: Likes
    ) -> None:
        def leave() -> Answer | None:
            server.stop()
            raise LoseAnswer

        server.trap("likePost", leave, skip=2)
        bot.configure(users=5, posts=3, likes=5)
        shown = StringIO()

        with pytest.raises(ServerAway, match="stays away"):
            start_run(_options(bot), Surroundings(PlainDisplay(shown), Patience(away_s=1)))

        assert "Stopped: not yet" in shown.getvalue()
        server.start()
        assert bot.resume().exit_code == 0
        assert bot.likes == undisturbed

    def test_a_report_tells_how_far_it_came(self, bot: Command, server: FakeServer) -> None:
        server.trap("likePost", server.stop)
        bot.configure(users=5, posts=3, likes=5)
        options = _options(bot, report=bot.folder / "report")

        with pytest.raises(ServerAway):
            start_run(options, Surroundings(PlainDisplay(StringIO()), Patience(away_s=0.5)))

        assert (bot.folder / "report" / "index.html").exists()

    def test_a_server_that_never_was_leaves_no_journal(self, bot: Command, server: FakeServer) -> None:
        server.stop()
        began = time.monotonic()

        finished = bot.run()

        assert finished.exit_code == 3
        assert "There is no server that answers at http://127.0.0.1:" in finished.stderr
        assert "Connection refused" in finished.stderr
        assert not bot.journal.exists()
        assert time.monotonic() - began < 10


def _options(bot: Command, report: Path | None = None) -> RunOptions:
    return RunOptions(bot.folder / "bot.yaml", {}, bot.journal, report)


class TestRefusedResume:
    def test_a_finished_run_is_not_resumed(self, bot: Command) -> None:
        bot.run()
        before = bot.journal.read_bytes()

        finished = bot.resume()

        assert finished.exit_code == 2
        assert "this run has finished" in finished.stderr
        assert bot.journal.read_bytes() == before

    def test_without_a_journal_there_is_nothing_to_resume(self, bot: Command) -> None:
        finished = bot("run", "--resume")

        assert (finished.exit_code, finished.stdout) == (2, "")
        assert "--resume needs --journal FILE" in finished.stderr

    def test_a_missing_journal_is_told(self, bot: Command) -> None:
        finished = bot.resume()

        assert finished.exit_code == 5
        assert "cannot be resumed: No such file or directory" in finished.stderr

    def test_another_seed_is_refused(self, bot: Command, server: FakeServer) -> None:
        cut_short(bot, server, "likePost", signal.SIGKILL)

        finished = bot.resume("--seed", "2")

        assert finished.exit_code == 2
        assert "--seed 2: the run began with 1, and goes on with it." in finished.stderr

    def test_the_same_seed_and_another_concurrency_are_not(self, bot: Command, server: FakeServer) -> None:
        cut_short(bot, server, "createPost", signal.SIGKILL)

        assert bot.resume("--seed", "1", "--concurrency", "1", "--url", server.url).exit_code == 0
