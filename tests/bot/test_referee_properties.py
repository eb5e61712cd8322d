"""The referee on whole simulated runs: it finds what the naive rules find, there and nowhere else."""

from collections.abc import Callable, Sequence
from random import Random
from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.referee import Rule, judge
from bot.verdict import ServerData
from tests.bot.large_run import large_run
from tests.bot.naive_referee import first_wrong_action
from tests.bot.simulated import Bug, Entry, Scenario, simulate

rates = st.sampled_from([0.0, 0.1, 0.3])
scenarios = st.builds(
    Scenario,
    seed=st.integers(0, 2**32),
    users=st.integers(0, 6),
    max_posts=st.integers(0, 4),
    max_likes=st.integers(0, 6),
    is_terse=st.booleans(),
    foreign_likes=rates,
    foreign_deletions=rates,
    refusals=rates,
    interruptions=rates,
)
buggy_scenarios = st.builds(
    Scenario,
    seed=st.integers(0, 2**32),
    users=st.integers(2, 6),
    max_posts=st.integers(1, 4),
    max_likes=st.integers(1, 6),
    bug=st.sampled_from(Bug),
    is_terse=st.booleans(),
    foreign_likes=rates,
    foreign_deletions=rates,
    refusals=rates,
    interruptions=rates,
)

# By which rules a bug is caught first: that depends on the run, and on what its journal says of a turn.
RULES = {
    Bug.PASSES_ON_EARLY: {Rule.WHOLE_TURN},
    Bug.ASCENDING_ORDER: {Rule.WHOSE_TURN},
    Bug.LAST_USER_LEFT_OUT: {Rule.WHOSE_TURN, Rule.STOP},
    Bug.ANY_AUTHOR: {Rule.PERMITTED_POST, Rule.WHOSE_TURN, Rule.STOP},
    Bug.AUTHOR_CLOSED_EARLY: {Rule.WHOLE_TURN, Rule.WHOSE_TURN, Rule.PERMITTED_POST, Rule.STOP},
    Bug.LIKES_AGAIN: {Rule.PERMITTED_POST, Rule.STOP},
    Bug.LIKES_OWN: {Rule.PERMITTED_POST, Rule.STOP},
    Bug.RANDOM_MAXIMUM: {Rule.WHOLE_TURN},
    Bug.STOPS_EARLY: {Rule.STOP},
    Bug.GOES_ON: {Rule.STOP},
    Bug.COUNTS_FAILED_LIKE: {Rule.ACKNOWLEDGED},
    Bug.STALE_COUNT: {Rule.WHOLE_TURN, Rule.WHOSE_TURN, Rule.PERMITTED_POST, Rule.STOP},
}


@given(scenario=scenarios)
@settings(deadline=None)
def test_every_honest_run_passes(scenario: Scenario) -> None:
    run = simulate(scenario)

    verdict = judge(run.entries, run.server)

    assert verdict.violation is None
    assert verdict.ok


@given(scenario=buggy_scenarios)
@settings(deadline=None, max_examples=300)
def test_a_planted_bug_is_caught_at_the_first_action_that_it_makes_wrong(scenario: Scenario) -> None:
    run = simulate(scenario)

    violation = judge(run.entries, run.server).violation

    assert (violation and violation.seq) == first_wrong_action(run.entries, run.server)


@pytest.mark.parametrize("bug", RULES)
def test_each_bug_is_caught_by_its_rules(bug: Bug) -> None:
    foreign_likes = 0.5 if bug is Bug.STALE_COUNT else 0
    numbers = [
        (users, posts, likes) for users in range(2, 7) for posts in range(1, 4) for likes in range(1, 4)
    ]
    scenarios = [
        Scenario(seed, *some, bug=bug, is_terse=bool(seed % 2), foreign_likes=foreign_likes)
        for seed, some in enumerate(numbers * 4)
    ]
    runs = [simulate(scenario) for scenario in scenarios]

    violations = [judge(run.entries, run.server).violation for run in runs]

    assert {violation.rule for violation in violations if violation} == RULES[bug]


def renumbered(entries: Sequence[Entry]) -> list[Entry]:
    return [{**entry, "seq": seq} for seq, entry in enumerate(entries)]


def drop_like(entries: list[Entry], random: Random) -> list[Entry]:
    dropped = random.choice([entry for entry in entries if entry["kind"] == "like"])
    return [entry for entry in entries if entry is not dropped]


def repeat_like(entries: list[Entry], random: Random) -> list[Entry]:
    place = random.choice([seq for seq, entry in enumerate(entries) if entry["kind"] == "like"])
    return [*entries[: place + 1], *entries[place:]]


def swap_turns(entries: list[Entry], random: Random) -> list[Entry]:
    starts = [seq for seq, entry in enumerate(entries) if entry["kind"] in ("turn", "stop")]
    first = random.randrange(len(starts) - 1)
    a, b, c = [*starts, len(entries) - 1][first : first + 3]
    return [*entries[:a], *entries[b:c], *entries[a:b], *entries[c:]]


def change_liker(entries: list[Entry], random: Random) -> list[Entry]:
    place = random.choice([seq for seq, entry in enumerate(entries) if entry["kind"] == "like"])
    other = random.choice([entry["user"] for entry in entries if entry["kind"] == "signup"])
    return [*entries[:place], {**entries[place], "user": other}, *entries[place + 1 :]]


def change_post(entries: list[Entry], random: Random) -> list[Entry]:
    place = random.choice([seq for seq, entry in enumerate(entries) if entry["kind"] == "like"])
    other = random.choice([entry for entry in entries if entry["kind"] == "post"])
    changed = {**entries[place], "post": other["post"], "author": other["author"]}
    return [*entries[:place], changed, *entries[place + 1 :]]


def end_early(entries: list[Entry], random: Random) -> list[Entry]:
    stop = next(entry for entry in entries if entry["kind"] == "stop")
    starts = [seq for seq, entry in enumerate(entries) if entry["kind"] in ("like", "turn")]
    return [*entries[: random.choice(starts)], stop]


Mutation = Callable[[list[Entry], Random], list[Entry]]
MUTATIONS: list[Mutation] = [drop_like, repeat_like, swap_turns, change_liker, change_post, end_early]


def has_the_same_likes(entries: Sequence[Entry], server: ServerData) -> bool:
    journaled = [(entry["user"], entry["post"]) for entry in entries if entry["kind"] == "like"]
    users = {entry["user"] for entry in entries if entry["kind"] == "signup"}
    held = [(liker, post.id) for post in server.posts.values() for liker in post.likers if liker in users]
    return sorted(journaled) == sorted(held)


@pytest.mark.parametrize("mutation", MUTATIONS)
@given(seed=st.integers(0, 2**32), foreign_likes=rates)
@settings(deadline=None, max_examples=40)
def test_a_changed_journal_is_caught_unless_it_is_as_right_as_before(
    mutation: Mutation, seed: int, foreign_likes: float
) -> None:
    run = simulate(Scenario(seed=seed, users=4, max_posts=3, foreign_likes=foreign_likes))
    entries = renumbered(mutation(run.entries, Random(seed)))

    is_right = first_wrong_action(entries, run.server) is None and has_the_same_likes(entries, run.server)

    assert judge(entries, run.server).ok == is_right


@pytest.mark.long
def test_a_large_run_is_judged_in_seconds() -> None:
    entries, server = large_run(users=300, posts_each=20, max_likes=50)
    assert sum(entry["kind"] == "like" for entry in entries) > 14_000

    started = monotonic()
    verdict = judge(entries, server)

    assert verdict.violation is None
    assert monotonic() - started < 10
