"""What a person can mend, as data."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class Code(StrEnum):
    """Machine-readable reasons; the API's `UserErrorCode`."""

    REQUIRED = "REQUIRED"
    INVALID = "INVALID"
    TOO_SHORT = "TOO_SHORT"
    TOO_LONG = "TOO_LONG"
    TAKEN = "TAKEN"
    NOT_FOUND = "NOT_FOUND"
    NOT_ALLOWED = "NOT_ALLOWED"
    PASSWORD_TOO_WEAK = "PASSWORD_TOO_WEAK"  # noqa: S105  # a code, not a password
    INVALID_CREDENTIALS = "INVALID_CREDENTIALS"
    INVALID_TOKEN = "INVALID_TOKEN"  # noqa: S105  # a code, not a token
    EMAIL_UNDELIVERABLE = "EMAIL_UNDELIVERABLE"
    EMAIL_DISPOSABLE = "EMAIL_DISPOSABLE"
    SELF_ACTION = "SELF_ACTION"
    IDEMPOTENCY_MISMATCH = "IDEMPOTENCY_MISMATCH"
    BLOCKED = "BLOCKED"


@dataclass(frozen=True)
class Problem:
    """One mistake: why, in words for a person, and at which input (a path of names; None: the whole)."""

    code: Code
    message: str
    field: tuple[str, ...] | None = None


class ValidationFailure(Exception):
    """An action was refused; nothing was changed. Carries every mistake that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(", ".join(problem.code for problem in self.problems))

    @classmethod
    def of(cls, code: Code, message: str, *field: str) -> Self:
        """A failure with a single mistake."""
        return cls([Problem(code, message, field or None)])


class Throttled(Exception):
    """Too many attempts: this one was not looked at.

    Args:
        retry_after_s: whole seconds after which to try again.
    """

    def __init__(self, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        minutes = -(-retry_after_s // 60)
        wait = "a minute" if minutes == 1 else f"{minutes} minutes"
        super().__init__(f"Too many attempts. Wait {wait}, then try again.")


class Problems:
    """Collects mistakes, so that a person is told all of them at once."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, code: Code, message: str, *field: str) -> None:
        """Note one mistake."""
        self.found.append(Problem(code, message, field or None))

    def raise_if_any(self) -> None:
        """Raises: ValidationFailure, when a mistake was noted."""
        if self.found:
            raise ValidationFailure(self.found)
