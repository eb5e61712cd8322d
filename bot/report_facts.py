"""What the report shows, gathered from the journal: as much of it as can be read."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.referee_entries import (
    Event,
    Like,
    MalformedJournal,
    Post,
    Reading,
    Refused,
    Run,
    Signup,
    Stop,
    Turn,
    read_entry,
)

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """A like, or one that was refused: then `refusal` says why. `post` is None if the journal has no such."""

    seq: int
    user: str
    post: Post | None
    like_count: int = 0
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class TurnFacts:
    """A turn. `posts` and `permitted` are None when the journal does not say."""

    number: int
    seq: int
    at_s: float
    user: str
    reason: str
    posts: int | None
    permitted: int | None
    zero: int
    gone: int
    steps: list[Step] = field(default_factory=list)

    @property
    def likes(self) -> int:
        """How many likes succeeded."""
        return sum(step.refusal is None for step in self.steps)


@dataclass(frozen=True, slots=True)
class UserFacts:
    """A user of the run, in figures."""

    name: str
    posts: int
    likes_made: int
    likes_received: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """Somebody or something that the server left out of the run."""

    user: str
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Moment:
    """How things stood `at_s` seconds after the first turn began."""

    at_s: float
    likes: int
    unliked_posts: int


@dataclass(frozen=True, slots=True)
class Origin:
    """The run as it was asked for, and when it began."""

    run: str
    url: str
    seed: int
    config: Mapping[str, Any]
    began: datetime


@dataclass(slots=True)
class Facts:
    """A run so far. Times are in seconds since its first entry; users stand in the order of their numbers."""

    origin: Origin | None = None
    seconds: float = 0.0
    users: list[str] = field(default_factory=list)
    post_by_id: dict[str, Post] = field(default_factory=dict)
    likes: int = 0
    turns: list[TurnFacts] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    stop_reason: str | None = None

    def shows(self, seq: int | None) -> bool:
        """Whether that action is a turn or one of its steps."""
        return any(turn.seq == seq or any(step.seq == seq for step in turn.steps) for turn in self.turns)

    @property
    def people(self) -> list[UserFacts]:
        """Every user in figures."""
        posts = Counter(post.author for post in self.post_by_id.values())
        likes = [step for turn in self.turns for step in turn.steps if step.refusal is None]
        made = Counter(step.user for step in likes)
        received = Counter(step.post.author for step in likes if step.post)
        return [UserFacts(user, posts[user], made[user], received[user]) for user in self.users]


def gather(entries: Sequence[Entry]) -> Facts:
    """The facts in the journal, up to its first malformed line."""
    gatherer = _Gatherer()
    for seq, entry in enumerate(entries):
        try:
            gatherer.add(entry, read_entry(entry, seq))
        except MalformedJournal:
            break
    return gatherer.facts()


class _Gatherer:
    def __init__(self) -> None:
        self._facts = Facts()
        self._user_by_index: dict[int, str] = {}
        self._unliked: set[str] = set()

    def facts(self) -> Facts:
        self._facts.users = [self._user_by_index[index] for index in sorted(self._user_by_index)]
        return self._facts

    def add(self, entry: Entry, event: Event) -> None:
        facts = self._facts
        at = datetime.fromisoformat(entry["at"])
        if facts.origin:
            facts.seconds = (at - facts.origin.began).total_seconds()
        match event:
            case Run():
                facts.origin = Origin(entry["run"], entry["url"], entry["seed"], entry["config"], at)
            case Signup(user=user, index=index):
                self._user_by_index[index] = user
            case Post(id=post):
                facts.post_by_id[post] = event
            case Turn():
                self._begin_turn(entry, event)
            case Like():
                facts.likes += 1
                self._step(entry["seq"], event.user, event.post, like_count=event.like_count)
            case Refused(user=user, post=str(post)):
                self._step(entry["seq"], user, post, refusal=entry["reason"])
            case Refused():
                facts.refusals.append(Refusal(event.user, self._refused_thing(event), entry["reason"]))
            case Stop(reason=reason, reading=reading):
                facts.stop_reason = reason
                self._observe(reading)
        if isinstance(event, Turn | Like | Stop):
            self._note_moment()

    def _begin_turn(self, entry: Entry, turn: Turn) -> None:
        self._observe(turn.reading)
        turns = self._facts.turns
        turns.append(
            TurnFacts(
                number=len(turns) + 1,
                seq=entry["seq"],
                at_s=self._facts.seconds,
                user=turn.user,
                reason=entry.get("reason") or "",
                posts=turn.posts,
                permitted=turn.permitted,
                zero=len(turn.reading.zero),
                gone=len(turn.reading.gone),
            )
        )

    def _step(
        self, seq: int, user: str, post: str, *, like_count: int = 0, refusal: str | None = None
    ) -> None:
        self._unliked.discard(post)
        step = Step(seq, user, self._facts.post_by_id.get(post), like_count, refusal)
        if self._facts.turns:
            self._facts.turns[-1].steps.append(step)

    def _refused_thing(self, refused: Refused) -> str:
        if refused.index is None:
            return "the account"
        is_known = refused.user in self._user_by_index.values()
        return f"post {refused.index}" if is_known else "the signup"

    def _observe(self, reading: Reading) -> None:
        self._unliked = set(reading.zero - reading.gone)

    def _note_moment(self) -> None:
        facts = self._facts
        began_s = facts.turns[0].at_s if facts.turns else facts.seconds
        facts.moments.append(Moment(facts.seconds - began_s, facts.likes, len(self._unliked)))
