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


class Unauthenticated(ApiError):
    """A field that needs sign-in, asked anonymously."""

    code = "UNAUTHENTICATED"
