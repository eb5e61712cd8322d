"""Which action of a journal is the first wrong one, by the naive rules: what the referee is compared with."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.verdict import ServerData
from tests.bot import naive_rules
from tests.bot.naive_rules import NaivePost, NaiveState

Entry = Mapping[str, Any]


def first_wrong_action(entries: Sequence[Entry], server: ServerData) -> int | None:
    """The number of the first action of phase 3 that the rules or the server's data speak against.

    The journal must be well-formed, and phases 1 and 2 right.
    """
    state = _prepared(entries)
    locked = frozenset(entry["user"] for entry in entries if _is_refused_account(entry))
    turn: str | None = None
    has_stopped = False
    for entry in entries:
        kind, seq = entry["kind"], int(entry["seq"])
        if has_stopped and kind in ("turn", "like", "stop"):
            return seq
        has_stopped = has_stopped or kind == "stop"
        if kind in ("turn", "stop") and not _observe(state, entry, locked):
            return seq
        if kind == "stop" and naive_rules.must_stop(state) != entry["reason"]:
            return seq
        if kind == "turn" and not _is_right_turn(state, entry):
            return seq
        if kind == "turn":
            turn = entry["user"]
        if (kind == "like" or _is_refused_like(entry)) and not _is_right_choice(state, turn, entry):
            return seq
        if kind == "like" and not (_like(state, entry, locked) and _is_on_server(entry, server)):
            return seq
        if _is_refused_like(entry):
            del state.posts[entry["post"]]
        if _is_refused_account(entry):
            state.users.remove(entry["user"])
    return None


def _is_refused_like(entry: Entry) -> bool:
    return entry["kind"] == "refused" and "post" in entry


def _is_refused_account(entry: Entry) -> bool:
    return entry["kind"] == "refused" and "post" not in entry and "index" not in entry


def _is_on_server(like: Entry, server: ServerData) -> bool:
    """Whether the like is there, or went with its post or the account that made it."""
    user, post = like["user"], server.posts.get(like["post"])
    return post is None or user in post.likers or user not in server.users


def _prepared(entries: Sequence[Entry]) -> NaiveState:
    signups = [entry for entry in entries if entry["kind"] == "signup"]
    posts = [entry for entry in entries if entry["kind"] == "post"]
    return NaiveState(
        users=[entry["user"] for entry in sorted(signups, key=lambda entry: int(entry["index"]))],
        posts={entry["post"]: NaivePost(entry["author"]) for entry in posts},
        max_likes_per_user=entries[0]["config"]["max_likes_per_user"],
    )


def _observe(state: NaiveState, entry: Entry, locked: frozenset[str]) -> bool:
    """Takes over what the server said; returns whether that agrees with the likes made."""
    state.posts = {id_: post for id_, post in state.posts.items() if id_ not in entry["gone"]}
    for id_, post in state.posts.items():
        post.like_count = 0 if id_ in entry["zero"] else 1
    return not any(post.like_count == 0 and post.liked_by - locked for post in state.posts.values())


def _is_right_turn(state: NaiveState, entry: Entry) -> bool:
    user = entry["user"]
    posts, permitted = naive_rules.post_count(state, user), len(naive_rules.permitted(state, user))
    return (
        naive_rules.must_stop(state) is None
        and naive_rules.next_user(state) == user
        and entry.get("posts", posts) == posts
        and entry.get("permitted", permitted) == permitted
    )


def _is_right_choice(state: NaiveState, turn: str | None, entry: Entry) -> bool:
    user = entry["user"]
    is_due = user == turn and user in state.users and naive_rules.can_act(state, user)
    return is_due and entry["post"] in naive_rules.permitted(state, user)


def _like(state: NaiveState, entry: Entry, locked: frozenset[str]) -> bool:
    """Takes the like over; returns whether the count that the server gave is possible."""
    naive_rules.like(state, entry["user"], entry["post"])
    return bool(entry["like_count"] >= max(1, len(state.posts[entry["post"]].liked_by - locked)))
