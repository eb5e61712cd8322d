"""What a program did wrong, told as top-level errors with a code."""

from typing import Any

from graphql import GraphQLError


class ApiError(GraphQLError):
    """A top-level error that a client may read as it stands."""

    code = "INTERNAL_SERVER_ERROR"

    def __init__(self, message: str, **extensions: Any) -> None:
        super().__init__(message, extensions={"code": self.code, **extensions})


class BadUserInput(ApiError):
    """An argument or a variable that is out of range."""

    code = "BAD_USER_INPUT"


class RateLimited(ApiError):
    """Too much of something; `retryAfter` says after how many seconds to try again."""

    code = "RATE_LIMITED"

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(message, retryAfter=retry_after_s)


class Unauthenticated(ApiError):
    """A field that needs sign-in, asked anonymously."""

    code = "UNAUTHENTICATED"


class TimedOut(ApiError):
    """Work that was cut off because it took too long."""

    code = "TIMEOUT"

    def __init__(self) -> None:
        super().__init__("This took too long and was cut off. Ask for less at once, or try again.")
