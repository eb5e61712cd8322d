"""The referee's other half: journals that break their promise, and a server that holds something else."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot import events
from bot.journal import read_journal
from bot.referee import Rule, ServerPost, Verdict, judge
from bot.verdict import ServerData
from tests.bot.simulated import Scenario, simulate
from tests.bot.story import Story
from tests.bot.test_referee import finished_story, found

EMPTY = ServerData(frozenset(), {})


def changed(server: ServerData, post: str, **values: Any) -> ServerData:
    """The same data, but for one post."""
    posts = {**server.posts, post: replace(server.posts[post], **values)}
    return ServerData(server.users, posts)


def judged_with(story: Story, seq: int, changes: Mapping[str, Any]) -> Verdict:
    """The verdict when entry `seq` is changed; a value None takes the key away."""
    entry = {**story.entries[seq], **changes}
    story.entries[seq] = {key: value for key, value in entry.items() if value is not None}
    return story.verdict()


class TestMalformedJournals:
    @pytest.mark.parametrize(
        ("seq", "changes", "message"),
        [
            (0, {"kind": "signup"}, "the first line, and no other, must be the run"),
            (0, {"run": None}, "`run` is missing"),
            (0, {"seed": "1"}, "`seed` is of the wrong type"),
            (0, {"config": {"number_of_users": 2}}, "`max_posts_per_user` is missing"),
            (0, {"config": []}, "`config` is of the wrong type"),
            (1, {"kind": "run"}, "the first line, and no other, must be the run"),
            (1, {"kind": "party"}, "unknown kind 'party'"),
            (1, {"kind": None}, "`kind` is missing"),
            (1, {"seq": 2}, "`seq` is 2, but 1 is due"),
            (1, {"seq": True}, "`seq` is of the wrong type"),
            (1, {"at": "yesterday"}, "`at` is not a time in ISO 8601"),
            (1, {"at": "2026-11-24T12:00:00+01:00"}, "`at` is not in UTC"),
            (1, {"at": "2026-11-24T12:00:00"}, "`at` is not in UTC"),
            (1, {"user": ""}, "`user` is of the wrong type"),
            (2, {"user": "ann"}, "ann signs up twice"),
            (2, {"index": 0}, "there are two users number 0"),
            (2, {"index": -1}, "`index` is negative"),
            (3, {"user": "bob"}, "`user` and `author` of a post differ"),
            (3, {"user": "eve", "author": "eve"}, "unknown user eve"),
            (3, {"like_count": None}, "`like_count` is missing"),
            (4, {"post": "ann0"}, "the post ann0 is there twice"),
            (4, {"index": 0}, "ann has two posts number 0"),
            (6, {"user": "eve"}, "unknown user eve"),
            (6, {"zero": "ann0"}, "`zero` is of the wrong type"),
            (6, {"zero": ["eve0"]}, "unknown post eve0"),
            (6, {"gone": None}, "`gone` is missing"),
            (6, {"gone": [0]}, "`gone` is of the wrong type"),
            (6, {"permitted": "1"}, "`permitted` is of the wrong type"),
            (7, {"author": "ann"}, "the post bob0 is by bob, not by ann"),
            (7, {"post": "eve0"}, "unknown post eve0"),
            (7, {"like_count": 1.0}, "`like_count` is of the wrong type"),
            (8, {"kind": "signup", "index": 2}, "signups and posts come before the first turn"),
            (11, {"kind": "proof", "ok": True}, "a proof before the stop"),
            (11, {"kind": "refused", "post": "ann0", "index": 1}, "`post` and `index` exclude each other"),
        ],
    )
    def test_a_line_that_breaks_the_format_is_named(
        self, seq: int, changes: dict[str, Any], message: str
    ) -> None:
        verdict = judged_with(finished_story(), seq, changes)

        assert found(verdict) == (seq, Rule.JOURNAL)
        assert verdict.violation is not None
        assert verdict.violation.message == f"malformed journal, line {seq + 1}: {message}"

    @pytest.mark.parametrize("kind", ["like", "refused"])
    def test_a_like_outside_a_turn_is_malformed(self, kind: str) -> None:
        story = Story(ann=1, bob=1)
        wrong = story.write(kind, user="ann", post="bob0", author="bob", like_count=1, reason="NOT_FOUND")

        assert found(story.verdict()) == (wrong, Rule.JOURNAL)

    def test_an_empty_journal_is_malformed(self) -> None:
        assert found(judge([], EMPTY)) == (None, Rule.JOURNAL)

    def test_a_signup_after_the_stop_is_malformed(self) -> None:
        story = finished_story()
        wrong = story.write("signup", user="cat", index=2)

        assert found(story.verdict()) == (wrong, Rule.JOURNAL)

    def test_a_broken_rule_before_the_malformed_line_comes_first(self) -> None:
        story = Story(ann=2, bob=1)
        wrong = story.turn("bob")
        story.write("party")

        assert found(story.verdict()) == (wrong, Rule.WHOSE_TURN)

    def test_keys_that_nobody_promised_are_ignored(self) -> None:
        story = finished_story()
        for entry in story.entries:
            entry["colour"] = ["green"]

        assert story.verdict().ok


class TestFormat:
    def test_a_journal_is_judged_as_it_was_read_from_its_file(self, tmp_path: Path) -> None:
        story = finished_story()
        path = tmp_path / "journal.jsonl"
        path.write_text("".join(json.dumps(entry) + "\n" for entry in story.entries), encoding="utf-8")

        assert judge(read_journal(path), story.server.data()).ok

    @pytest.mark.parametrize("seed", range(5))
    def test_simulated_journals_are_written_as_the_bot_writes(self, seed: int) -> None:
        entries = simulate(Scenario(seed=seed, refusals=0.3)).entries

        for entry in entries:
            written = {**events.read_entry(entry).as_object()}
            assert set(written) == set(entry)


class TestPreparation:
    def test_a_missing_signup_is_found_when_the_likes_begin(self) -> None:
        story = Story(ann=2, bob=1)
        story.entries[0]["config"]["number_of_users"] = 3
        wrong = story.turn("ann")

        assert found(story.verdict()) == (wrong, Rule.SIGNUPS)

    def test_a_refused_signup_is_left_out(self) -> None:
        story = Story(ann=1, bob=1)
        story.entries[0]["config"]["number_of_users"] = 3
        story.refuse("cat", index=2)
        story.turn_of("ann", "bob0")
        story.turn_of("bob", "ann0")
        story.stop("all_liked")

        assert story.verdict().ok

    def test_a_signup_too_many_is_found(self) -> None:
        story = Story(ann=1)
        wrong = story.write("signup", user="bob", index=1)

        assert found(story.verdict()) == (wrong, Rule.SIGNUPS)

    def test_a_user_without_a_post_is_found_when_the_likes_begin(self) -> None:
        story = Story(ann=1)
        story.entries[0]["config"]["number_of_users"] = 2
        story.write("signup", user="bob", index=1)
        story.server.users.append("bob")
        wrong = story.turn("bob")

        assert found(story.verdict()) == (wrong, Rule.POSTS)

    def test_a_gap_between_an_authors_posts_is_found_when_the_likes_begin(self) -> None:
        story = Story(ann=3, bob=1)
        story.entries[5]["index"] = 3
        story.entries[0]["config"]["max_posts_per_user"] = 4
        wrong = story.turn("ann")

        assert found(story.verdict()) == (wrong, Rule.POSTS)

    def test_a_post_too_many_is_found(self) -> None:
        story = Story(ann=2, bob=1)
        story.entries[0]["config"]["max_posts_per_user"] = 1

        assert found(story.verdict()) == (4, Rule.POSTS)


class TestServerData:
    def test_a_count_that_is_not_the_number_of_likers(self) -> None:
        story = finished_story()
        server = changed(story.server.data(), "ann0", like_count=2)

        assert found(story.verdict(server)) == (None, Rule.LIKE_COUNTS)

    def test_a_post_that_its_author_likes(self) -> None:
        story = finished_story()
        story.server.like("ann0", "ann")

        assert found(story.verdict()) == (None, Rule.SELF_LIKES)

    def test_a_liker_who_is_there_twice(self) -> None:
        story = finished_story()
        server = changed(story.server.data(), "ann0", like_count=2, likers=("bob", "bob"))

        assert found(story.verdict(server)) == (None, Rule.DOUBLE_LIKES)

    def test_a_user_who_made_more_likes_than_the_maximum(self) -> None:
        story = Story(ann=1, bob=2, max_likes=1)
        story.turn_of("bob", "ann0")
        story.turn_of("ann", "bob0")
        story.stop("nobody_can_act")
        story.server.like("bob1", "ann")

        assert found(story.verdict()) == (None, Rule.MAXIMUM)

    def test_a_user_who_is_not_there(self) -> None:
        story = finished_story()
        story.server.users.remove("bob")

        assert found(story.verdict()) == (2, Rule.ACKNOWLEDGED)

    def test_a_post_that_is_not_there(self) -> None:
        story = finished_story()
        story.server.delete("ann1")

        assert found(story.verdict()) == (4, Rule.ACKNOWLEDGED)

    def test_a_post_by_somebody_else(self) -> None:
        story = finished_story()
        server = changed(story.server.data(), "ann0", author="bob", likers=(), like_count=0)

        assert found(story.verdict(server)) == (3, Rule.ACKNOWLEDGED)

    def test_a_like_that_the_journal_does_not_know(self) -> None:
        story = Story(ann=2, bob=1, cat=1)
        story.turn_of("ann", "bob0", "cat0")
        story.turn_of("bob", "ann0", "ann1")
        story.stop("all_liked")
        story.server.like("ann0", "cat")

        assert found(story.verdict()) == (None, Rule.NOTHING_ELSE)

    def test_a_post_that_the_journal_does_not_know(self) -> None:
        story = finished_story()
        story.server.create_post("ann2", "ann")

        assert found(story.verdict()) == (None, Rule.NOTHING_ELSE)

    def test_a_post_that_the_journal_calls_gone(self) -> None:
        story = Story(ann=1, bob=1, max_likes=0)
        wrong = story.stop("all_liked", zero=[], gone=["ann0", "bob0"])

        assert found(story.verdict()) == (wrong, Rule.NOTHING_ELSE)

    def test_a_like_count_of_0_after_a_like(self) -> None:
        story = Story(ann=2, bob=1)
        story.turn("ann")
        wrong = story.like("ann", "bob0", like_count=0)

        assert found(story.verdict()) == (wrong, Rule.LIKE_COUNTS)

    def test_a_like_count_of_0_after_a_like_by_an_account_that_is_refused_later(self) -> None:
        story = Story(ann=2, bob=2)
        story.turn("ann")
        wrong = story.like("ann", "bob0", like_count=0)
        story.refuse("ann")

        assert found(story.verdict()) == (wrong, Rule.LIKE_COUNTS)

    def test_a_lost_like_by_an_account_that_is_refused_but_there(self) -> None:
        story = Story(ann=2, bob=2)
        story.turn("ann")
        wrong = story.write("like", user="ann", post="bob0", author="bob", like_count=1)
        story.refuse("ann")

        assert found(story.verdict()) == (wrong, Rule.ACKNOWLEDGED)

    def test_a_like_count_below_the_likes_that_were_made(self) -> None:
        story = Story(ann=2, bob=2, cat=1, max_likes=1)
        story.turn_of("ann", "bob0")
        story.turn_of("bob", "ann0")
        story.turn("cat")
        wrong = story.like("cat", "ann0", like_count=1)

        assert found(story.verdict()) == (wrong, Rule.LIKE_COUNTS)

    def test_a_reading_that_does_not_know_of_a_like_that_is_there(self) -> None:
        story = Story(ann=2, bob=1)
        story.turn_of("ann", "bob0")
        wrong = story.turn("ann", zero=["ann0", "ann1", "bob0"])

        assert found(story.verdict()) == (wrong, Rule.LIKE_COUNTS)

    def test_the_earliest_action_comes_first_whoever_found_it(self) -> None:
        story = Story(ann=2, bob=1)
        story.turn("ann")
        wrong = story.write("like", user="ann", post="bob0", author="bob", like_count=1)
        story.turn("ann")

        assert found(story.verdict()) == (wrong, Rule.ACKNOWLEDGED)


class TestForeignActivity:
    def test_likes_by_strangers_are_right(self) -> None:
        story = finished_story()
        story.server.like("ann0", "stranger")

        assert story.verdict().ok

    def test_posts_by_strangers_are_ignored(self) -> None:
        story = finished_story()
        server = story.server.data()
        posts = {**server.posts, "x": ServerPost("x", "stranger", 7, ("stranger",))}

        assert story.verdict(ServerData(server.users, posts)).ok

    def test_a_deleted_post_that_the_journal_noticed_may_be_missing_with_its_likes(self) -> None:
        story = Story(ann=2, bob=1)
        story.turn_of("ann", "bob0")
        story.turn_of("bob", "ann0", "ann1")
        story.server.delete("ann1")
        story.stop("all_liked")

        assert story.verdict().ok

    def test_a_post_refused_to_a_liker_may_be_missing_or_there(self) -> None:
        story = Story(ann=1, bob=1)
        story.turn("ann")
        story.refuse("ann", post="bob0")
        story.turn_of("bob", "ann0")
        story.stop("all_liked", zero=[], gone=["bob0"])

        assert story.verdict().ok
        story.server.delete("bob0")
        assert story.verdict().ok

    def test_the_likes_of_a_deleted_account_may_be_missing(self) -> None:
        story = Story(ann=1, bob=2, cat=1)
        story.turn_of("bob", "ann0")
        story.server.delete_account("bob")
        story.refuse("bob")
        story.turn_of("ann", "cat0")
        story.turn_of("cat", "ann0")
        story.stop("all_liked")

        assert story.verdict().ok

    def test_while_a_run_is_not_finished_an_answer_may_have_been_lost(self) -> None:
        story = Story(ann=2, bob=1)
        story.turn("ann")
        story.server.like("bob0", "ann")

        assert found(story.verdict()) == (None, Rule.FINISHED)
