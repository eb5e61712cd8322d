"""Log lines: JSON for machines or text for people, each with its request's id."""

import logging.config
import traceback

import structlog
from structlog.typing import ExcInfo, Processor

# Exceptions whose words are about the program or the tables. Any other's may quote what people sent.
ABOUT_CODE = (AttributeError, ImportError, NameError, TypeError)
ABOUT_TABLES = ("django.db.", "psycopg.", "sqlite3")


def logging_config(*, level: str, json: bool) -> None:
    """Send the standard library's and structlog's records down one road to standard error.

    Args:
        level: the lowest level that is written, e.g. "INFO".
        json: one JSON object a line; else text for a terminal.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Processor] = [
        structlog.processors.ExceptionRenderer(tell_exception),
        structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False),
    ]
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "structured": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": shared,
                    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {
                # A statement's parameters are people's addresses and texts.
                "django.db.backends": {"level": "INFO"},
                # Refused requests stand in our own line about each request.
                "django.request": {"level": "ERROR"},
            },
        }
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def tell_exception(exc_info: ExcInfo) -> str:
    """Where something went wrong, and why, without what people sent: no values of variables, and only such
    words as quote none.
    """
    told: list[str] = []
    error: BaseException | None = exc_info[1]
    while error is not None and len(told) < 10:
        where = "".join(traceback.format_tb(error.__traceback__))
        told.append(f"Traceback (most recent call last):\n{where}{type(error).__name__}{_words(error)}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\nwhich led to\n\n".join(reversed(told))


def _words(error: BaseException) -> str:
    kinds = type(error).__mro__
    about_tables = f"{type(error).__module__}.".startswith(ABOUT_TABLES)
    if any(kind.__name__ == "DataError" for kind in kinds) or not (
        about_tables or isinstance(error, ABOUT_CODE)
    ):
        return ""
    # The other lines are a database's quotations of rows and statements.
    return f": {str(error).partition(chr(10))[0]}"
