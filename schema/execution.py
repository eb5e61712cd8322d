"""One document, executed: parsed, validated, run, and told what went wrong."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from cachetools import LRUCache
from django.conf import settings
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    execute_sync,
    get_operation_ast,
    parse,
    validate,
)

from schema.context import Context
from schema.errors import BAD_USER_INPUT, PARSE_FAILED, VALIDATION_FAILED, format_errors, wait_s
from schema.schema import schema

# Whoever has a stale token must be able to get a new one.
OPEN_FIELDS = frozenset(
    {
        "signup",
        "tokenAuth",
        "refreshToken",
        "revokeToken",
        "requestPasswordReset",
        "resetPassword",
        "confirmEmail",
    }
)


@dataclass(frozen=True)
class Asked:
    """What a client sent, well-formed."""

    query: str = field(repr=False)
    variables: dict[str, Any] | None = field(default=None, repr=False)
    operation_name: str | None = None


@dataclass(frozen=True)
class Answer:
    """What is sent back. `executed` is False when the document never ran.

    `retry_after_s` is set when something was refused that may be tried again after so many seconds.
    """

    body: dict[str, Any] = field(repr=False)
    executed: bool
    retry_after_s: int | None = None


class TooManyTokens(Exception):
    """A document that is too large to be read. Its text may be told."""


class Document:
    """A parsed document; `is_valid` when that is known already."""

    def __init__(self, node: DocumentNode, asked: Asked, *, is_valid: bool = False) -> None:
        self.node, self.asked, self.is_valid = node, asked, is_valid
        self.operation = get_operation_ast(node, asked.operation_name)

    @property
    def is_query(self) -> bool:
        """Whether it reads only (also when it is not clear which operation is meant: then nothing runs)."""
        return self.operation is None or self.operation.operation is OperationType.QUERY

    @property
    def is_open(self) -> bool:
        """Whether all of its root fields may be asked with a bad token."""
        names = list(self._root_fields(self.operation)) if self.operation else []
        return bool(names) and all(name in OPEN_FIELDS for name in names)

    def _root_fields(self, operation: OperationDefinitionNode) -> Iterator[str]:
        fragments = {
            node.name.value: node
            for node in self.node.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        seen: set[str] = set()
        waiting: list[SelectionSetNode] = [operation.selection_set]
        while waiting:
            for selection in waiting.pop().selections:
                if isinstance(selection, FieldNode):
                    yield selection.name.value
                elif not isinstance(selection, FragmentSpreadNode):
                    waiting.append(selection.selection_set)  # type: ignore[attr-defined]  # an inline fragment
                elif selection.name.value in fragments and selection.name.value not in seen:
                    seen.add(selection.name.value)
                    waiting.append(fragments[selection.name.value].selection_set)


# Clients send the same few documents over and over. Bounded by memory: a character makes some 160 bytes.
_valid: LRUCache[str, DocumentNode] = LRUCache(
    200_000, getsizeof=lambda node: node.loc.end if node.loc else 0
)
_lock = Lock()


def parse_document(asked: Asked, *, request_id: str) -> Document | Answer:
    """The document; or the answer, when it cannot be read.

    Raises: TooManyTokens.
    """
    with _lock:
        known = _valid.get(asked.query)
    if known is not None:
        return Document(known, asked, is_valid=True)
    try:
        return Document(parse(asked.query, max_tokens=settings.MAX_TOKENS), asked)
    except GraphQLSyntaxError as error:
        if error.message.startswith("Syntax Error: Document contains more than"):
            raise TooManyTokens(f"A document has at most {settings.MAX_TOKENS:,} tokens.") from None
        return _refusal([error], PARSE_FAILED, request_id)


def run(document: Document, context: Context, *, request_id: str) -> Answer:
    """Validate a document and execute it."""
    if not document.is_valid:
        found = validate(schema.graphql_schema, document.node, max_errors=20)
        if found:
            return _refusal(found, VALIDATION_FAILED, request_id)
        with _lock:
            _valid[document.asked.query] = document.node
    result = execute_sync(
        schema.graphql_schema,
        document.node,
        context_value=context,
        variable_values=document.asked.variables,
        operation_name=document.asked.operation_name,
    )
    if result.data is None and result.errors and not any(error.path for error in result.errors):
        return _refusal(result.errors, BAD_USER_INPUT, request_id)  # variables, or the operation's name
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = format_errors(result.errors, code=None, request_id=request_id)
    return Answer(body, executed=True, retry_after_s=wait_s(result.errors or []))


def _refusal(errors: "list[GraphQLError] | list[GraphQLSyntaxError]", code: str, request_id: str) -> Answer:
    return Answer({"errors": format_errors(list(errors), code=code, request_id=request_id)}, executed=False)
