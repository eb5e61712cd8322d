"""What a journal says, kept up to date line by line: who signed up, which posts live, who liked what.

Knowledge is the journal's alone: a post has 0 likes when the last reading said so and no like was made since.
"""

from collections import Counter, defaultdict
from collections.abc import Set
from typing import NamedTuple

from bot.referee_entries import Like, Post, Reading, Run, Signup


class Choice(NamedTuple):
    """A user and the post that this user likes."""

    user: str
    post: str


class Ledger:
    """The facts so far. `refused_accounts` are the users whom the server refuses at some time in the run."""

    def __init__(self, run: Run, refused_accounts: Set[str]) -> None:
        self.run = run
        self.refused_accounts = refused_accounts
        self.index_by_user: dict[str, int] = {}
        self.user_by_index: dict[int, str] = {}
        self.refused_signups: set[int] = set()
        self.post_indices: defaultdict[str, set[int]] = defaultdict(set)
        self.refused_posts: defaultdict[str, set[int]] = defaultdict(set)
        self.post_by_id: dict[str, Post] = {}
        self.refused_likes: set[str] = set()
        self.gone: dict[str, int] = {}
        self.inactive: set[str] = set()
        self.likes_made: Counter[str] = Counter()
        self.sure_like_count: Counter[str] = Counter()
        self.seq_by_user: dict[str, int] = {}
        self.seq_by_post: dict[str, int] = {}
        self.seq_by_like: dict[Choice, int] = {}
        self._living: defaultdict[str, set[str]] = defaultdict(set)
        self._unliked: dict[str, set[str]] = {}
        self._liked: defaultdict[str, set[str]] = defaultdict(set)

    def record_signup(self, seq: int, signup: Signup) -> None:
        self.index_by_user[signup.user] = signup.index
        self.user_by_index[signup.index] = signup.user
        self.seq_by_user[signup.user] = seq

    def record_post(self, seq: int, post: Post) -> None:
        self.post_by_id[post.id] = post
        self.post_indices[post.author].add(post.index)
        self.seq_by_post[post.id] = seq
        self._living[post.author].add(post.id)

    def record_reading(self, seq: int, reading: Reading) -> None:
        """From here on the posts with 0 likes are those of the reading, and those gone are out of the run."""
        for post in reading.gone - self.gone.keys():
            self.gone[post] = seq
            self._drop(post)
        self._unliked = {}
        for post in reading.zero:
            author = self.post_by_id[post].author
            if post in self._living[author]:
                self._unliked.setdefault(author, set()).add(post)

    def record_like(self, seq: int, like: Like) -> None:
        self.seq_by_like.setdefault(Choice(like.user, like.post), seq)
        self.likes_made[like.user] += 1
        self._liked[like.user].add(like.post)
        if like.user not in self.refused_accounts:
            self.sure_like_count[like.post] += 1
        self._has_likes_now(like.post)

    def record_refused_like(self, post: str) -> None:
        self.refused_likes.add(post)
        self._drop(post)

    def post_count(self, user: str) -> int:
        """How many living posts the user has."""
        return len(self._living[user])

    def is_dropped(self, post: str) -> bool:
        """Whether the post has left the run, gone or refused."""
        return post not in self._living[self.post_by_id[post].author]

    def has_unliked_post(self) -> bool:
        """Whether any living post has 0 likes."""
        return bool(self._unliked)

    def why_not(self, user: str, post: str) -> str | None:
        """Rule 3: why the user may not like the post, None when it is permitted."""
        author = self.post_by_id[post].author
        if author == user:
            return "it is the user's own"
        if self.is_dropped(post):
            return "it is out of the run"
        if post in self._liked[user]:
            return "the user has liked it before"
        if author not in self._unliked:
            return f"{author} has no post with 0 likes"
        return None

    def count_permitted(self, user: str) -> int:
        """Rule 3: how many posts the user may like now."""
        liked = self._liked[user]
        return sum(len(self._living[author] - liked) for author in self._unliked if author != user)

    def has_reached_maximum(self, user: str) -> bool:
        return self.likes_made[user] >= self.run.max_likes_per_user

    def can_act(self, user: str) -> bool:
        """Whether the user has not reached the maximum and may like something."""
        if self.has_reached_maximum(user) or user in self.inactive:
            return False
        liked = self._liked[user]
        return any(author != user and not self._living[author] <= liked for author in self._unliked)

    def next_user(self) -> str | None:
        """Rule 1: whose turn it is, None when nobody can act."""
        order = sorted(
            self.index_by_user, key=lambda user: (-self.post_count(user), self.index_by_user[user])
        )
        return next(filter(self.can_act, order), None)

    def describe(self, post: str) -> str:
        """The post for a person to read: whose, which, and its ID."""
        known = self.post_by_id[post]
        return f"{known.author}'s post {known.index} ({post})"

    def _drop(self, post: str) -> None:
        self._living[self.post_by_id[post].author].discard(post)
        self._has_likes_now(post)

    def _has_likes_now(self, post: str) -> None:
        author = self.post_by_id[post].author
        unliked = self._unliked.get(author, set())
        unliked.discard(post)
        if not unliked:
            self._unliked.pop(author, None)
