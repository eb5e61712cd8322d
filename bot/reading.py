"""Asking for many things of one kind: the same field many times in a document, within the API's limits."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.client import FieldError, ServerAway
from bot.server import Account, AccountLost, Server

# The API's limits on one document.
ROOT_FIELDS = 20
NODES_A_FIELD = 100

_ACCOUNTS_TO_TRY = 3  # failed sign-ins are rate-limited, and anybody may read what the run wrote


@dataclass(frozen=True, slots=True)
class Field:
    """A root field with its arguments and selection; `types` names the variables in it, without the `$`."""

    text: str
    types: Mapping[str, str]

    def repeated(self, operation: str, inputs: Sequence[Mapping[str, Any]]) -> tuple[str, dict[str, Any]]:
        """A document with the field once for each input (aliases f0, f1, …), and its variables."""
        document = _document(operation, self.text, tuple(self.types.items()), len(inputs))
        return document, {f"{name}{at}": item[name] for at, item in enumerate(inputs) for name in self.types}


class Reader:
    """Reads as the first of `accounts` that can be signed in to, or else anonymously."""

    def __init__(self, server: Server, accounts: Sequence[Account]) -> None:
        self._server = server
        self._accounts = list(accounts[:_ACCOUNTS_TO_TRY])

    def read(
        self, field: Field, inputs: Sequence[Mapping[str, Any]], *, at_once: int = ROOT_FIELDS
    ) -> list[Any]:
        """The field's value for each input, up to `at_once` in a document. Raises `ServerAway`."""
        values: list[Any] = []
        while len(values) < len(inputs):
            asked = inputs[len(values) : len(values) + at_once]
            answer = self._ask(*field.repeated("query", asked))
            for place in range(len(asked)):
                if f"f{place}" not in answer:
                    break  # it failed for the time being: it is the first of the next document
                values.append(answer[f"f{place}"])
        return values

    def _ask(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        answer = self._ask_as_any(document, variables)
        for value in answer.values():
            if isinstance(value, FieldError):
                raise ServerAway(f"{self._server.url} does not let the bot read: {value.code}.")
        return answer

    def _ask_as_any(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        while self._accounts:
            try:
                return self._server.ask(document, variables, self._accounts[0])
            except AccountLost:
                del self._accounts[0]
        return self._server.ask(document, variables)


@lru_cache
def _document(operation: str, text: str, types: tuple[tuple[str, str], ...], count: int) -> str:
    declared = ", ".join(f"${name}{at}: {kind}" for at in range(count) for name, kind in types)
    fields = "\n".join(f"f{at}: " + re.sub(r"\$(\w+)", rf"$\g<1>{at}", text) for at in range(count))
    return f"{operation}({declared}) {{\n{fields}\n}}"
