"""The like rules, pure: what is known goes in, the next action comes out. No I/O, no clock, no global random.

Users and posts are known by their places in the run alone: a user by the number of signup, a post by its
author's number and its own number there. The server's IDs are not known here, so no draw can depend on them:
the same seed and configuration give the same likes on any server.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple


class Place(NamedTuple):
    """A post: its author's number in the run, and its number among the author's posts. Both from 0."""

    author: int
    number: int


@dataclass(frozen=True, slots=True)
class NextTurn:
    """Who acts next: `posts` living ones of their own, `permitted` ones to like now, `likes_left` to make.

    `ties` is how many later users have as many posts and could act too.
    """

    user: int
    posts: int
    permitted: int
    likes_left: int
    ties: int


@dataclass(slots=True)
class _Actor:
    """What one user has done. `draws` counts refused likes too: each draw has a random number of its own."""

    posts: list[Place] = field(default_factory=list)
    liked: set[Place] = field(default_factory=set)
    likes_made: int = 0
    draws: int = 0
    has_left: bool = False


class Population:
    """The users and posts of a run, as the server last told of them."""

    def __init__(self, *, max_likes_per_user: int) -> None:
        self._max_likes = max_likes_per_user
        self._actors: dict[int, _Actor] = {}
        self._gone: set[Place] = set()
        self._zero: dict[int, set[Place]] = {}

    @property
    def living(self) -> list[Place]:
        """The posts that have not left the run, in order of place."""
        posts = (post for user in sorted(self._actors) for post in self._actors[user].posts)
        return [post for post in posts if post not in self._gone]

    @property
    def zero(self) -> list[Place]:
        """The living posts with 0 likes, in order of place."""
        return sorted(post for posts in self._zero.values() for post in posts)

    @property
    def gone(self) -> list[Place]:
        """The posts that have left the run: deleted, or refused to somebody. In order of place."""
        return sorted(self._gone)

    def add_user(self, user: int) -> None:
        """The user has signed up."""
        self._actors[user] = _Actor()

    def add_post(self, post: Place, like_count: int) -> None:
        """The post has been written; an author's posts must come in order."""
        self._actors[post.author].posts.append(post)
        self._count(post, like_count)

    def observe(self, *, zero: Collection[Place], gone: Collection[Place]) -> None:
        """What the server says now replaces what was believed. What is gone once does not come back."""
        self._gone |= set(gone)
        self._zero = {}
        for post in zero:
            self._count(post, 0)

    def like(self, user: int, post: Place, like_count: int) -> None:
        """The user's like succeeded, and the server says how many the post has now."""
        actor = self._actors[user]
        actor.draws += 1
        actor.likes_made += 1
        actor.liked.add(post)
        self._count(post, like_count)

    def refuse(self, user: int, post: Place) -> None:
        """The user's like was refused: the post leaves the run, for good."""
        self._actors[user].draws += 1
        self._gone.add(post)
        self._discard_zero(post)

    def leave(self, user: int) -> None:
        """The user can act no more, being locked out by the server. The posts stay while they live."""
        self._actors[user].has_left = True

    def permitted(self, user: int) -> list[Place]:
        """Rule 3: the posts that the user may like now, in order of place."""
        return list(self._permitted(user))

    def next_turn(self) -> NextTurn | None:
        """Rule 1: of those who can act, the one with most posts, then the first to sign up. None: nobody."""
        living = {
            user: sum(post not in self._gone for post in actor.posts) for user, actor in self._actors.items()
        }
        able = (user for user in sorted(living, key=lambda user: (-living[user], user)) if self.can_act(user))
        chosen = next(able, None)
        if chosen is None:
            return None
        posts = living[chosen]
        ties = sum(living[user] == posts and user > chosen and self.can_act(user) for user in living)
        left = self._max_likes - self._actors[chosen].likes_made
        return NextTurn(chosen, posts, len(self.permitted(chosen)), left, ties)

    def can_act(self, user: int) -> bool:
        """Whether a like is left for the user: neither at the maximum nor exhausted nor gone."""
        actor = self._actors[user]
        may = actor.likes_made < self._max_likes and not actor.has_left
        return may and next(self._permitted(user), None) is not None

    def plan_likes(self, user: int, *, seed: int, limit: int) -> list[Place]:
        """The user's next likes, uniformly drawn one by one: up to `limit`, none when the turn is over.

        They may be sent at once, since no outcome changes the choice of the next: a post that is liked and
        one that is refused both leave the posts with 0 likes, and neither is permitted to the user again.
        """
        actor = self._actors[user]
        permitted = self.permitted(user) if self.can_act(user) else []
        unliked = {author: len(posts) for author, posts in self._zero.items()}
        planned: list[Place] = []
        while permitted and len(planned) < min(limit, self._max_likes - actor.likes_made):
            post = permitted.pop(
                _random(seed, "like", user, actor.draws + len(planned)).randrange(len(permitted))
            )
            planned.append(post)
            unliked[post.author] -= post in self._zero[post.author]
            if not unliked[post.author]:
                start, end = (bisect_left(permitted, (author,)) for author in (post.author, post.author + 1))
                del permitted[start:end]
        return planned

    def _permitted(self, user: int) -> Iterator[Place]:
        liked = self._actors[user].liked
        for author in sorted(self._zero):
            if author != user:
                for post in self._actors[author].posts:
                    if post not in liked and post not in self._gone:
                        yield post

    def _count(self, post: Place, like_count: int) -> None:
        if like_count == 0 and post not in self._gone:
            self._zero.setdefault(post.author, set()).add(post)
        else:
            self._discard_zero(post)

    def _discard_zero(self, post: Place) -> None:
        posts = self._zero.get(post.author, set())
        posts.discard(post)
        if not posts:
            self._zero.pop(post.author, None)


def number_of_posts(user: int, *, seed: int, maximum: int) -> int:
    """How many posts the user writes: uniform from 1 to `maximum`; 0 when that is 0."""
    return _random(seed, "posts", user, 0).randint(1, maximum) if maximum else 0


def _random(seed: int, purpose: str, user: int, ordinal: int) -> Random:
    """A source of its own for each draw: what other users do, and when, cannot shift it."""
    return Random(f"{seed} {purpose} {user} {ordinal}")  # noqa: S311 - repeatable is the point, not secret
