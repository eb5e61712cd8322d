"""Where a run stands, from its journal alone: the same whether it has just begun, goes on, or is resumed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.events import Entry, Like, Post, Proof, Refused, Signup, Stop, Turn
from bot.rules import Place, Population


@dataclass(frozen=True, slots=True)
class Standing:
    """Who has signed up, by number; which post got which ID; and what the server refused of either."""

    usernames: Mapping[int, str]
    post_ids: Mapping[Place, str]
    refused_signups: frozenset[int]
    refused_posts: frozenset[Place]
    is_stopped: bool
    is_proved: bool

    @property
    def places(self) -> Mapping[str, Place]:
        """The posts' places by their IDs."""
        return {post: place for place, post in self.post_ids.items()}


def standing(entries: Sequence[Entry]) -> Standing:
    """What the journal's entries say of phases 1 and 2, and whether phase 3 and the proof are over."""
    users: dict[str, int] = {}
    posts: dict[Place, str] = {}
    refused_signups: set[int] = set()
    refused_posts: set[Place] = set()
    for entry in entries:
        match entry.event:
            case Signup(user=user, index=index):
                users[user] = index
            case Post(user=user, index=index, post=post):
                posts[Place(users[user], index)] = post
            case Refused(user=user, index=int(index)) if user in users:
                refused_posts.add(Place(users[user], index))
            case Refused(index=int(index)):
                refused_signups.add(index)
    return Standing(
        usernames={index: user for user, index in users.items()},
        post_ids=posts,
        refused_signups=frozenset(refused_signups),
        refused_posts=frozenset(refused_posts),
        is_stopped=any(isinstance(entry.event, Stop) for entry in entries),
        is_proved=any(isinstance(entry.event, Proof) for entry in entries),
    )


def population(entries: Sequence[Entry], *, max_likes_per_user: int) -> tuple[Population, int | None]:
    """The like rules' state after all the entries, and whose turn is not over yet (a user's number)."""
    known = standing(entries)
    users = {user: index for index, user in known.usernames.items()}
    places = known.places
    state = Population(max_likes_per_user=max_likes_per_user)
    like_counts = {
        places[entry.event.post]: entry.event.like_count for entry in entries if isinstance(entry.event, Post)
    }
    for index in sorted(known.usernames):
        state.add_user(index)
    for place in sorted(known.post_ids):
        state.add_post(place, like_counts[place])
    on_turn: int | None = None
    for entry in entries:
        match entry.event:
            case Turn(user=user, zero=zero, gone=gone):
                state.observe(zero=[places[post] for post in zero], gone=[places[post] for post in gone])
                on_turn = users[user]
            case Like(user=user, post=post, like_count=like_count):
                state.like(users[user], places[post], like_count)
            case Refused(user=user, post=str(post)):
                state.refuse(users[user], places[post])
            case Refused(user=user, index=None):
                state.leave(users[user])
    return state, on_turn
