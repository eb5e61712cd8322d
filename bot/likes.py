"""Phase 3: turn after turn, each by what the server said just before, until nobody can like any more."""

from collections.abc import Callable, Mapping
from itertools import count

from bot.api import MUTATIONS_A_DOCUMENT, Api, Outcome, PostState
from bot.events import Event, Like, Refused, Stop, StopReason, Turn
from bot.people import Person
from bot.rules import NextTurn, Place, Population
from bot.server import AccountLost


class LikePhase:
    """Applies the rules of `population` to the server behind `api`.

    `record` must have its events on disk when it returns: likes are sent only when all before them are.
    """

    def __init__(
        self,
        population: Population,
        people: Mapping[int, Person],
        post_ids: Mapping[Place, str],
        *,
        seed: int,
        api: Api,
        record: Callable[..., None],
    ) -> None:
        self._population = population
        self._people = people
        self._post_ids = post_ids
        self._seed = seed
        self._api = api
        self._record = record

    def run(self, on_turn: int | None) -> None:
        """Until the stop. `on_turn` is the user whose turn an earlier bot left unfinished, if any.

        That turn goes on without another look at the server: the earlier bot may have sent likes whose
        answers it did not live to write down. From the same knowledge the same likes are drawn and sent
        again, which does no harm. Newer knowledge would draw others, and nobody would account for the former.
        """
        if on_turn is not None:
            self._take_turn(on_turn)
        for number in count():
            self._look(number)
            turn = self._population.next_turn()
            if turn is None:
                break
            self._record(self._turn(turn))
            self._take_turn(turn.user)
        reason = StopReason.NOBODY_CAN_ACT if self._population.zero else StopReason.ALL_LIKED
        self._record(Stop(reason=reason, zero=self._zero(), gone=self._gone()))

    def _look(self, number: int) -> None:
        """Reads anew which posts have 0 likes, and which are gone. By turns: reading has a price."""
        living = self._population.living
        if not living:
            return
        users = sorted(self._people)
        first = number % len(users)
        readers = [self._people[user] for user in users[first:] + users[:first]]
        counts = self._api.like_counts([self._post_ids[place] for place in living], readers)
        seen = {place: counts[self._post_ids[place]] for place in living}
        self._population.observe(
            zero=[place for place, likes in seen.items() if likes == 0],
            gone=[place for place, likes in seen.items() if likes is None],
        )

    def _take_turn(self, user: int) -> None:
        while planned := self._population.plan_likes(user, seed=self._seed, limit=MUTATIONS_A_DOCUMENT):
            try:
                outcomes = self._api.like_posts(
                    self._people[user], [self._post_ids[place] for place in planned]
                )
            except AccountLost as error:
                self._population.leave(user)
                self._record(Refused(user=self._people[user].username, reason=error.code))
            else:
                self._record(*self._liked(user, planned, outcomes))

    def _liked(self, user: int, planned: list[Place], outcomes: list[Outcome]) -> list[Event]:
        name = self._people[user].username
        events: list[Event] = []
        refused_account: Refused | None = None
        for place, outcome in zip(planned, outcomes, strict=False):
            post = self._post_ids[place]
            if isinstance(outcome, PostState):
                self._population.like(user, place, outcome.like_count)
                author = self._people[place.author].username
                events.append(Like(user=name, post=post, author=author, like_count=outcome.like_count))
            elif outcome.is_about_user:
                self._population.leave(user)
                refused_account = Refused(user=name, reason=outcome.code)
            else:
                self._population.refuse(user, place)
                events.append(Refused(user=name, reason=outcome.code, post=post))
        return [*events, refused_account] if refused_account else events

    def _turn(self, turn: NextTurn) -> Turn:
        name = self._people[turn.user].username
        first = f", first of {turn.ties + 1} to sign up" if turn.ties else ""
        why = f"{name} has the most posts ({turn.posts}) of those who can still like{first}"
        return Turn(
            user=name,
            reason=f"{why}; {turn.likes_left} likes left, {turn.permitted} posts permitted",
            posts=turn.posts,
            permitted=turn.permitted,
            zero=self._zero(),
            gone=self._gone(),
        )

    def _zero(self) -> tuple[str, ...]:
        return tuple(self._post_ids[place] for place in self._population.zero)

    def _gone(self) -> tuple[str, ...]:
        return tuple(self._post_ids[place] for place in self._population.gone)
