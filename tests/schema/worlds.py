"""Networks made of random rows, and how hypothesis draws them."""

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from typing import Any, Self, TypeVar

from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from accounts.actions.names import index_names
from accounts.keys import RANDOM_BITS, key_at
from accounts.models import EmailVerification, User
from content.actions.search_index import index_posts
from content.models import (
    Block,
    Bookmark,
    Follow,
    Hashtag,
    Like,
    Mention,
    Mute,
    Notification,
    NotificationKind,
    Post,
    PostEdit,
    PostHashtag,
    PostVisibility,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
T = TypeVar("T")
_numbers = itertools.count(1)


@dataclass
class World:
    """Everything there is, the hidden included, in an order in which it can be written."""

    people: list[User] = field(default_factory=list)
    follows: list[Follow] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    mutes: list[Mute] = field(default_factory=list)
    hashtags: list[Hashtag] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    uses: list[PostHashtag] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    edits: list[PostEdit] = field(default_factory=list)
    likes: list[Like] = field(default_factory=list)
    bookmarks: list[Bookmark] = field(default_factory=list)
    notifications: list[Notification] = field(default_factory=list)

    def __add__(self, other: Self) -> Self:
        """Both together."""
        return type(self)(
            **{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(self)}
        )

    def save(self) -> None:
        """Write every row, and let it be found."""
        for each in fields(self):
            save_all(getattr(self, each.name))
        index_names(self.people)
        index_posts(self.posts)


@dataclass(frozen=True)
class Sizes:
    """How much of everything a network has."""

    people: int
    posts: int
    seed: int


@dataclass(frozen=True)
class Shares:
    """How much of what is written is not for everybody."""

    followers: float = 0.3
    deleted: float = 0.1


class Chance(random.Random):
    """Everything that a network leaves to chance."""

    def __init__(self, seed: int | str, start: datetime = START) -> None:
        super().__init__(seed)
        self.start = start

    def key(self) -> int:
        """A row's key; several in one millisecond, as when many write at once."""
        moment = self.start + timedelta(milliseconds=self.randrange(10))
        return key_at(moment) >> RANDOM_BITS << RANDOM_BITS | self.getrandbits(RANDOM_BITS)

    def some(self, rows: Sequence[T], share: float) -> list[T]:
        """So many of these."""
        return [row for row in rows if self.random() < share]

    def few(self, rows: Sequence[T]) -> list[T]:
        """None, one or two of these."""
        return self.sample(rows, min(len(rows), self.choice((0, 0, 1, 2))))

    def pairs(self, people: Sequence[User], share: float) -> list[tuple[User, User]]:
        """So many of the pairs of two different people."""
        return self.some(list(itertools.permutations(people, 2)), share)


def build_world(sizes: Sizes, *, hidden: float = 0.15, start: datetime = START) -> World:
    """A network of that size, written. Of the same sizes and start it is the same, but for names.

    Args:
        hidden: the share of people whom a moderator deactivated.
        start: when everything happens.
    """
    world = draw_world(Chance(sizes.seed, start), sizes, hidden=hidden)
    world.save()
    return world


def draw_world(chance: Chance, sizes: Sizes, *, hidden: float) -> World:
    """A network of that size, with counts that are right."""
    people = [_person(chance, hidden) for _ in range(sizes.people)]
    world = World(people=people, hashtags=[draw_hashtag(chance) for _ in range(3)])
    world.blocks = [
        Block(id=chance.key(), blocker=one, blocked=other) for one, other in chance.pairs(people, 0.07)
    ]
    apart = {frozenset((block.blocker, block.blocked)) for block in world.blocks}
    world.follows = [
        Follow(id=chance.key(), follower=one, followed=other)
        for one, other in chance.pairs(people, 0.5)
        if frozenset((one, other)) not in apart
    ]
    world.mutes = [Mute(id=chance.key(), muter=one, muted=other) for one, other in chance.pairs(people, 0.15)]
    world += draw_posts(chance, sizes.posts, people=people, hashtags=world.hashtags)
    world.bookmarks = draw_bookmarks(chance, people, world.posts)
    world.notifications = draw_notifications(chance, world)
    count(world)
    return world


def draw_hashtag(chance: Chance) -> Hashtag:
    """A new word."""
    name = f"{chance.choice('abé')}{next(_numbers)}"
    return Hashtag(id=chance.key(), name=name, search_key=name)


def draw_posts(
    chance: Chance,
    number: int,
    *,
    people: Sequence[User],
    hashtags: Sequence[Hashtag],
    answered: Sequence[Post] = (),
    shares: Shares = Shares(),
) -> World:
    """New posts by these people, with what hangs on them: hashtags, mentions, former texts, likes.

    Args:
        answered: what the new posts may answer, beside each other.
    """
    part = World()
    for _ in range(number if people else 0):
        answerable = [*answered, *part.posts[:3]]
        to = chance.choice(answerable) if answerable and chance.random() < 0.5 else None
        tags, named = chance.few(hashtags), chance.few(people)
        post = _post(chance, chance.choice(people), to, shares)
        post.body = " ".join(
            [
                f"post{next(_numbers)}",
                *(f"#{tag.name}" for tag in tags),
                *(f"@{user.username}" for user in named),
            ]
        )
        part.posts.append(post)
        part.uses += [PostHashtag(post=post, hashtag=tag, position=place) for place, tag in enumerate(tags)]
        part.mentions += [Mention(post=post, user=user, position=place) for place, user in enumerate(named)]
        part.edits += [
            PostEdit(id=chance.key(), post=post, body=f"text {place} of {post.pk}")
            for place in range(chance.choice((0, 0, 1, 4)))
        ]
        likers = chance.some([user for user in people if user is not post.author], 0.5)
        part.likes += [Like(id=chance.key(), post=post, user=user) for user in likers]
    return part


def draw_bookmarks(chance: Chance, people: Sequence[User], posts: Sequence[Post]) -> list[Bookmark]:
    """What each of these people keeps."""
    kept = chance.some(list(itertools.product(people, posts)), 0.3)
    return [Bookmark(id=chance.key(), post=post, user=user) for user, post in kept]


def draw_notifications(chance: Chance, world: World) -> list[Notification]:
    """What people are told of all that, as far as they did not withdraw it."""
    kind = NotificationKind
    told = [
        *((kind.LIKE, like.post.author, like.user, like.post) for like in world.likes),
        *((kind.REPLY, post.reply_to.author, post.author, post) for post in world.posts if post.reply_to),
        *((kind.MENTION, mention.user, mention.post.author, mention.post) for mention in world.mentions),
        *((kind.FOLLOW, follow.followed, follow.follower, None) for follow in world.follows),
    ]
    return [
        Notification(
            id=chance.key(), kind=kind, recipient=to, actor=by, post=post, is_read=chance.random() < 0.5
        )
        for kind, to, by, post in chance.some(told, 0.7)
        if to is not by
    ]


def count(world: World) -> None:
    """Let every counter be what it counts."""
    for like in world.likes:
        like.post.like_count += 1
    for follow in world.follows:
        follow.follower.following_count += 1
        follow.followed.follower_count += 1
    public = {post.pk for post in world.posts if is_public(post)}
    for post in world.posts:
        post.author.post_count += post.pk in public
        if post.reply_to is not None:
            post.reply_to.reply_count += post.pk in public
    for use in world.uses:
        use.hashtag.post_count += use.post_id in public


def is_public(post: Post) -> bool:
    """Whether the counts count it."""
    return post.visibility == PostVisibility.PUBLIC and post.deleted_at is None


def save_all(rows: Sequence[Any]) -> None:
    """Write rows of one table."""
    if rows:
        type(rows[0])._default_manager.bulk_create(rows)


def _person(chance: Chance, hidden: float) -> User:
    # Names that a sort by anything but code points would order otherwise.
    name = "".join(chance.choice("abB_19") for _ in range(5)) + f"_{next(_numbers)}"
    user = User(
        id=chance.key(),
        username=name,
        email=f"{name}@example.com",
        email_key=f"{name}@example.com".casefold(),
        email_verification=EmailVerification.VALID,
        bio=chance.choice((None, "", "a bio")),
        is_active=chance.random() >= hidden,
    )
    user.username_lower = name.lower()  # for cursors; the database computes its own
    return user


def _post(chance: Chance, author: User, reply_to: Post | None, shares: Shares) -> Post:
    narrow = reply_to is not None and reply_to.visibility == PostVisibility.FOLLOWERS
    for_followers = chance.random() < shares.followers or narrow
    return Post(
        id=chance.key(),
        author=author,
        visibility=PostVisibility.FOLLOWERS if for_followers else PostVisibility.PUBLIC,
        deleted_at=START if chance.random() < shares.deleted else None,
        reply_to=reply_to,
        is_reply=reply_to is not None or chance.random() < 0.1,
    )


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


def examples(number: int, *, shrinks: bool = True) -> Callable[[Any], Any]:
    """How often a test by hypothesis runs: so often of a hundred, and more in a profile of more. Each example
    cleans up after itself.

    Args:
        shrinks: whether a failing example gets simpler; those that are but a seed do not.
    """
    return settings(
        max_examples=number * settings().max_examples // 100,
        phases=[
            phase for phase in settings().phases if shrinks or phase not in (Phase.shrink, Phase.explain)
        ],
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
