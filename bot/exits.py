"""How the bot ends: its exit codes, and what each failure says."""

from enum import IntEnum

from bot.client import ServerAway
from bot.config import ConfigError
from bot.journal import JournalError


class ExitCode(IntEnum):
    """What the shell gets."""

    OK = 0
    RULE_BROKEN = 1
    USAGE = 2  # configuration and command line; argparse uses it too
    SERVER_AWAY = 3
    INCOMPLETE = 4
    FILES = 5  # the journal or the report cannot be read or written
    BUG = 70
    INTERRUPTED = 130  # as a shell says of what Ctrl-C ended


class UsageError(Exception):
    """The command line asks for what cannot be. The text is ready to show."""


def explain(error: BaseException) -> tuple[str, ExitCode]:
    """The message for a person, and the exit code."""
    match error:
        case ConfigError() | UsageError():
            return str(error), ExitCode.USAGE
        case ServerAway():
            return str(error), ExitCode.SERVER_AWAY
        case JournalError():
            return str(error), ExitCode.FILES
        case OSError():
            return f"{error.filename or 'output'}: {error.strerror or error}.", ExitCode.FILES
        case KeyboardInterrupt():
            return "Interrupted.", ExitCode.INTERRUPTED
    return f"A fault in the bot: {type(error).__name__}: {error}", ExitCode.BUG
