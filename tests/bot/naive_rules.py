"""The brief's like rules a second time: obvious rather than fast, to compare the bot's own rules with.

Nothing is cached or counted ahead: each function asks the whole state anew, in the words of the brief.
Users and posts are any strings. `NaiveState.users` stands in the order of signup (a user's place is the
user's index), `NaiveState.posts` holds the living posts alone: one that was deleted or refused is taken out.
"""

from dataclasses import dataclass, field


@dataclass
class NaivePost:
    """A living post: `like_count` as the server last said, `liked_by` the run's users who liked it."""

    author: str
    like_count: int = 0
    liked_by: set[str] = field(default_factory=set)


@dataclass
class NaiveState:
    """All that the rules look at. `likes_made` also counts the likes of posts deleted since."""

    users: list[str]
    posts: dict[str, NaivePost]
    max_likes_per_user: int
    likes_made: dict[str, int] = field(default_factory=dict)


def has_reached_maximum(state: NaiveState, user: str) -> bool:
    """Whether the user has made as many likes as one may."""
    return state.likes_made.get(user, 0) >= state.max_likes_per_user


def has_unliked_post(state: NaiveState, author: str) -> bool:
    """Whether the author has at least one post with 0 likes."""
    return any(post.author == author and post.like_count == 0 for post in state.posts.values())


def permitted(state: NaiveState, user: str) -> set[str]:
    """Rule 3: the posts that this user may like now; the user's own maximum is another question."""
    return {
        post_id
        for post_id, post in state.posts.items()
        if post.author != user and user not in post.liked_by and has_unliked_post(state, post.author)
    }


def can_act(state: NaiveState, user: str) -> bool:
    """Whether a like is left for the user. Rule 2: while this holds, the user's turn is not over."""
    return not has_reached_maximum(state, user) and bool(permitted(state, user))


def next_user(state: NaiveState) -> str | None:
    """Rule 1: of those who can act the one with the most posts, of several the first signed up."""
    candidates = [user for user in state.users if can_act(state, user)]
    if not candidates:
        return None
    return max(candidates, key=lambda user: (post_count(state, user), -state.users.index(user)))


def post_count(state: NaiveState, user: str) -> int:
    """How many living posts the user has."""
    return sum(post.author == user for post in state.posts.values())


def must_stop(state: NaiveState) -> str | None:
    """Rule 4: `all_liked`, `nobody_can_act` (`all_liked` wins when both hold), or None: the bot goes on."""
    if not any(post.like_count == 0 for post in state.posts.values()):
        return "all_liked"
    if next_user(state) is None:
        return "nobody_can_act"
    return None


def like(state: NaiveState, user: str, post_id: str) -> None:
    """Rule 5: a like that succeeded counts, for the post and towards the user's maximum."""
    state.posts[post_id].like_count += 1
    state.posts[post_id].liked_by.add(user)
    state.likes_made[user] = state.likes_made.get(user, 0) + 1
