"""A server in memory, for `--dry-run`: it refuses nothing, and nobody else is there."""

from collections.abc import Mapping, Sequence

from bot.api import Draft, Outcome, PostState, Refusal
from bot.people import Person
from bot.verdict import ServerData, ServerPost


class Rehearsal:
    """The `Api` of no server. A post's ID is its idempotency key, which says its place in the run."""

    def __init__(self) -> None:
        self._users: set[str] = set()
        self._authors: dict[str, str] = {}
        self._likers: dict[str, list[str]] = {}

    def sign_up(self, person: Person) -> Refusal | None:
        self._users.add(person.username)
        return None

    def create_posts(self, author: Person, drafts: Sequence[Draft]) -> list[Outcome]:
        for draft in drafts:
            self._authors[draft.idempotency_key] = author.username
            self._likers[draft.idempotency_key] = []
        return [PostState(draft.idempotency_key, 0) for draft in drafts]

    def like_posts(self, user: Person, ids: Sequence[str]) -> list[Outcome]:
        for post in ids:
            self._likers[post].append(user.username)
        return [PostState(post, len(self._likers[post])) for post in ids]

    def like_counts(self, ids: Sequence[str], readers: Sequence[Person]) -> Mapping[str, int | None]:
        return {post: len(self._likers[post]) for post in ids}

    def read_back(self, people: Sequence[Person], *, posts_a_user: int) -> ServerData:
        return ServerData(
            users=frozenset(self._users),
            posts={
                post: ServerPost(post, self._authors[post], len(likers), tuple(likers))
                for post, likers in self._likers.items()
            },
        )
