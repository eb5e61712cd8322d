"""Whole runs played in memory by the naive rules, honestly or with one planted bug, and their journals.

The journal is honest in any case: it says what the bot did and what the server answered. While the bot works,
strangers like its posts, take that back and delete posts; the server refuses signups, posts and accounts; the
bot is interrupted and resumed. Everything depends on the scenario's seed.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from random import Random
from typing import Any

from bot.verdict import ServerData, ServerPost
from tests.bot import naive_rules
from tests.bot.naive_rules import NaivePost, NaiveState

Entry = dict[str, Any]


class Bug(Enum):
    """What a bot can do wrong."""

    PASSES_ON_EARLY = auto()
    ASCENDING_ORDER = auto()
    LAST_USER_LEFT_OUT = auto()
    ANY_AUTHOR = auto()
    AUTHOR_CLOSED_EARLY = auto()
    LIKES_AGAIN = auto()
    LIKES_OWN = auto()
    RANDOM_MAXIMUM = auto()
    STOPS_EARLY = auto()
    GOES_ON = auto()
    COUNTS_FAILED_LIKE = auto()
    STALE_COUNT = auto()


@dataclass(frozen=True)
class Scenario:
    """A run to play. The last four are how often, of 1, such a thing happens where it could."""

    seed: int
    users: int = 4
    max_posts: int = 3
    max_likes: int = 3
    bug: Bug | None = None
    is_terse: bool = False
    foreign_likes: float = 0
    foreign_deletions: float = 0
    refusals: float = 0
    interruptions: float = 0


@dataclass
class Simulated:
    """What was played: the journal, and the server's data at the end."""

    entries: list[Entry]
    server: ServerData


def simulate(scenario: Scenario) -> Simulated:
    """Plays the scenario to its end."""
    return _Simulation(scenario).play()


class JournalWriter:
    """Numbers and dates entries, beginning with the run."""

    def __init__(self, *, users: int, max_posts: int, max_likes: int, seed: int = 0) -> None:
        self.entries: list[Entry] = []
        url = "http://127.0.0.1:8000/graphql/"
        config = {
            "number_of_users": users,
            "max_posts_per_user": max_posts,
            "max_likes_per_user": max_likes,
            "url": url,
            "seed": seed,
            "concurrency": 8,
            "email_domain": "example.com",
        }
        self.write("run", run="r1", seed=seed, config=config, url=url)

    def write(self, kind: str, **values: Any) -> None:
        at = datetime(2026, 11, 24, 12, tzinfo=UTC) + timedelta(milliseconds=20 * len(self.entries))
        entry = {"kind": kind, "seq": len(self.entries), "at": at.isoformat().replace("+00:00", "Z")}
        self.entries.append(entry | values)


@dataclass
class Server:
    """Users, and posts with their likers, who may be anybody. It permits everything, even what is wrong."""

    users: list[str] = field(default_factory=list)
    author_by_post: dict[str, str] = field(default_factory=dict)
    likers_by_post: dict[str, list[str]] = field(default_factory=dict)

    def create_post(self, post: str, author: str) -> None:
        self.author_by_post[post] = author
        self.likers_by_post[post] = []

    def like(self, post: str, user: str) -> int:
        likers = self.likers_by_post[post]
        if user not in likers:
            likers.append(user)
        return len(likers)

    def delete(self, post: str) -> None:
        del self.likers_by_post[post]

    def delete_account(self, user: str) -> None:
        """With all that the user posted and liked."""
        self.users.remove(user)
        for post in [post for post in self.likers_by_post if self.author_by_post[post] == user]:
            self.delete(post)
        for likers in self.likers_by_post.values():
            if user in likers:
                likers.remove(user)

    def data(self) -> ServerData:
        posts = {
            post: ServerPost(post, self.author_by_post[post], len(likers), tuple(likers))
            for post, likers in self.likers_by_post.items()
        }
        return ServerData(frozenset(self.users), posts)


_NEVER_SATISFIED = (Bug.GOES_ON, Bug.ANY_AUTHOR, Bug.LIKES_AGAIN, Bug.LIKES_OWN)


class _Simulation:
    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.random = Random(scenario.seed)
        self.server = Server()
        self.journal = JournalWriter(
            users=scenario.users,
            max_posts=scenario.max_posts,
            max_likes=scenario.max_likes,
            seed=scenario.seed,
        )
        self.known = NaiveState([], {}, scenario.max_likes)
        self.ever_liked: set[str] = set()
        self.passed_on: set[str] = set()
        self.own_maximum: dict[str, int] = {}

    def play(self) -> Simulated:
        self._sign_up()
        self._write_posts()
        self._like()
        self.journal.write("proof", ok=True, reason="Every rule was kept at every step.")
        return Simulated(self.journal.entries, self.server.data())

    def _happens(self, probability: float) -> bool:
        return self.random.random() < probability

    def _has(self, bug: Bug) -> bool:
        return self.scenario.bug is bug

    def _sign_up(self) -> None:
        indices = list(range(self.scenario.users))
        self.random.shuffle(indices)
        for index in indices:
            name = f"user{index}"
            if self._happens(self.scenario.refusals / 4):
                self.journal.write("refused", user=name, index=index, reason="UNDELIVERABLE")
                continue
            self.journal.write("signup", user=name, index=index)
            self.server.users.append(name)
        self.known.users = sorted(self.server.users, key=lambda name: int(name.removeprefix("user")))

    def _write_posts(self) -> None:
        maximum = self.scenario.max_posts
        counts = {user: self.random.randint(1, maximum) if maximum else 0 for user in self.known.users}
        places = [(user, index) for user, count in counts.items() for index in range(count)]
        self.random.shuffle(places)
        for user, index in places:
            if self._happens(self.scenario.refusals / 4):
                self.journal.write("refused", user=user, index=index, reason="INVALID")
                continue
            post = f"post-{user}-{index}"
            self.server.create_post(post, user)
            self.known.posts[post] = NaivePost(user)
            self.journal.write("post", user=user, author=user, index=index, post=post, like_count=0)

    def _like(self) -> None:
        for _ in range(200):
            self._disturb()
            reading = self._read()
            reason = self._reason_to_stop()
            user = None if reason else self._choose_user()
            if user is None:
                self.journal.write("stop", reason=reason or "nobody_can_act", **reading)
                return
            self._write_turn(user, reading)
            self._take_turn(user)
        raise AssertionError("the simulated run does not end")

    def _read(self) -> dict[str, list[str]]:
        """What the server says replaces what was known, and is written down."""
        for post in [post for post in self.known.posts if post not in self.server.likers_by_post]:
            del self.known.posts[post]
        for post, known in self.known.posts.items():
            known.like_count = len(self.server.likers_by_post[post])
            if known.like_count:
                self.ever_liked.add(post)
        return {
            "zero": [post for post, known in self.known.posts.items() if known.like_count == 0],
            "gone": sorted(self.server.author_by_post.keys() - self.known.posts.keys()),
        }

    def _believed(self) -> NaiveState:
        """The state that the bot decides by: what is known, seen through its bug."""
        if not self._has(Bug.STALE_COUNT):
            return self.known
        believed = deepcopy(self.known)
        for post in self.ever_liked & believed.posts.keys():
            believed.posts[post].like_count = max(1, believed.posts[post].like_count)
        return believed

    def _reason_to_stop(self) -> str | None:
        if self._has(Bug.STOPS_EARLY) and self._happens(0.3):
            return "nobody_can_act"
        reason = naive_rules.must_stop(self._believed())
        return None if reason and self.scenario.bug in _NEVER_SATISFIED else reason

    def _choose_user(self) -> str | None:
        able = [user for user in self.known.users if self._can_act(user)]
        if self._has(Bug.LAST_USER_LEFT_OUT):
            able = [user for user in able if user != self.known.users[-1]]
        sign = -1 if self._has(Bug.ASCENDING_ORDER) else 1
        return max(able, key=lambda user: sign * naive_rules.post_count(self.known, user), default=None)

    def _can_act(self, user: str) -> bool:
        is_active = user in self.known.users and user not in self.passed_on
        below = self.known.likes_made.get(user, 0) < self._maximum(user)
        return is_active and below and bool(self._permitted(user))

    def _maximum(self, user: str) -> int:
        maximum = self.known.max_likes_per_user
        if not self._has(Bug.RANDOM_MAXIMUM) or not maximum:
            return maximum
        return self.own_maximum.setdefault(user, self.random.randint(1, maximum))

    def _permitted(self, user: str) -> set[str]:
        """What the bot takes for permitted."""
        state = self._believed()
        posts = state.posts
        right = naive_rules.permitted(state, user)
        unliked = {post.author for post in posts.values() if post.like_count == 0}
        if self._has(Bug.ANY_AUTHOR) or (self._has(Bug.GOES_ON) and not unliked):
            return {id_ for id_ in posts if posts[id_].author != user and user not in posts[id_].liked_by}
        if self._has(Bug.AUTHOR_CLOSED_EARLY):
            liked = {post.author for post in posts.values() if post.like_count}
            return {id_ for id_ in right if posts[id_].author not in liked}
        if self._has(Bug.LIKES_AGAIN):
            return {id_ for id_ in posts if posts[id_].author in unliked - {user}}
        if self._has(Bug.LIKES_OWN) and user in unliked:
            return right | {
                id_ for id_ in posts if posts[id_].author == user and user not in posts[id_].liked_by
            }
        return right

    def _write_turn(self, user: str, reading: Mapping[str, Any]) -> None:
        said = {
            "reason": f"{user} is next",
            "posts": naive_rules.post_count(self.known, user),
            "permitted": len(self._permitted(user)),
        }
        self.journal.write("turn", user=user, **({} if self.scenario.is_terse else said), **reading)

    def _take_turn(self, user: str) -> None:
        while self._can_act(user):
            if self._happens(self.scenario.interruptions):
                return
            if self._has(Bug.PASSES_ON_EARLY) and self._happens(0.3):
                self.passed_on.add(user)
                return
            self._disturb()
            self._try_like(user, self.random.choice(sorted(self._permitted(user))))

    def _try_like(self, user: str, post: str) -> None:
        if post not in self.server.likers_by_post or self._happens(self.scenario.refusals / 4):
            del self.known.posts[post]
            self.journal.write("refused", user=user, post=post, reason="NOT_FOUND")
        elif self._happens(self.scenario.refusals / 8):
            self.known.users.remove(user)
            if self._happens(0.5):
                self.server.delete_account(user)
            self.journal.write("refused", user=user, reason="INVALID_CREDENTIALS")
        else:
            self._like_once(user, post)

    def _like_once(self, user: str, post: str) -> None:
        naive_rules.like(self.known, user, post)
        known = self.known.posts[post]
        if not self._has(Bug.COUNTS_FAILED_LIKE) or self._happens(0.7):
            known.like_count = self.server.like(post, user)
        self.ever_liked.add(post)
        self.journal.write("like", user=user, post=post, author=known.author, like_count=known.like_count)

    def _disturb(self) -> None:
        """What strangers do meanwhile."""
        likers_by_post = self.server.likers_by_post
        if likers_by_post and self._happens(self.scenario.foreign_likes):
            self.server.like(self.random.choice(sorted(likers_by_post)), "stranger")
        liked = sorted(post for post, likers in likers_by_post.items() if "stranger" in likers)
        if liked and self._happens(self.scenario.foreign_likes):
            likers_by_post[self.random.choice(liked)].remove("stranger")
        if likers_by_post and self._happens(self.scenario.foreign_deletions):
            self.server.delete(self.random.choice(sorted(likers_by_post)))
