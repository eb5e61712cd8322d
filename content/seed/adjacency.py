"""Who is tied to whom, compactly."""

from array import array
from collections.abc import Sequence
from itertools import accumulate


class Adjacency:
    """Lists of numbers, one for each number, end to end in one array.

    Args:
        counts: how long each list is.
        targets: the lists, one after the other.
    """

    def __init__(self, counts: Sequence[int], targets: "array[int]") -> None:
        self._starts = array("q", accumulate(counts, initial=0))
        self._targets = targets

    def of(self, number: int) -> "array[int]":
        """One number's list."""
        return self._targets[self._starts[number] : self._starts[number + 1]]

    def count(self, number: int) -> int:
        """How long one number's list is."""
        return self._starts[number + 1] - self._starts[number]

    def turned_round(self) -> "Adjacency":
        """The same ties, seen from the other end."""
        everybody = len(self._starts) - 1
        counts = array("i", bytes(4 * everybody))
        for target in self._targets:
            counts[target] += 1
        free = array("q", accumulate(counts, initial=0))
        sources = array("i", bytes(4 * len(self._targets)))
        for number in range(everybody):
            for target in self.of(number):
                sources[free[target]] = number
                free[target] += 1
        return Adjacency(counts, sources)
