"""Networks made of random rows, and how hypothesis draws them."""

import itertools
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from accounts.keys import RANDOM_BITS, key_at
from accounts.models import User
from content.models import Like, Post, PostEdit

START = datetime(2026, 1, 1, tzinfo=UTC)
_numbers = itertools.count(1)


@dataclass(frozen=True)
class World:
    """Everything there is, the hidden included."""

    people: list[User]
    posts: list[Post]
    likes: list[Like]
    edits: list[PostEdit]

    @property
    def visible_people(self) -> list[User]:
        """Everybody whom others see."""
        return [user for user in self.people if user.is_active]

    @property
    def visible_posts(self) -> list[Post]:
        """The posts of those people."""
        return [post for post in self.posts if post.author.is_active]

    @property
    def visible_likes(self) -> list[Like]:
        """Their likes of those posts."""
        return [like for like in self.likes if like.user.is_active and like.post.author.is_active]


@dataclass(frozen=True)
class Sizes:
    """How much of everything a network has."""

    people: int
    posts: int
    seed: int


class _Chance(random.Random):
    """Everything that a network leaves to chance."""

    def __init__(self, seed: int, start: datetime) -> None:
        super().__init__(seed)
        self.start = start

    def key(self) -> int:
        """A row's key; several in one millisecond, as when many write at once."""
        moment = self.start + timedelta(milliseconds=self.randrange(10))
        return key_at(moment) >> RANDOM_BITS << RANDOM_BITS | self.getrandbits(RANDOM_BITS)


def build_world(sizes: Sizes, *, hidden: float = 0.15, start: datetime = START) -> World:
    """A network of that size, with counts that are right. Of the same sizes and start, it is the same.

    Args:
        hidden: the share of people whom a moderator deactivated.
        start: when everything happens.
    """
    chance = _Chance(sizes.seed, start)
    people = [_person(chance, hidden) for _ in range(sizes.people)]
    posts = _posts(chance, people, sizes.posts)
    likes = [
        Like(id=chance.key(), post=post, user=user)
        for post in posts
        for user in people
        if user is not post.author and chance.random() < 0.5
    ]
    edits = [
        PostEdit(id=chance.key(), post=post, body=f"text {number} of {post.pk}")
        for post in posts
        for number in range(chance.choice((0, 0, 1, 4)))
    ]
    world = World(people, posts, likes, edits)
    _count(world)
    User.objects.bulk_create(people)
    Post.objects.bulk_create(posts)
    Like.objects.bulk_create(likes)
    PostEdit.objects.bulk_create(edits)
    return world


def _person(chance: _Chance, hidden: float) -> User:
    # Names that a sort by anything but code points would order otherwise.
    name = "".join(chance.choice("abB_19") for _ in range(5)) + f"_{next(_numbers)}"
    return User(
        id=chance.key(),
        username=name,
        email=f"{name}@example.com",
        email_key=f"{name}@example.com".casefold(),
        is_active=chance.random() >= hidden,
    )


def _posts(chance: _Chance, people: list[User], number: int) -> list[Post]:
    posts: list[Post] = []
    for _ in range(number if people else 0):
        answered = chance.choice(posts[:3]) if posts and chance.random() < 0.5 else None
        posts.append(
            Post(
                id=chance.key(),
                author=chance.choice(people),
                body=f"post {next(_numbers)}",
                reply_to=answered,
                is_reply=answered is not None,
            )
        )
    return posts


def _count(world: World) -> None:
    for like in world.likes:
        like.post.like_count += 1
    for post in world.posts:
        post.author.post_count += 1
        if post.reply_to is not None:
            post.reply_to.reply_count += 1


@contextmanager
def rolled_back() -> Iterator[None]:
    """Rows that are written inside are gone afterwards: so each example of one test has its own."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def sizes(*, people: int = 5, posts: int = 12) -> st.SearchStrategy[Sizes]:
    """Networks of at most so much."""
    seeds = st.integers(0, 2**32)
    return st.builds(Sizes, people=st.integers(1, people), posts=st.integers(0, posts), seed=seeds)


def examples(number: int) -> Callable[[Any], Any]:
    """How often a test by hypothesis runs. Each example cleans up after itself."""
    return settings(
        max_examples=number,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
