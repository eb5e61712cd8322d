"""What the command line can ask for: a run, its rehearsal, the rest of a run, and the referee alone."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import randbits
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any

from bot.api import GraphQLApi
from bot.config import Config, load_config, read_overrides
from bot.display import Display
from bot.events import Run
from bot.exits import ExitCode, UsageError, explain
from bot.journal import Journal, JournalError, read_journal, read_run
from bot.people import Person, new_run_id, person
from bot.referee import judge
from bot.rehearsal import Rehearsal
from bot.report import write_report
from bot.run import Bot
from bot.server import Patience, Server
from bot.standing import standing
from bot.summary import summarise
from bot.verdict import Rule, Verdict

_SEED_BITS = 32
_MAY_CHANGE_ON_RESUME = frozenset({"url", "concurrency"})  # where and how fast, but not what


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a command shows its doings on, and how long it waits."""

    display: Display
    patience: Patience


@dataclass(frozen=True, slots=True)
class RunOptions:
    """`python -m bot run`. `overrides` are keys of the configuration with their texts."""

    config: Path
    overrides: Mapping[str, str]
    journal: Path | None
    report: Path | None


def start_run(options: RunOptions, around: Surroundings) -> ExitCode:
    """A new run. Raises what `explain` knows; nothing is sent before the configuration is right."""
    config = load_config(options.config, options.overrides, fresh_seed=randbits(_SEED_BITS))
    run = _new_run(config)
    path = options.journal or Path("var") / "bot" / f"{run.run}.jsonl"
    with _server(config.url, around) as (server, stop):
        server.prove_endpoint()
        with Journal.create(path, run) as journal:
            bot = Bot(journal, GraphQLApi(server), around.display, stop, concurrency=config.concurrency)
            return _carry_out(bot, journal, options.report, around.display)


def resume_run(options: RunOptions, around: Surroundings) -> ExitCode:
    """The rest of the run in `options.journal`, by that run's own configuration. Raises as `start_run`."""
    if options.journal is None:
        raise UsageError("--resume needs --journal FILE: which run is to go on?")
    with Journal.resume(options.journal) as journal:
        if standing(journal.entries).is_proved:
            raise UsageError(f"{journal.path}: this run has finished. `verify` judges it again.")
        config = _resumed(journal.run.config, read_overrides(options.overrides))
        with _server(config.url, around) as (server, stop):
            server.prove_endpoint()
            bot = Bot(journal, GraphQLApi(server), around.display, stop, concurrency=config.concurrency)
            return _carry_out(bot, journal, options.report, around.display)


def rehearse(options: RunOptions, around: Surroundings) -> ExitCode:
    """What a run by this configuration would do, without a server. Raises as `start_run`."""
    if options.journal is not None:
        raise UsageError("--dry-run keeps no journal: leave out --journal.")
    config = load_config(options.config, options.overrides, fresh_seed=randbits(_SEED_BITS))
    with (
        TemporaryDirectory() as folder,
        Journal.create(Path(folder) / "journal", _new_run(config)) as journal,
    ):
        bot = Bot(journal, Rehearsal(), around.display, Event(), concurrency=config.concurrency)
        return _carry_out(bot, journal, options.report, around.display, is_rehearsal=True)


def verify(path: Path, url: str | None, report: Path | None, around: Surroundings) -> ExitCode:
    """Judges the run in the journal at `path` by what the server has now. Raises what `explain` knows."""
    entries = read_journal(path)
    run = read_run(path, entries)
    endpoint = read_overrides({"url": url})["url"] if url else run.url
    with _server(endpoint, around) as (server, _):
        server.prove_endpoint()
        data = GraphQLApi(server).read_back(
            _signed_up(run, entries), posts_a_user=run.config.max_posts_per_user
        )
    verdict = judge(entries, data)
    around.display.judge(verdict)
    _report(report, entries, verdict, around.display)
    return _exit_code(verdict, entries)


def _carry_out(
    bot: Bot, journal: Journal, report: Path | None, display: Display, *, is_rehearsal: bool = False
) -> ExitCode:
    """Runs the bot to its end; or shows, and reports, how far it came before it raises."""
    display.start(summarise(journal, is_rehearsal=is_rehearsal))
    code = ExitCode.BUG
    try:
        verdict = bot.run()
        entries = read_journal(journal.path)
        code = _exit_code(verdict, entries)
        display.judge(verdict)
        _report(report, entries, verdict, display)
    except BaseException as error:
        code = explain(error)[1]
        with suppress(OSError, JournalError):  # the first failure is the one to tell
            _report(report, read_journal(journal.path), None, display)
        raise
    finally:
        display.finish(summarise(journal, is_rehearsal=is_rehearsal), code)
    return code


def _new_run(config: Config) -> Run:
    return Run(run=new_run_id(), seed=config.seed, config=config, url=config.url)


def _resumed(config: Config, changes: Mapping[str, Any]) -> Config:
    for key, value in changes.items():
        if key not in _MAY_CHANGE_ON_RESUME and value != getattr(config, key):
            option = f"--{key.replace('_', '-')} {value}"
            raise UsageError(f"{option}: the run began with {getattr(config, key)}, and goes on with it.")
    return replace(config, **changes)


@contextmanager
def _server(url: str, around: Surroundings) -> Iterator[tuple[Server, Event]]:
    """The server, and the event that ends all waiting for it."""
    stop = Event()
    server = Server(url, patience=around.patience, stop=stop, notice=around.display.notice)
    try:
        yield server, stop
    finally:
        server.close()


def _signed_up(run: Run, entries: Sequence[Mapping[str, Any]]) -> list[Person]:
    """Who signed up by the journal's word, malformed lines left to the referee."""
    people = []
    for entry in entries:
        match entry:
            case {"kind": "signup", "user": str(user), "index": int(index)}:
                somebody = person(index, seed=run.seed, run=run.run, email_domain=run.config.email_domain)
                people.append(replace(somebody, username=user))
    return people


def _exit_code(verdict: Verdict, entries: Sequence[Mapping[str, Any]]) -> ExitCode:
    if verdict.violation and verdict.violation.rule is not Rule.FINISHED:
        return ExitCode.RULE_BROKEN
    left_out = any(entry.get("kind") == "refused" and "post" not in entry for entry in entries)
    return ExitCode.INCOMPLETE if verdict.violation or left_out else ExitCode.OK


def _report(
    folder: Path | None, entries: Sequence[Mapping[str, Any]], verdict: Verdict | None, display: Display
) -> None:
    if folder is not None:
        display.notice(f"Report: {write_report(folder, entries, verdict)}")
