"""Who follows, blocks and mutes whom in a made-up network."""

from array import array
from collections.abc import Iterator
from functools import partial

from content.seed.adjacency import Adjacency
from content.seed.chance import Chance, Lots, spread
from content.seed.people import People
from content.seed.sizes import END_MS, Sizes
from content.seed.tables import BLOCKS, MUTES, Sown

# The first person follows many, blocks and mutes more than a page: lists that long are there to be looked at.
MANY_FOLLOWS, MANY_BLOCKS = 2_000, 60


class Ties:
    """Who follows whom, by numbers, in both directions; and between whom there is none because of a block."""

    def __init__(self, chance: Chance, people: People, sizes: Sizes) -> None:
        self._chance, self._people = chance, people
        self._famous = Lots(chance, people.fame)
        self.blocks = self._pairs(sizes.blocks)
        self.mutes = self._pairs(sizes.mutes)
        self._apart = {pair for one, other in self.blocks for pair in ((one, other), (other, one))}
        self._following = self._follow(self._degrees(sizes.follows))
        self._followers = self._following.turned_round()

    def are_apart(self, one: int, other: int) -> bool:
        """Whether one of them blocks the other."""
        return (one, other) in self._apart

    def following(self, person: int) -> "array[int]":
        """Whom somebody follows."""
        return self._following.of(person)

    def followers(self, person: int) -> "array[int]":
        """Who follows somebody."""
        return self._followers.of(person)

    def following_count(self, person: int) -> int:
        """How many somebody follows."""
        return self._following.count(person)

    def follower_count(self, person: int) -> int:
        """How many follow somebody."""
        return self._followers.count(person)

    def follows(self) -> Iterator[tuple[int, int, int]]:
        """Who, whom and since when, in milliseconds."""
        chance, joined = self._chance, self._people.joined_ms
        for follower in range(self._people.number):
            for followed in self.following(follower):
                both_there = max(joined[follower], joined[followed])
                yield follower, followed, both_there + int(chance.random() * (END_MS - both_there))

    def rows_apart(self) -> Iterator[Sown]:
        """The blocks and mutes."""
        keys = self._people.keys
        for table, pairs in ((BLOCKS, self.blocks), (MUTES, self.mutes)):
            for one, other in pairs:
                yield table, (self._key(one, other), keys[one], keys[other])

    def _key(self, one: int, other: int) -> int:
        joined = self._people.joined_ms
        both_there = max(joined[one], joined[other])
        return self._chance.key(both_there + int(self._chance.random() * (END_MS - both_there)))

    def _pairs(self, number: int) -> list[tuple[int, int]]:
        chance, everybody = self._chance, self._people.number
        pairs = {
            (0, other): None for other in chance.sample(range(1, everybody), min(MANY_BLOCKS, number // 4))
        }
        while len(pairs) < number:
            one, other = chance.randrange(everybody), self._famous.draw()
            if one != other:
                pairs[one, other] = None
        return list(pairs)

    def _degrees(self, follows: int) -> "array[int]":
        chance, everybody = self._chance, self._people.number
        apart = array("i", bytes(4 * everybody))
        for one, _ in self._apart:
            apart[one] += 1
        weights = [0.0 if chance.random() < 0.1 else chance.heavy_tail(1.3, 100.0) for _ in range(everybody)]
        weights[0] = 0.0
        first = min(MANY_FOLLOWS, follows // 8, (everybody - 1) // 2)
        degrees = spread(
            follows - first, weights, lambda person: everybody - 1 - apart[person] - first * (not person)
        )
        degrees[0] += first
        return degrees

    def _follow(self, degrees: "array[int]") -> Adjacency:
        chance, everybody = self._chance, self._people.number
        targets = array("i")

        def draw() -> int:
            return self._famous.draw() if chance.random() < 0.7 else chance.randrange(everybody)

        for person in range(everybody):
            refused = partial(self._cannot_follow, person)
            targets.extend(chance.distinct(degrees[person], draw, refused, everybody))
        return Adjacency(degrees, targets)

    def _cannot_follow(self, person: int, other: int) -> bool:
        return other == person or (person, other) in self._apart
