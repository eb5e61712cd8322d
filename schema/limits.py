"""What one request may ask: bounded before it is validated, priced before it runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from graphql import DocumentNode, OperationDefinitionNode, OperationType, TokenKind

from schema.engine.pricing import Part, Path, Selection, Weight, price
from schema.engine.reading import Reader, Written
from schema.errors import TOO_COSTLY, TOO_DEEP, TOO_LARGE
from schema.schema import schema

SIGN_IN = frozenset({"signup", "tokenAuth"})
# What tools ask needs one of the introspection's lists within another; graphql-js draws the line here too.
MAX_TYPE_LISTS = 2
# Validation compares each with each. A hundred of one key at one place; fragments repeat some `id`s.
MAX_PAIRS = 5_000
POINTS_OF_A_MUTATION = 5
CONNECTIONS_OF_A_POINT = 100


@dataclass(frozen=True)
class Limit:
    """A bound on requests."""

    name: str
    counts: str
    code: str


BYTES = Limit("bytes", "bytes", TOO_LARGE)
TOKENS = Limit("tokens", "tokens", TOO_LARGE)
DIRECTIVES = Limit("directives", "directives", TOO_LARGE)
DEPTH = Limit("depth", "fields below each other", TOO_DEEP)
TYPE_LISTS = Limit("typeLists", "lists of types below each other", TOO_DEEP)
ROOT_FIELDS = Limit("rootFields", "root fields", TOO_LARGE)
MUTATIONS = Limit("mutations", "mutations", TOO_LARGE)
SIGN_INS = Limit("signIns", "mutation that signs in or up", TOO_LARGE)
PAIRS = Limit("pairs", "pairs of fields under one key", TOO_LARGE)
ALIASES = Limit("aliases", "aliases", TOO_LARGE)
NODES = Limit("nodes", "nodes", TOO_COSTLY)
POINTS = Limit("points", "points", TOO_COSTLY)


class TooMuch(Exception):
    """A request beyond a limit. It may be told as it stands.

    Args:
        value: what the request has; or, where reading ended, one more than it may have.
        path: the field of the answer at fault; None when it is none.
    """

    def __init__(self, limit: Limit, value: int, maximum: int, path: Path | None = None) -> None:
        self.code = limit.code
        self.extensions = {
            "limit": limit.name,
            "value": value,
            "maximum": maximum,
            "path": None if path is None else list(path),
        }
        super().__init__(f"A request has at most {maximum:,} {limit.counts}; this has {value:,}.")


@dataclass(frozen=True)
class Price:
    """What an operation may need at most."""

    selection: Selection
    is_mutation: bool
    depth: int

    @property
    def roots(self) -> list[Part]:
        """The fields of the root, in the order of the text."""
        return sorted(self.selection.parts, key=lambda part: part.start)

    @property
    def nodes(self) -> int:
        """The objects that its connections can hold."""
        return self.selection.weight.nodes

    @property
    def points(self) -> int:
        """By GitHub's rule: one for 100 connections to be filled, at least one; and 5 for each mutation."""
        mutations = len(self.selection.parts) if self.is_mutation else 0
        filled = (self.selection.weight.connections + CONNECTIONS_OF_A_POINT // 2) // CONNECTIONS_OF_A_POINT
        return max(1, mutations * POINTS_OF_A_MUTATION + filled)


def bound_text(document: DocumentNode) -> None:
    """Raises: TooMuch, for more directives than a document may have."""
    directives = _directives(document)
    if directives > settings.MAX_DIRECTIVES:
        raise TooMuch(DIRECTIVES, directives, settings.MAX_DIRECTIVES)


def price_of(
    document: DocumentNode,
    operation: OperationDefinitionNode | None,
    variables: Mapping[str, Any],
    *,
    points: int,
) -> Price | None:
    """What an operation may need; None if none is to run. All of the document is within the limits, as all of
    it is validated.

    Args:
        variables: as they were sent.
        points: how many whoever asks may spend in a whole window.

    Raises: TooMuch.
    """
    reader = Reader(schema.graphql_schema, document, operation, variables)
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    try:
        roots = [*map(reader.fields, operations), *reader.unused()]
        depths = [_bound_chains(DEPTH, each, lambda field: field.depth, settings.MAX_DEPTH) for each in roots]
        for each in roots:
            _bound_chains(TYPE_LISTS, each, lambda field: field.type_lists, MAX_TYPE_LISTS)
    except RecursionError:
        raise TooMuch(DEPTH, settings.MAX_DEPTH + 1, settings.MAX_DEPTH) from None
    weighed, pairs = price(roots)
    if pairs > MAX_PAIRS:
        raise TooMuch(PAIRS, pairs, MAX_PAIRS)
    prices = [
        Price(root, each.operation is OperationType.MUTATION, depth)
        for each, root, depth in zip(operations, weighed, depths, strict=False)
    ]
    for priced in prices:
        _bound_operation(priced)
    if operation is None:
        return None
    found = prices[operations.index(operation)]
    _bound(NODES, found, found.nodes, settings.MAX_NODES, lambda weight: weight.nodes)
    _bound(POINTS, found, found.points, points, lambda weight: weight.connections)
    return found


def _bound_operation(price: Price) -> None:
    if price.is_mutation:
        _bound_roots(MUTATIONS, price.roots, settings.MAX_MUTATIONS)
        sign_ins = [part for part in price.roots if part.name in SIGN_IN]
        _bound_roots(SIGN_INS, sign_ins, settings.MAX_SIGN_INS)
    _bound_roots(ROOT_FIELDS, price.roots, settings.MAX_ROOT_FIELDS)
    aliases = price.selection.weight.aliases
    _bound(ALIASES, price, aliases, settings.MAX_ALIASES, lambda weight: weight.aliases)


def _bound(limit: Limit, price: Price, value: int, maximum: int, amount: Callable[[Weight], int]) -> None:
    if value > maximum:
        raise TooMuch(limit, value, maximum, price.selection.path(amount))


def _bound_roots(limit: Limit, roots: list[Part], maximum: int) -> None:
    if len(roots) > maximum:
        raise TooMuch(limit, len(roots), maximum, (roots[maximum].key,))


def _bound_chains(
    limit: Limit, fields: frozenset[Written], length: Callable[[Written], int], maximum: int
) -> int:
    longest = max(map(length, fields), default=0)
    if longest > maximum:
        path: list[str] = []
        while fields:
            each = max(fields, key=length)
            path.append(each.key)
            fields = each.below
        raise TooMuch(limit, longest, maximum, tuple(path))
    return longest


def _directives(document: DocumentNode) -> int:
    token, found = document.loc and document.loc.start_token, 0
    while token:
        found += token.kind is TokenKind.AT
        token = token.next
    return found
