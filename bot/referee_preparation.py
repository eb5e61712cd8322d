"""Phases 1 and 2, judged: as many users as configured, each with as many posts as one may write."""

from typing import NamedTuple

from bot.referee_entries import Post, Signup
from bot.referee_ledger import Ledger
from bot.verdict import Rule


class Broken(NamedTuple):
    """A rule that an event breaks, and how."""

    rule: Rule
    message: str


def judge_signup_place(ledger: Ledger, signup: Signup) -> Broken | None:
    """Whether a user with this number was asked for."""
    wanted = ledger.run.number_of_users
    if signup.index < wanted:
        return None
    return Broken(Rule.SIGNUPS, f"user number {signup.index} (from 0) signs up, but {wanted} are wanted")


def judge_post_place(ledger: Ledger, post: Post) -> Broken | None:
    """Whether a post with this number can be the author's."""
    maximum = ledger.run.max_posts_per_user
    if post.index < maximum:
        return None
    return Broken(
        Rule.POSTS, f"{post.author} writes post number {post.index} (from 0), but may write {maximum}"
    )


def judge_preparation(ledger: Ledger) -> Broken | None:
    """Before the first turn: whether every user and post is there, or was refused."""
    for index in range(ledger.run.number_of_users):
        if index not in ledger.user_by_index and index not in ledger.refused_signups:
            return Broken(Rule.SIGNUPS, f"user number {index} (from 0) neither signed up nor was refused")
    return next(filter(None, (_judge_posts(ledger, user) for user in ledger.index_by_user)), None)


def _judge_posts(ledger: Ledger, user: str) -> Broken | None:
    """How many posts the user drew is not known, but those there are must be the first so many."""
    indices = ledger.post_indices[user] | ledger.refused_posts[user]
    if not indices and ledger.run.max_posts_per_user:
        return Broken(Rule.POSTS, f"{user} has written no post, and none was refused")
    missing = sorted(set(range(len(indices))) - indices)
    if missing:
        return Broken(Rule.POSTS, f"{user}'s post number {missing[0]} (from 0) is missing")
    return None
