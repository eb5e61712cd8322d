"""What a made-up network leaves to chance, always the same for the same seed."""

import random
from array import array
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import TypeVar

from accounts.keys import RANDOM_BITS
from content.seed.sizes import END_MS

TICKETS_EACH = 8  # on average
DELAY_BITS = 12
T = TypeVar("T")


class Chance(random.Random):
    """Seeded randomness."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self._delays = [self.lognormvariate(0, 2) for _ in range(1 << DELAY_BITS)]

    def pick(self, among: Sequence[T]) -> T:
        """One of them; in half the time of `choice`."""
        return among[int(self.random() * len(among))]

    def key(self, moment_ms: int) -> int:
        """The key of a row that was created then."""
        return moment_ms << RANDOM_BITS | self.getrandbits(RANDOM_BITS)

    def later(self, moment_ms: int, median_ms: int) -> int:
        """Some time after a moment and before the end; half of them within the median."""
        then = moment_ms + 1 + int(median_ms * self._delays[self.getrandbits(DELAY_BITS)])
        return then if then < END_MS else moment_ms + int(self.random() * (END_MS - moment_ms))

    def heavy_tail(self, shape: float, most: float) -> float:
        """At least 1, mostly little, rarely very much."""
        return min(self.paretovariate(shape), most)

    def distinct(
        self, number: int, draw: Callable[[], int], refused: Callable[[int], bool], everybody: int
    ) -> list[int]:
        """So many different numbers below `everybody`, as they are drawn.

        Where drawing goes on too long (nearly everybody is wanted), the rest are taken in random order.
        """
        found: dict[int, None] = {}
        for _ in range(8 * number):
            if len(found) == number:
                break
            candidate = draw()
            if not refused(candidate):
                found[candidate] = None
        if len(found) == number:
            return list(found)
        for candidate in self.sample(range(everybody), everybody):
            if len(found) == number:
                break
            if not refused(candidate):
                found[candidate] = None
        return list(found)


class Lots:
    """Drawing people by weight: as many tickets for each as their weight is worth."""

    def __init__(self, chance: Chance, weights: Sequence[float]) -> None:
        self._random = chance.random
        tickets = spread(TICKETS_EACH * len(weights), weights, lambda _: TICKETS_EACH * len(weights))
        self._tickets = array("i")
        for person, number in enumerate(tickets):
            self._tickets.extend([person] * number)

    def draw(self) -> int:
        """Somebody."""
        return self._tickets[int(self._random() * len(self._tickets))]


def spread(total: int, weights: Sequence[float], cap: Callable[[int], int]) -> "array[int]":
    """`total` handed out by weight, to nobody more than their `cap`; what is too much goes to who has room.

    It takes one pass and no draws: each gets the whole numbers that the running sum of the weights passes.
    """
    shares = array("i", bytes(4 * len(weights)))
    everything = sum(weights) or 1.0
    given = 0
    for index, running in enumerate(accumulate(weights)):
        due = int(total * min(running / everything, 1.0)) - given
        shares[index] = min(due, cap(index))
        given += shares[index]
    while given < total:
        before = given
        for index in range(len(shares)):
            more = min(cap(index) - shares[index], total - given, 1 + (total - given) // len(shares))
            shares[index] += more
            given += more
        if given == before:
            raise ValueError(f"There is room for {given:,} only, not for {total:,}.")
    return shares
