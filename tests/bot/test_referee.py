"""The referee names the first action that breaks a rule: each thing a bot can do wrong, by hand."""

from bot.referee import Rule, Verdict
from tests.bot.story import Story


def found(verdict: Verdict) -> tuple[int | None, Rule]:
    assert not verdict.ok
    assert verdict.violation is not None
    return verdict.violation.seq, verdict.violation.rule


def finished_story() -> Story:
    """ann (2 posts) likes all, then bob (1) likes all there is, then nobody has a post without a like."""
    story = Story(ann=2, bob=1)
    story.turn_of("ann", "bob0")
    story.turn_of("bob", "ann1", "ann0")
    story.stop("all_liked")
    return story


def test_a_run_by_the_rules_passes() -> None:
    verdict = finished_story().verdict()

    assert verdict.ok
    assert verdict.violation is None


def test_the_verdict_counts_what_was_checked() -> None:
    checks = finished_story().verdict().checks

    assert checks[Rule.PERMITTED_POST] == 2 + 3  # turns and likes
    assert checks[Rule.WHOLE_TURN] == 2  # the second turn and the stop, each after a turn
    assert checks[Rule.ACKNOWLEDGED] == 2 + 3 + 3  # users, posts, likes


def test_the_verdict_names_every_rule_that_is_broken() -> None:
    story = Story(ann=2, bob=1)
    story.turn("bob")
    story.server.like("ann0", "ann")

    broken = story.verdict().broken

    assert broken == (Rule.WHOSE_TURN, Rule.SELF_LIKES, Rule.FINISHED)


def test_the_violation_holds_the_entry_that_broke_the_rule() -> None:
    story = Story(ann=1, bob=1)
    wrong = story.turn("bob")

    violation = story.verdict().violation

    assert violation is not None
    assert violation.entry == story.entries[wrong]
    assert "ann" in violation.message


class TestNamedBugs:
    def test_the_turn_passes_on_too_early(self) -> None:
        story = Story(ann=2, bob=2, cat=1)
        story.turn_of("ann", "bob0")
        wrong = story.turn("bob")

        assert found(story.verdict()) == (wrong, Rule.WHOLE_TURN)

    def test_users_are_taken_in_ascending_order(self) -> None:
        story = Story(ann=2, bob=1)
        wrong = story.turn("bob")

        assert found(story.verdict()) == (wrong, Rule.WHOSE_TURN)

    def test_a_tie_goes_to_the_wrong_user(self) -> None:
        story = Story(ann=1, bob=2, cat=2)
        wrong = story.turn("cat")

        assert found(story.verdict()) == (wrong, Rule.WHOSE_TURN)

    def test_the_last_user_is_left_out(self) -> None:
        story = Story(ann=2, bob=1)
        story.turn_of("ann", "bob0")
        wrong = story.stop("nobody_can_act")

        assert found(story.verdict()) == (wrong, Rule.STOP)

    def test_the_author_need_not_have_a_post_without_likes(self) -> None:
        story = Story(ann=2, bob=1, cat=1, max_likes=2)
        story.turn_of("ann", "bob0", "cat0")
        story.turn("bob")
        wrong = story.like("bob", "cat0")

        assert found(story.verdict()) == (wrong, Rule.PERMITTED_POST)

    def test_an_author_is_closed_while_a_post_has_no_like(self) -> None:
        story = Story(ann=3, bob=2, cat=1)
        story.turn_of("ann", "bob0", "cat0")
        wrong = story.turn("bob")

        assert found(story.verdict()) == (wrong, Rule.WHOLE_TURN)

    def test_an_author_closed_too_early_shows_in_the_number_of_permitted_posts(self) -> None:
        story = Story(ann=2, bob=1, cat=2, max_likes=1)
        story.turn_of("ann", "cat0")
        wrong = story.turn("cat", posts=2, permitted=1)

        assert story.verdict().violation is not None
        assert found(story.verdict()) == (wrong, Rule.PERMITTED_POST)

    def test_a_post_that_was_liked_is_drawn_again(self) -> None:
        story = Story(ann=2, bob=2)
        story.turn_of("ann", "bob0")
        wrong = story.like("ann", "bob0")

        assert found(story.verdict()) == (wrong, Rule.PERMITTED_POST)

    def test_a_user_likes_a_post_of_their_own(self) -> None:
        story = Story(ann=2, bob=1)
        story.turn("ann")
        wrong = story.like("ann", "ann0")

        assert found(story.verdict()) == (wrong, Rule.PERMITTED_POST)

    def test_trying_to_like_a_post_of_their_own_is_as_wrong_when_the_server_refuses(self) -> None:
        story = Story(ann=2, bob=1)
        story.turn("ann")
        wrong = story.refuse("ann", post="ann0")

        assert found(story.verdict()) == (wrong, Rule.PERMITTED_POST)

    def test_the_maximum_is_drawn_at_random(self) -> None:
        story = Story(ann=2, bob=3, cat=1, max_likes=3)
        story.turn_of("bob", "ann0", "ann1")
        wrong = story.turn("ann")

        assert found(story.verdict()) == (wrong, Rule.WHOLE_TURN)

    def test_the_bot_stops_while_a_permitted_like_is_left(self) -> None:
        story = Story(ann=1, bob=1)
        wrong = story.stop("nobody_can_act")

        assert found(story.verdict()) == (wrong, Rule.STOP)

    def test_the_bot_stops_in_the_middle_of_a_turn(self) -> None:
        story = Story(ann=2, bob=2)
        story.turn_of("ann", "bob0")
        wrong = story.stop("nobody_can_act")

        assert found(story.verdict()) == (wrong, Rule.WHOLE_TURN)

    def test_a_turn_begins_when_no_post_has_0_likes(self) -> None:
        story = Story(ann=1, bob=1, cat=0)
        story.turn_of("ann", "bob0")
        story.turn_of("bob", "ann0")
        wrong = story.turn("cat")

        assert found(story.verdict()) == (wrong, Rule.STOP)

    def test_a_like_is_made_when_no_post_has_0_likes(self) -> None:
        story = Story(ann=1, bob=1, cat=0)
        story.turn_of("ann", "bob0")
        story.turn_of("bob", "ann0")
        wrong = story.like("bob", "bob0")

        assert found(story.verdict()) == (wrong, Rule.STOP)

    def test_a_like_is_counted_that_the_server_does_not_have(self) -> None:
        story = Story(ann=2, bob=1)
        story.turn("ann")
        wrong = story.write("like", user="ann", post="bob0", author="bob", like_count=1)
        story.turn_of("bob", "ann0", "ann1")
        story.stop("nobody_can_act", zero=[])

        assert found(story.verdict()) == (wrong, Rule.ACKNOWLEDGED)

    def test_a_stale_count_is_used_after_somebody_took_a_like_back(self) -> None:
        story = Story(ann=2, bob=1, cat=0)
        story.server.like("bob0", "stranger")
        story.turn_of("bob", "ann0", "ann1")
        story.server.likers_by_post["bob0"].clear()
        wrong = story.stop("all_liked")  # the reading says bob0, so ann could act

        assert found(story.verdict()) == (wrong, Rule.STOP)

    def test_a_stale_count_closes_an_author_who_is_open_again(self) -> None:
        story = Story(ann=3, bob=1, cat=1)
        story.server.like("bob0", "stranger")
        story.turn_of("ann", "cat0")
        story.server.likers_by_post["bob0"].clear()
        wrong = story.turn("bob")

        assert found(story.verdict()) == (wrong, Rule.WHOSE_TURN)


class TestTurns:
    def test_more_likes_than_the_maximum_are_wrong(self) -> None:
        story = Story(ann=1, bob=2, max_likes=1)
        story.turn_of("bob", "ann0")
        story.turn_of("ann", "bob0")
        wrong = story.like("ann", "bob1")

        assert found(story.verdict()) == (wrong, Rule.MAXIMUM)

    def test_a_refused_like_does_not_count_towards_the_maximum(self) -> None:
        story = Story(ann=3, bob=2, max_likes=1)
        story.turn("ann")
        story.refuse("ann", post="bob0")
        wrong = story.turn("bob")

        assert found(story.verdict()) == (wrong, Rule.WHOLE_TURN)

    def test_a_refused_post_is_out_of_the_run(self) -> None:
        story = Story(ann=3, bob=2)
        story.turn("ann")
        story.refuse("ann", post="bob0")
        wrong = story.like("ann", "bob0")

        assert found(story.verdict()) == (wrong, Rule.PERMITTED_POST)

    def test_a_refused_post_keeps_its_author_open_no_longer(self) -> None:
        story = Story(ann=3, bob=2)
        story.server.like("bob1", "stranger")
        story.turn("ann")
        story.refuse("ann", post="bob0")
        story.turn_of("bob", "ann0", "ann1", "ann2")
        wrong = story.turn("ann", zero=["bob0"])

        assert found(story.verdict()) == (wrong, Rule.STOP)

    def test_the_author_of_a_refused_post_is_closed_at_once(self) -> None:
        story = Story(ann=3, bob=2, cat=1)
        story.server.like("bob1", "stranger")
        story.turn("ann")
        story.refuse("ann", post="bob0")
        wrong = story.like("ann", "bob1")

        assert found(story.verdict()) == (wrong, Rule.PERMITTED_POST)

    def test_somebody_else_likes_in_the_turn(self) -> None:
        story = Story(ann=2, bob=1)
        story.turn("ann")
        wrong = story.like("bob", "ann0")

        assert found(story.verdict()) == (wrong, Rule.WHOSE_TURN)

    def test_after_an_interruption_the_same_user_may_begin_a_turn_again(self) -> None:
        story = Story(ann=2, bob=2)
        story.turn_of("ann", "bob0")
        story.turn_of("ann", "bob1")
        story.turn_of("bob", "ann0", "ann1")
        story.stop("all_liked")

        assert story.verdict().ok

    def test_after_an_interruption_another_user_may_be_next_when_posts_were_deleted(self) -> None:
        story = Story(ann=3, bob=2)
        story.turn("ann")
        story.server.delete("ann0")
        story.server.delete("ann1")
        story.turn_of("bob", "ann2")
        story.turn_of("ann", "bob0", "bob1")
        story.stop("all_liked")

        assert story.verdict().ok

    def test_deleted_posts_do_not_count_for_whose_turn_it_is(self) -> None:
        story = Story(ann=2, bob=2)
        story.server.delete("ann0")
        wrong = story.turn("ann")

        assert found(story.verdict()) == (wrong, Rule.WHOSE_TURN)

    def test_a_user_who_was_exhausted_is_next_again_when_a_count_falls_back_to_0(self) -> None:
        story = Story(ann=2, bob=2)
        story.server.like("bob0", "stranger")
        story.turn_of("ann", "bob1")
        story.server.likers_by_post["bob0"].clear()
        story.turn_of("ann", "bob0")
        story.turn_of("bob", "ann0", "ann1")
        story.stop("all_liked")

        assert story.verdict().ok

    def test_a_wrong_number_of_posts_in_a_turn_is_a_wrong_reason_for_it(self) -> None:
        story = Story(ann=2, bob=1)
        wrong = story.turn("ann", posts=3)

        assert found(story.verdict()) == (wrong, Rule.WHOSE_TURN)

    def test_a_user_whose_account_is_refused_acts_no_more(self) -> None:
        story = Story(ann=2, bob=1)
        story.turn("ann")
        story.refuse("ann")
        story.turn_of("bob", "ann0", "ann1")
        story.stop("nobody_can_act")

        assert story.verdict().ok


class TestStop:
    def test_with_no_posts_at_all_everything_is_liked(self) -> None:
        story = Story(ann=0, bob=0)
        story.stop("all_liked")

        assert story.verdict().ok

    def test_with_no_users_at_all_everything_is_liked(self) -> None:
        story = Story()
        story.stop("all_liked")

        assert story.verdict().ok

    def test_when_posts_are_left_the_reason_is_that_nobody_can_act(self) -> None:
        story = Story(ann=1, max_likes=0)
        wrong = story.stop("all_liked")

        assert found(story.verdict()) == (wrong, Rule.STOP)

    def test_when_both_reasons_hold_it_is_that_all_are_liked(self) -> None:
        story = Story(ann=1, bob=1)
        story.turn_of("ann", "bob0")
        story.turn_of("bob", "ann0")
        wrong = story.stop("nobody_can_act")

        assert found(story.verdict()) == (wrong, Rule.STOP)

    def test_a_turn_when_nobody_can_act_is_wrong(self) -> None:
        story = Story(ann=1, bob=0, max_likes=0)
        wrong = story.turn("bob")

        assert found(story.verdict()) == (wrong, Rule.STOP)

    def test_a_like_after_the_stop_is_wrong(self) -> None:
        story = finished_story()
        wrong = story.like("ann", "bob0")

        assert found(story.verdict()) == (wrong, Rule.STOP)

    def test_a_second_proof_after_the_stop_is_right(self) -> None:
        story = finished_story()
        story.write("proof", ok=False, reason="like counts")
        story.write("proof", ok=True, reason="Every rule was kept at every step.")

        assert story.verdict().ok

    def test_a_run_without_a_stop_is_not_finished(self) -> None:
        story = Story(ann=2, bob=1)
        story.turn_of("ann", "bob0")

        assert found(story.verdict()) == (None, Rule.FINISHED)
