"""The posts of a made-up network: who wrote which and when, which answers which, and how popular each is."""

from array import array
from bisect import bisect_right
from itertools import accumulate

from content.seed.chance import Chance, spread
from content.seed.people import People
from content.seed.sizes import END_MS, START_MS, Sizes
from content.seed.ties import Ties

ANSWERS = 0.34  # the share of posts that try to answer another
FOR_FOLLOWERS = 0.08
NOTHING = -1


class Posts:
    """What is decided of each post before its text is written; by number, oldest first, in arrays."""

    def __init__(self, chance: Chance, people: People, ties: Ties, sizes: Sizes) -> None:
        self.number = sizes.posts
        self._chance, self._people, self._ties = chance, people, ties
        self._running_talk = list(accumulate(people.talk))
        self.written_ms = array(
            "q", [START_MS + int(_grown(chance, k, sizes.posts)) for k in range(sizes.posts)]
        )
        self.keys = array("q", [chance.key(moment) for moment in self.written_ms])
        self.author = array("i", bytes(4 * self.number))
        self.answered = array("i", [NOTHING]) * self.number
        self.is_public = bytearray(self.number)
        self.reply_count = array("i", bytes(4 * self.number))
        self.public_by = array("i", bytes(4 * people.number))
        for post in range(self.number):
            self._decide(post)
        self.like_count = spread(sizes.likes, self._popularity(), self._could_like)

    def _could_like(self, post: int) -> int:
        if self.is_public[post]:
            return self._people.number - 1
        return self._ties.follower_count(self.author[post])

    def _decide(self, post: int) -> None:
        chance, ties = self._chance, self._ties
        there = bisect_right(self._people.joined_ms, self.written_ms[post])
        author = bisect_right(self._running_talk, chance.random() * self._running_talk[there - 1])
        self.author[post] = author
        self.is_public[post] = 1
        if post and chance.random() < ANSWERS:
            self._answer(post, max(0, post - int(chance.paretovariate(0.6))), there)
        elif chance.random() < FOR_FOLLOWERS and ties.follower_count(author):
            self.is_public[post] = 0
        if self.is_public[post]:
            self.public_by[self.author[post]] += 1
            if self.answered[post] != NOTHING:
                self.reply_count[self.answered[post]] += 1

    def _answer(self, post: int, answered: int, there: int) -> None:
        """Make a post an answer, unless its author may not see what it would answer."""
        chance, ties, asker = self._chance, self._ties, self.author[answered]
        if not self.is_public[answered]:
            followers = ties.followers(asker)
            follower = chance.pick(followers) if followers else asker
            self.author[post] = follower if follower < there else asker
            self.is_public[post] = 0
        elif ties.are_apart(self.author[post], asker):
            return
        self.answered[post] = answered

    def _popularity(self) -> "array[float]":
        fame, chance = self._people.fame, self._chance
        by_author = [weight**0.6 for weight in fame]
        return array(
            "d",
            (
                by_author[self.author[post]]
                * chance.lognormvariate(0, 1.3)
                * (1.0 if self.answered[post] == NOTHING else 0.3)
                for post in range(self.number)
            ),
        )


def _grown(chance: Chance, post: int, posts: int) -> float:
    """How far into the two years a post was written: there are more every month."""
    return float((END_MS - START_MS) * ((post + chance.random()) / posts) ** 0.6)
