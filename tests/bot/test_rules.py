"""The bot's rules choose as the brief's words do, whatever happens on the server meanwhile."""

from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules import Place, Population, number_of_posts
from tests.bot import naive_rules
from tests.bot.naive_rules import NaivePost, NaiveState


@dataclass
class Twins:
    """The same run for the bot's rules and for the naive ones."""

    fast: Population
    naive: NaiveState

    def like(self, user: int, post: Place) -> None:
        naive_rules.like(self.naive, str(user), _name(post))
        self.fast.like(user, post, self.naive.posts[_name(post)].like_count)

    def refuse(self, user: int, post: Place) -> None:
        del self.naive.posts[_name(post)]
        self.fast.refuse(user, post)

    def observe(self, like_counts: dict[Place, int], deleted: set[Place]) -> None:
        """Strangers liked, unliked and deleted; both are told what the server says now."""
        for post in deleted:
            del self.naive.posts[_name(post)]
        for post, count in like_counts.items():
            self.naive.posts[_name(post)].like_count = count
        zero = [_place(name) for name, post in self.naive.posts.items() if post.like_count == 0]
        self.fast.observe(zero=zero, gone=deleted)

    @property
    def users(self) -> range:
        return range(len(self.naive.users))


def _name(post: Place) -> str:
    return f"{post.author}-{post.number}"


def _place(name: str) -> Place:
    author, number = name.split("-")
    return Place(int(author), int(number))


def twins(post_counts: list[int], max_likes: int) -> Twins:
    fast = Population(max_likes_per_user=max_likes)
    naive = NaiveState([str(user) for user in range(len(post_counts))], {}, max_likes)
    for user, count in enumerate(post_counts):
        fast.add_user(user)
        for number in range(count):
            fast.add_post(Place(user, number), 0)
            naive.posts[_name(Place(user, number))] = NaivePost(str(user))
    return Twins(fast, naive)


@st.composite
def played(draw: st.DrawFn) -> Twins:
    """A run in the middle of phase 3: likes by anybody who may, refusals, and strangers at work."""
    state = twins(draw(st.lists(st.integers(0, 4), max_size=5)), draw(st.integers(0, 4)))
    for _ in range(draw(st.integers(0, 12))):
        living = sorted(map(_place, state.naive.posts))
        able = [user for user in state.users if naive_rules.can_act(state.naive, str(user))]
        match draw(st.sampled_from(["like", "like", "like", "refuse", "observe"])):
            case "observe" if living:
                deleted = draw(st.sets(st.sampled_from(living), max_size=2))
                rest = [post for post in living if post not in deleted]
                counts = draw(st.dictionaries(st.sampled_from(rest), st.integers(0, 2))) if rest else {}
                state.observe(counts, deleted)
            case "like" | "refuse" as action if able:
                user = draw(st.sampled_from(able))
                permitted = sorted(map(_place, naive_rules.permitted(state.naive, str(user))))
                post = draw(st.sampled_from(permitted))
                (state.like if action == "like" else state.refuse)(user, post)
    return state


@given(played())
def test_the_same_posts_are_permitted_as_by_the_naive_rules(state: Twins) -> None:
    fast = {user: set(map(_name, state.fast.permitted(user))) for user in state.users}

    assert fast == {user: naive_rules.permitted(state.naive, str(user)) for user in state.users}


@given(played())
def test_the_same_user_is_next_as_by_the_naive_rules(state: Twins) -> None:
    turn = state.fast.next_turn()

    assert (turn and str(turn.user)) == naive_rules.next_user(state.naive)


@given(played())
def test_a_turn_tells_how_many_posts_and_choices_its_user_has(state: Twins) -> None:
    if turn := state.fast.next_turn():
        name = str(turn.user)

        assert turn.posts == naive_rules.post_count(state.naive, name)
        assert turn.permitted == len(naive_rules.permitted(state.naive, name))
        assert turn.likes_left == state.naive.max_likes_per_user - state.naive.likes_made.get(name, 0)


@given(played())
def test_the_posts_with_0_likes_are_those_of_the_naive_rules(state: Twins) -> None:
    zero = {name for name, post in state.naive.posts.items() if post.like_count == 0}

    assert set(map(_name, state.fast.zero)) == zero


@given(played(), st.integers(0, 99), st.data())
def test_likes_planned_together_are_those_chosen_one_by_one_whatever_becomes_of_them(
    state: Twins, seed: int, data: st.DataObject
) -> None:
    turn = state.fast.next_turn()
    if turn is None:
        return
    planned = state.fast.plan_likes(turn.user, seed=seed, limit=10)

    one_by_one: list[Place] = []
    while len(one_by_one) < len(planned):
        (post,) = state.fast.plan_likes(turn.user, seed=seed, limit=1)
        assert _name(post) in naive_rules.permitted(state.naive, str(turn.user))
        one_by_one.append(post)
        (state.like if data.draw(st.booleans()) else state.refuse)(turn.user, post)

    assert planned == one_by_one


@given(played(), st.integers(0, 99), st.integers(1, 10))
def test_a_plan_is_as_long_as_allowed_or_ends_the_turn(state: Twins, seed: int, limit: int) -> None:
    turn = state.fast.next_turn()
    if turn is None:
        return
    planned = state.fast.plan_likes(turn.user, seed=seed, limit=limit)

    for post in planned:
        state.like(turn.user, post)

    assert 1 <= len(planned) <= limit
    assert len(planned) == limit or not naive_rules.can_act(state.naive, str(turn.user))


def test_every_permitted_post_is_drawn_about_equally_often() -> None:
    state = twins([1, 3, 2], max_likes=1).fast

    drawn = Counter(state.plan_likes(0, seed=seed, limit=1)[0] for seed in range(1000))

    assert len(drawn) == 5
    assert all(150 < count < 250 for count in drawn.values())


def test_a_draw_does_not_depend_on_what_others_did_before() -> None:
    idle, busy = twins([2, 2, 2, 2], max_likes=5), twins([2, 2, 2, 2], max_likes=5)

    for post in busy.fast.plan_likes(3, seed=7, limit=1):
        busy.like(3, post)
    busy.observe(dict.fromkeys(busy.fast.living, 0), set())

    assert busy.fast.plan_likes(0, seed=7, limit=5) == idle.fast.plan_likes(0, seed=7, limit=5)


def test_a_refused_like_does_not_count_towards_the_maximum() -> None:
    state = twins([1, 2], max_likes=1)

    state.refuse(0, Place(1, 0))

    assert state.fast.plan_likes(0, seed=1, limit=10) == [Place(1, 1)]


def test_a_user_who_left_acts_no_more_but_is_liked() -> None:
    state = twins([2, 1], max_likes=1).fast

    state.leave(0)

    turn = state.next_turn()
    assert turn is not None
    assert turn.user == 1
    assert {post.author for post in state.permitted(1)} == {0}


def test_a_refused_post_does_not_come_back_when_the_server_still_has_it() -> None:
    state = twins([0, 1], max_likes=1).fast
    state.refuse(0, Place(1, 0))

    state.observe(zero=[Place(1, 0)], gone=[])

    assert state.zero == []
    assert state.gone == [Place(1, 0)]


def test_ties_are_told() -> None:
    turn = twins([1, 2, 2, 2], max_likes=1).fast.next_turn()

    assert turn is not None
    assert (turn.user, turn.ties) == (1, 2)


@pytest.mark.parametrize("maximum", [1, 2, 10])
def test_the_number_of_posts_is_drawn_from_1_to_the_maximum(maximum: int) -> None:
    drawn = {number_of_posts(user, seed=5, maximum=maximum) for user in range(300)}

    assert drawn == set(range(1, maximum + 1))


def test_nobody_writes_posts_when_the_maximum_is_0() -> None:
    assert number_of_posts(0, seed=5, maximum=0) == 0
