"""What a client may read of what went wrong."""

import logging
import re
from typing import Any

from graphql import GraphQLError

from schema.engine.deadline import was_cut_off
from schema.engine.errors import ApiError, RateLimited, TimedOut

log = logging.getLogger(__name__)

PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
BAD_USER_INPUT = "BAD_USER_INPUT"
TOO_LARGE = "QUERY_TOO_LARGE"
TOO_DEEP = "QUERY_TOO_DEEP"
TOO_COSTLY = "QUERY_TOO_COSTLY"
UNAUTHENTICATED = "UNAUTHENTICATED"
INTERNAL = "INTERNAL_SERVER_ERROR"
MASKED = "Something went wrong on our side."
MAX_ERRORS = 20


def request_error(message: str, code: str, **extensions: Any) -> dict[str, Any]:
    """An error about a request that was not executed."""
    return {"message": message, "extensions": {"code": code, **extensions}}


def format_errors(errors: list[GraphQLError], *, code: str | None, request_id: str) -> list[dict[str, Any]]:
    """Errors as they are answered: at most 20, each with a code and the request's id.

    Args:
        errors: what graphql-core found.
        code: what they are all about; None: errors of execution, each to be judged by itself.
    """
    return [_format(error, code, request_id) for error in errors[:MAX_ERRORS]]


def wait_s(errors: list[GraphQLError]) -> int | None:
    """After how many seconds to try again what was limited, if something was."""
    limited = [error.original_error for error in errors]
    return max((each.retry_after_s for each in limited if isinstance(each, RateLimited)), default=None)


def _format(error: GraphQLError, code: str | None, request_id: str) -> dict[str, Any]:
    formatted: dict[str, Any] = dict(error.formatted)
    cause = error.original_error
    told = cause if isinstance(cause, ApiError) else error
    if was_cut_off(cause):
        log.warning("cut off at %s", error.path)
        told = TimedOut()
        formatted["message"] = told.message
    if code is not None:
        formatted["message"] = _without_value(error.message, cause)
    elif isinstance(cause, GraphQLError) and cause.nodes and not isinstance(cause, ApiError):
        code = BAD_USER_INPUT  # a variable that is null where an argument must not be
    elif not isinstance(told, ApiError):
        log.error("unexpected error at %s", error.path, exc_info=cause or error)
        formatted["message"], code = MASKED, INTERNAL
    extensions = dict(told.extensions or {}) if code is None else {"code": code}
    return {**formatted, "extensions": {**extensions, "requestId": request_id}}


def _without_value(message: str, cause: Exception | None) -> str:
    """What is wrong with a variable, without its value, which graphql-core tells whole, passwords and all."""
    if not isinstance(cause, GraphQLError):  # Python's own words about a number with too many digits
        message = message.removesuffix(f"; {cause}")
    if not re.match(r"Variable '\$\w+' got invalid value ", message):
        return message
    name = message.split("'")[1]
    why = cause.message if isinstance(cause, GraphQLError) else ""
    at = re.search(rf" at '{re.escape(name[1:])}[\w.\[\]]*'$", message.removesuffix(f"; {why}"))
    told = re.sub(r"\bvalue: .*", "value.", why, flags=re.DOTALL)
    return f"Variable '{name}' got invalid value{at[0] if at else ''}; {told}".removesuffix("; ")
