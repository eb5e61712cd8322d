"""What an operation needs at most: objects, connections to fill, SQL statements.

What stands at the same place of the answer is put together, as the executor does it, and what is selected in
the same way is weighed once. An upper bound: what `@skip` leaves out counts.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from schema.engine.reading import Written

Path = tuple[str, ...]


class Weight(NamedTuple):
    """What something needs, for one object that it is selected of.

    Args:
        nodes: objects that connections can hold.
        connections: connections to be filled.
        statements: SQL statements, for all objects at its place together.
        aliases: fields of the answer that are renamed.
    """

    nodes: int = 0
    connections: int = 0
    statements: int = 0
    aliases: int = 0


@dataclass(frozen=True)
class Cost:
    """What one field needs, in the whole answer, without what is below it."""

    path: Path
    nodes: int
    connections: int
    statements: int


class Part:
    """A field of the answer: what the text has, perhaps in several places, under one key."""

    def __init__(self, written: list[Written], below: "Selection") -> None:
        first = written[0]
        self.key, self.name, self.below = first.key, first.name, below
        self.start = min(each.start for each in written)
        self.size = max(each.size for each in written)
        statements = max(each.statements for each in written)
        if first.is_connection and any(part.name == "totalCount" for part in below.parts):
            statements = 2  # one for the page, one for all that is beside it
        self.own = Weight(
            nodes=self.size if first.is_list else 0,
            connections=first.is_connection,
            statements=statements,
            aliases=first.key != first.name,
        )

    @cached_property
    def weight(self) -> Weight:
        """All that it needs."""
        own, below, size = self.own, self.below.weight, self.size
        return Weight(
            own.nodes + size * below.nodes,
            own.connections + size * below.connections,
            own.statements + (below.statements if size else 0),
            own.aliases + below.aliases,
        )


class Selection:
    """What is selected of an object. Those that are the same are one, by `known`.

    Attributes:
        pairs: pairs of fields of the text under one key, which validation compares one by one.
    """

    def __init__(self, fields: frozenset[Written], known: "dict[frozenset[Written], Selection]") -> None:
        groups: dict[tuple[str, int], list[Written]] = {}
        for each in fields:
            # Objects of two types may have different fields under one key.
            groups.setdefault((each.key, id(each.asked)), []).append(each)
        self.pairs = sum(len(group) * (len(group) - 1) // 2 for group in groups.values())
        self.parts = [
            Part(group, _selection(frozenset().union(*(each.below for each in group)), known))
            for group in groups.values()
        ]

    @cached_property
    def weight(self) -> Weight:
        """All that it needs."""
        return Weight(*map(sum, zip(*(part.weight for part in self.parts), strict=True)))

    def path(self, amount: Callable[[Weight], int]) -> Path:
        """Where most of something is: from the root down, each time the field with the most of it."""
        path: list[str] = []
        selection = self
        while amount(selection.weight):
            most = max(selection.parts, key=lambda part: (amount(part.weight), part.key))
            path.append(most.key)
            selection = most.below
        return tuple(path)

    def costs(self, path: Path = (), times: int = 1) -> Iterator[Cost]:
        """What each field needs that needs anything."""
        for part in sorted(self.parts, key=lambda part: part.key):
            here, own = (*path, part.key), part.own
            if own.nodes or own.connections or own.statements:
                yield Cost(here, times * own.nodes, times * own.connections, own.statements)
            if part.size:
                yield from part.below.costs(here, times * part.size)


def price(roots: Iterable[frozenset[Written]]) -> tuple[list[Selection], int]:
    """What each of several places selects, weighed, and the pairs of fields under one key in all of it.

    Their depth must be bounded already.
    """
    known: dict[frozenset[Written], Selection] = {}
    weighed = [_selection(fields, known) for fields in roots]
    return weighed, sum(selection.pairs for selection in known.values())


def _selection(fields: frozenset[Written], known: dict[frozenset[Written], Selection]) -> Selection:
    if fields not in known:
        known[fields] = Selection(fields, known)
    return known[fields]
