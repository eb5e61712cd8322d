"""One document, executed: parsed, validated, run, and told what went wrong."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from graphql.execution.values import get_variable_values

from accounts.points import Balance, OutOfPoints, budget_of, spend_points
from schema.context import Context, Spent
from schema.engine.deadline import OutOfTime, TimedExecution
from schema.engine.deprecations import deprecations_in
from schema.engine.errors import RateLimited, TimedOut
from schema.errors import BAD_USER_INPUT, MAX_ERRORS, PARSE_FAILED, VALIDATION_FAILED, format_errors, wait_s
from schema.explain import explain
from schema.limits import TOKENS, Price, TooMuch, bound_text, price_of
from schema.metrics import DEPRECATED, SECONDS
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
# Whoever is signed in must be able to stay so, and to sign out.
RENEWING_FIELDS = frozenset({"refreshToken", "revokeToken"})


@dataclass(frozen=True)
class Asked:
    """What a client sent, well-formed."""

    query: str = field(repr=False)
    variables: dict[str, Any] | None = field(default=None, repr=False)
    operation_name: str | None = None
    explained: bool = False


@dataclass(frozen=True)
class Answer:
    """What is sent back.

    Args:
        executed: False when the document never ran.
        retry_after_s: after how many seconds to try again what was refused, if something was.
        balance: what is left to whoever asked; None when nothing was to be spent.
    """

    body: dict[str, Any] = field(repr=False)
    executed: bool
    retry_after_s: int | None = None
    balance: Balance | None = None


Deprecations = Sequence[Mapping[str, str]]


class Document:
    """A parsed document.

    Args:
        deprecations: what it uses that is deprecated; None while it is not known to be valid.
    """

    def __init__(self, node: DocumentNode, asked: Asked, deprecations: Deprecations | None = None) -> None:
        self.node, self.asked, self.deprecations = node, asked, deprecations
        self.operation = get_operation_ast(node, asked.operation_name)

    @property
    def kind(self) -> str:
        """`query` or `mutation`, for those who count."""
        return self.operation.operation.value if self.operation else "none"

    @property
    def is_query(self) -> bool:
        """Whether it reads only (also when it is not clear which operation is meant: then nothing runs)."""
        return self.operation is None or self.operation.operation is OperationType.QUERY

    @property
    def is_open(self) -> bool:
        """Whether all of its root fields may be asked with a bad token."""
        names = list(self._root_fields(self.operation)) if self.operation else []
        return bool(names) and all(name in OPEN_FIELDS for name in names)

    def price(self, *, points: int) -> Price | None:
        """What it may need; None when it is not clear which operation is meant.

        Args:
            points: how many whoever asks may spend in a whole window.

        Raises: TooMuch.
        """
        return price_of(self.node, self.operation, self.asked.variables or {}, points=points)

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
_valid: LRUCache[str, tuple[DocumentNode, Deprecations]] = LRUCache(
    200_000, getsizeof=lambda known: known[0].loc.end if known[0].loc else 0
)
_lock = Lock()


def parse_document(asked: Asked, *, request_id: str) -> Document | Answer:
    """The document; or the answer, when it cannot be read.

    Raises: TooMuch.
    """
    with _lock:
        known = _valid.get(asked.query)
    if known is not None:
        return Document(known[0], asked, known[1])
    try:
        node = parse(asked.query, max_tokens=settings.MAX_TOKENS)
    except GraphQLSyntaxError as error:
        if error.message.startswith("Syntax Error: Document contains more than"):
            raise TooMuch(TOKENS, settings.MAX_TOKENS + 1, settings.MAX_TOKENS) from None
        return _refusal([error], PARSE_FAILED, request_id)
    bound_text(node)
    return Document(node, asked)


def run(document: Document, context: Context, *, request_id: str) -> Answer:
    """Price a document, validate it and execute it; or only tell what it may need, if that is what was asked.

    Raises: TooMuch.
    """
    price = document.price(points=budget_of(context.viewer))
    if document.deprecations is None:
        found = validate(schema.graphql_schema, document.node, max_errors=20)
        if found:
            return _refusal(found, VALIDATION_FAILED, request_id)
        document.deprecations = deprecations_in(document.node, schema.graphql_schema)
        with _lock:
            _valid[document.asked.query] = document.node, document.deprecations
    if price is None:  # no operation of that name: graphql-core says so
        return _execute(document, context, None, request_id)
    if document.asked.explained:
        told = explain(price, context)
        return Answer({"data": None, "extensions": {"explain": told}}, executed=True)
    if errors := _wrong_variables(document):
        return _refusal(errors, BAD_USER_INPUT, request_id)
    try:
        balance = spend_points(
            price.points,
            user=context.viewer,
            device=context.device,
            renews={part.name for part in price.roots} <= RENEWING_FIELDS,
        )
    except OutOfPoints as error:
        return _out_of_points(error.balance, price, request_id)
    spent = Spent(**vars(balance), cost=price.points, node_count=price.nodes)
    return _execute(document, replace(context, spent=spent), balance, request_id)


def _execute(document: Document, context: Context, balance: Balance | None, request_id: str) -> Answer:
    try:
        with SECONDS.labels(document.kind).time():
            result = execute_sync(
                schema.graphql_schema,
                document.node,
                context_value=context,
                variable_values=document.asked.variables,
                operation_name=document.asked.operation_name,
                execution_context_class=TimedExecution,
            )
    except OutOfTime:
        errors = format_errors([TimedOut()], code=None, request_id=request_id)
        return Answer({"data": None, "errors": errors}, executed=True, balance=balance)
    if result.data is None and result.errors and not any(error.path for error in result.errors):
        return _refusal(result.errors, BAD_USER_INPUT, request_id, balance)  # variables, or a name
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = format_errors(result.errors, code=None, request_id=request_id)
    if document.deprecations:
        body["extensions"] = {"deprecations": document.deprecations}
        for each in document.deprecations:
            DEPRECATED.labels(each["coordinate"]).inc()
    return Answer(body, executed=True, retry_after_s=wait_s(result.errors or []), balance=balance)


def _wrong_variables(document: Document) -> list[GraphQLError]:
    """What is wrong with the variables: told before they cost anything."""
    if document.operation is None:
        return []
    coerced = get_variable_values(
        schema.graphql_schema,
        document.operation.variable_definitions or (),
        document.asked.variables or {},
        max_errors=MAX_ERRORS,
    )
    return coerced if isinstance(coerced, list) else []


def _out_of_points(balance: Balance, price: Price, request_id: str) -> Answer:
    points = "1 point" if price.points == 1 else f"{price.points:,} points"
    error = RateLimited(
        f"This takes {points}, and you have {balance.remaining:,} of {balance.limit:,} left.",
        retry_after_s=max(1, balance.reset_s),
    )
    body = {"errors": format_errors([error], code=None, request_id=request_id)}
    return Answer(body, executed=False, retry_after_s=error.retry_after_s, balance=balance)


def _refusal(
    errors: "list[GraphQLError] | list[GraphQLSyntaxError]",
    code: str,
    request_id: str,
    balance: Balance | None = None,
) -> Answer:
    formatted = format_errors(list(errors), code=code, request_id=request_id)
    return Answer({"errors": formatted}, executed=False, balance=balance)
