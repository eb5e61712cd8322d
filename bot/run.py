"""A run: signup, posts, likes, and the proof. Each step is in the journal before the next depends on it."""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from typing import TypeVar

from bot.api import MUTATIONS_A_DOCUMENT, Api, Draft, PostState, Refusal
from bot.display import Display, Phase
from bot.events import Event, Post, Proof, Refused, Signup
from bot.journal import Journal, read_journal
from bot.likes import LikePhase
from bot.people import Person, person, post_body, post_key
from bot.referee import judge
from bot.rules import Place, number_of_posts
from bot.server import AccountLost
from bot.standing import Standing, population, standing
from bot.verdict import Verdict

_Item = TypeVar("_Item")


class Bot:
    """Carries out the run that a journal begins with, from wherever the journal ends.

    `stop` is set when a thread fails, so that the others do not wait for the server any more.
    """

    def __init__(
        self, journal: Journal, api: Api, display: Display, stop: threading.Event, *, concurrency: int
    ) -> None:
        self._journal = journal
        self._concurrency = concurrency
        self._run = journal.run
        self._api = api
        self._display = display
        self._stop = stop
        self._order = threading.Lock()

    def run(self) -> Verdict:
        """Does all that is left to do. After `ServerAway`, `JournalError` or Ctrl-C it can be resumed."""
        with ThreadPoolExecutor(self._concurrency) as executor:
            self._sign_up_all(executor)
            self._write_all_posts(executor)
        if not self._standing().is_stopped:
            self._like_all()
        return self._prove()

    def _sign_up_all(self, executor: Executor) -> None:
        known = self._standing()
        total = self._run.config.number_of_users
        missing = [
            index
            for index in range(total)
            if index not in known.usernames and index not in known.refused_signups
        ]
        self._display.begin(Phase.SIGNUPS, total=total, done=total - len(missing))
        self._each(executor, self._sign_up, missing)
        self._journal.sync()

    def _sign_up(self, index: int) -> None:
        newcomer = self._person(index)
        refusal = self._api.sign_up(newcomer)
        if refusal:
            self._record(Refused(user=newcomer.username, reason=refusal.code, index=index))
        else:
            self._record(Signup(user=newcomer.username, index=index))

    def _write_all_posts(self, executor: Executor) -> None:
        known = self._standing()
        missing = {user: self._missing_posts(user, known) for user in known.usernames}
        done = len(known.post_ids) + len(known.refused_posts)
        self._display.begin(Phase.POSTS, total=done + sum(map(len, missing.values())), done=done)
        self._each(executor, self._write_posts, [places for places in missing.values() if places])
        self._journal.sync()

    def _missing_posts(self, user: int, known: Standing) -> list[Place]:
        config = self._run.config
        count = number_of_posts(user, seed=config.seed, maximum=config.max_posts_per_user)
        places = [Place(user, number) for number in range(count)]
        return [place for place in places if place not in known.post_ids and place not in known.refused_posts]

    def _write_posts(self, places: list[Place]) -> None:
        """One author's posts, which must not be empty."""
        author = self._person(places[0].author)
        while places:
            drafts = [self._draft(place) for place in places[:MUTATIONS_A_DOCUMENT]]
            try:
                outcomes = self._api.create_posts(author, drafts)
            except AccountLost as error:
                outcomes = [Refusal(error.code)] * len(drafts)
            self._record(
                *(_posted(author, place, outcome) for place, outcome in zip(places, outcomes, strict=False))
            )
            places = places[len(outcomes) :]

    def _draft(self, place: Place) -> Draft:
        return Draft(post_body(place, seed=self._run.seed), post_key(place, run=self._run.run))

    def _like_all(self) -> None:
        known = self._standing()
        state, on_turn = population(
            self._journal.entries, max_likes_per_user=self._run.config.max_likes_per_user
        )
        self._display.begin(Phase.LIKES, total=len(state.living), done=len(state.living) - len(state.zero))
        phase = LikePhase(
            state,
            {user: self._person(user) for user in known.usernames},
            known.post_ids,
            seed=self._run.seed,
            api=self._api,
            record=self._record_durably,
        )
        phase.run(on_turn)

    def _prove(self) -> Verdict:
        config = self._run.config
        self._display.begin(Phase.PROOF)
        people = [self._person(index) for index in sorted(self._standing().usernames)]
        data = self._api.read_back(people, posts_a_user=config.max_posts_per_user)
        verdict = judge(read_journal(self._journal.path), data)
        reason = str(verdict.violation) if verdict.violation else "Every rule was kept at every step."
        self._record_durably(Proof(ok=verdict.ok, reason=reason))
        return verdict

    def _standing(self) -> Standing:
        return standing(self._journal.entries)

    def _person(self, index: int) -> Person:
        run = self._run
        return person(index, seed=run.seed, run=run.run, email_domain=run.config.email_domain)

    def _record(self, *events: Event) -> None:
        with self._order:  # what is shown comes in the journal's order
            self._display.show(self._journal.append(*events))

    def _record_durably(self, *events: Event) -> None:
        self._record(*events)
        self._journal.sync()

    def _each(self, executor: Executor, work: Callable[[_Item], None], items: Iterable[_Item]) -> None:
        """`work` on every item, concurrently; the first failure ends it all."""
        futures: list[Future[None]] = []
        try:
            futures.extend(executor.submit(work, item) for item in items)
            for future in as_completed(futures):
                future.result()
        except BaseException:
            self._stop.set()
            for future in futures:
                future.cancel()
            raise


def _posted(author: Person, place: Place, outcome: PostState | Refusal) -> Event:
    name = author.username
    if isinstance(outcome, Refusal):
        return Refused(user=name, reason=outcome.code, index=place.number)
    return Post(user=name, author=name, index=place.number, post=outcome.id, like_count=outcome.like_count)
