"""Whatever others do on the server, however often the bot is cut short: the referee finds no broken rule."""

import threading
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.api import Draft, Outcome, PostState, Refusal
from bot.client import ServerAway
from bot.config import Config
from bot.display import PlainDisplay
from bot.events import Like, Run, Stop
from bot.journal import Journal
from bot.people import Person
from bot.run import Bot
from bot.server import AccountLost
from bot.verdict import ServerData, ServerPost, Verdict
from tests.bot.fake_api import Data, Post, User


class ChaoticServer:
    """A server where strangers are at work, where much is refused, and whose answers get lost.

    `trouble` is how likely, of 1, each kind of trouble is at each request.
    """

    def __init__(self, seed: int, trouble: float) -> None:
        self.data = Data()
        self._random = Random(seed)
        self._trouble = trouble
        self._unheard: set[str] = set()

    def sign_up(self, person: Person) -> Refusal | None:
        if self._happens() and person.username not in self.data.users:
            return Refusal("EMAIL_UNDELIVERABLE")
        self.data.users[person.username] = User(person.username, person.email, person.password)
        self._may_break()
        return None

    def create_posts(self, author: Person, drafts: Sequence[Draft]) -> list[Outcome]:
        for draft in drafts:
            self.data.posts.setdefault(
                draft.idempotency_key, Post(draft.idempotency_key, author.username, "")
            )
        self._may_break()
        return [PostState(draft.idempotency_key, 0) for draft in drafts[: self._some(drafts)]]

    def like_posts(self, user: Person, ids: Sequence[str]) -> list[Outcome]:
        self._strangers_work()
        if self._happens() and user.username not in self._unheard:  # else likes would be nobody's
            raise AccountLost(user.username, "INVALID_CREDENTIALS")
        outcomes = [self._like(user.username, post) for post in ids]
        self._unheard.add(user.username)
        self._may_break()
        heard = outcomes[: self._some(ids)]
        if heard == outcomes:
            self._unheard.remove(user.username)
        return heard

    def like_counts(self, ids: Sequence[str], readers: Sequence[Person]) -> Mapping[str, int | None]:
        self._strangers_work()
        self._may_break()
        posts = {key: self.data.posts.get(key) for key in ids}
        return {key: post.like_count if post else None for key, post in posts.items()}

    def read_back(self, people: Sequence[Person], *, posts_a_user: int) -> ServerData:
        self._may_break()
        return server_data(self.data)

    def _like(self, username: str, key: str) -> Outcome:
        post = self.data.posts.get(key)
        if post is None:
            return Refusal("NOT_FOUND")
        if username not in post.likers:
            if self._happens():
                return Refusal("BLOCKED")
            self.data.like(username, key)
        return PostState(key, post.like_count)

    def _strangers_work(self) -> None:
        for key, post in list(self.data.posts.items()):
            if self._happens():
                self.data.like(f"stranger{self._random.random()}", key)
            if self._happens():
                post.likers[:] = [name for name in post.likers if not name.startswith("stranger")]
                post.like_count = len(post.likers)
            if self._happens() and self._happens():
                del self.data.posts[key]

    def _may_break(self) -> None:
        if self._happens():
            raise ServerAway("the answer is lost, and the bot gives up")

    def _happens(self) -> bool:
        return self._random.random() < self._trouble

    def _some(self, items: Sequence[object]) -> int:
        return self._random.randint(1, len(items)) if self._happens() else len(items)


def server_data(data: Data) -> ServerData:
    """What an honest server would have read back from it."""
    posts = {
        post.id: ServerPost(post.id, post.author, post.like_count, tuple(post.likers))
        for post in data.posts.values()
    }
    return ServerData(users=frozenset(data.users), posts=posts)


def played(folder: Path, config: Config, server: ChaoticServer) -> tuple[Verdict, Journal]:
    """A run, resumed as often as the bot gave up."""
    path = folder / "journal"
    Journal.create(path, Run(run="run", seed=config.seed, config=config, url=config.url)).close()
    while True:
        with Journal.resume(path) as journal:
            bot = Bot(journal, server, PlainDisplay(StringIO()), threading.Event(), concurrency=1)
            try:
                return bot.run(), journal
            except ServerAway:
                continue


def config(users: int, posts: int, likes: int, seed: int) -> Config:
    return Config(
        number_of_users=users,
        max_posts_per_user=posts,
        max_likes_per_user=likes,
        url="http://127.0.0.1:1/",
        seed=seed,
        concurrency=1,
        email_domain="example.com",
    )


CONFIGS = st.builds(config, st.integers(0, 6), st.integers(0, 5), st.integers(0, 14), st.integers(0, 99))


@settings(max_examples=150, deadline=None)
@given(CONFIGS, st.integers(0, 10**6), st.sampled_from([0.0, 0.02, 0.1, 0.3]))
def test_the_referee_finds_no_broken_rule(config: Config, chaos: int, trouble: float) -> None:
    with TemporaryDirectory() as folder:
        verdict, _ = played(Path(folder), config, ChaoticServer(chaos, trouble))

    assert verdict.violation is None


@settings(max_examples=50, deadline=None)
@given(CONFIGS, st.integers(0, 10**6))
def test_every_like_of_the_run_is_in_its_journal(config: Config, chaos: int) -> None:
    server = ChaoticServer(chaos, 0.1)
    with TemporaryDirectory() as folder:
        _, journal = played(Path(folder), config, server)

    events = [entry.event for entry in journal.entries]
    journaled = {(event.user, event.post) for event in events if isinstance(event, Like)}
    made = {(liker, post.id) for post in server.data.posts.values() for liker in post.likers}
    assert {like for like in made if like[0] in server.data.users} <= journaled
    assert sum(isinstance(event, Stop) for event in events) == 1
