"""`python -m bot`: the command line."""

import argparse
import json
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from bot.commands import RunOptions, Surroundings, rehearse, resume_run, start_run, verify
from bot.config import KEYS
from bot.display import Display, JsonDisplay, PlainDisplay, TerminalDisplay
from bot.exits import ExitCode, explain
from bot.server import Patience

_EXIT_CODES = """exit codes:
  0  done, and every rule kept           1  a rule is broken
  2  wrong configuration or usage        3  the server is away, or no GraphQL endpoint
  4  incomplete: the server refused users or posts, or the journal is of an unfinished run
  5  the journal or the report cannot be read or written
  130  interrupted by Ctrl-C"""
_KEYS_HELP = {
    "number_of_users": "how many users sign up",
    "max_posts_per_user": "each writes 1 to this many posts",
    "max_likes_per_user": "nobody likes more posts than this",
    "url": "the GraphQL endpoint",
    "seed": "repeats the posts and likes of an earlier run",
    "concurrency": "requests at a time while signing up and posting",
    "email_domain": "where the users' e-mail addresses are",
}


def main(arguments: list[str] | None = None) -> ExitCode:
    """Carries out one command line; the one place where a failure becomes a message and an exit code."""
    options = _parser().parse_args(arguments)
    display = _display(sys.stdout, is_json=options.json)
    try:
        code: ExitCode = options.carry_out(options, Surroundings(display, Patience()))
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the border
        message, code = explain(error)
        if code is ExitCode.BUG:
            traceback.print_exc()
        if isinstance(error, BrokenPipeError):
            os.dup2(
                os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
            )  # else Python's own flush fails too
        print(f"bot: {message}", file=sys.stderr)  # noqa: T201 - the program's output
        if options.json:
            print(json.dumps({"kind": "error", "exit_code": code, "message": message}))  # noqa: T201 - the same
    return code


def _run(options: argparse.Namespace, around: Surroundings) -> ExitCode:
    overrides = {key: text for key in KEYS if (text := getattr(options, key)) is not None}
    carry_out: Callable[[RunOptions, Surroundings], ExitCode] = options.mode
    return carry_out(RunOptions(options.config, overrides, options.journal, options.report), around)


def _verify(options: argparse.Namespace, around: Surroundings) -> ExitCode:
    return verify(options.journal, options.url, options.report, around)


def _display(stream: TextIO, *, is_json: bool) -> Display:
    if is_json:
        return JsonDisplay(stream)
    return TerminalDisplay(stream) if stream.isatty() else PlainDisplay(stream)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        description="Signs up users, lets them post and like by the rules, and proves that they did.",
        epilog=_EXIT_CODES,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_run(commands.add_parser("run", help="sign up, post, like, and prove it", allow_abbrev=False))
    _add_verify(commands.add_parser("verify", help="judge a run that was", allow_abbrev=False))
    return parser


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(carry_out=_run, mode=start_run)
    parser.add_argument(
        "--config", type=Path, default=Path("bot.yaml"), metavar="FILE", help="default: bot.yaml"
    )
    parser.add_argument("--journal", type=Path, metavar="FILE", help="default: a new one in var/bot/")
    mode = parser.add_mutually_exclusive_group()
    for option, function, text in (
        ("--resume", resume_run, "go on with the run in --journal, by its own configuration"),
        ("--dry-run", rehearse, "show what would be done, and send nothing"),
    ):
        mode.add_argument(option, dest="mode", action="store_const", const=function, help=text)
    _add_output(parser)
    keys = parser.add_argument_group("keys of the configuration, instead of what the file says")
    for key in KEYS:
        option = f"--{key.replace('_', '-')}"
        keys.add_argument(option, dest=key, metavar="VALUE", help=_KEYS_HELP[key])


def _add_verify(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(carry_out=_verify)
    parser.add_argument("journal", type=Path, metavar="JOURNAL", help="what `run` wrote")
    parser.add_argument("--url", metavar="VALUE", help="the GraphQL endpoint, if not the one in the journal")
    _add_output(parser)


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--report", type=Path, metavar="DIR", help="write a report for people into this folder"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line on stdout, nothing else")


if __name__ == "__main__":
    sys.exit(main())
