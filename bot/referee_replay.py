"""The journal played again: each action judged by the rules on what was known just before it."""

from collections import Counter

from bot.referee_entries import (
    Event,
    Like,
    MalformedJournal,
    Post,
    Proof,
    Reading,
    Refused,
    Run,
    Signup,
    Stop,
    Turn,
)
from bot.referee_ledger import Ledger
from bot.referee_preparation import Broken, judge_post_place, judge_preparation, judge_signup_place
from bot.verdict import Rule, Violation


class Replay:
    """Plays the events in order. After the first broken rule it goes on, but only for the ledger's sake."""

    def __init__(self, run: Run, refused_accounts: frozenset[str]) -> None:
        self.ledger = Ledger(run, refused_accounts)
        self.checks: Counter[Rule] = Counter()
        self.violation: Violation | None = None
        self.has_stopped = False
        self._has_begun_liking = False
        self._turn: str | None = None
        self._seq = 0

    def play(self, seq: int, event: Event) -> None:
        """Judges and records one event. Raises `MalformedJournal` when it cannot stand in this place."""
        self._seq = seq
        self._check(Rule.JOURNAL)
        broken = self._play(event)
        if broken and self.violation is None:
            self.violation = Violation(seq, broken.rule, broken.message)

    def _play(self, event: Event) -> Broken | None:
        if isinstance(event, Proof):
            if not self.has_stopped:
                raise MalformedJournal("a proof before the stop")
            return None
        if self.has_stopped:
            return self._judge_after_stop(event)
        match event:
            case Signup():
                return self._play_signup(event)
            case Post():
                return self._play_post(event)
            case Turn():
                return self._play_turn(event)
            case Like():
                return self._play_like(event)
            case Refused():
                return self._play_refused(event)
            case Stop():
                return self._play_stop(event)
        return None

    def _judge_after_stop(self, event: Event) -> Broken:
        if isinstance(event, Signup | Post | Refused):
            raise MalformedJournal("the run has stopped before")
        if isinstance(event, Like):
            self._require_post(event.post, event.author)
            self.ledger.record_like(self._seq, event)
        return Broken(Rule.STOP, "the run had stopped, but it goes on")

    def _play_signup(self, signup: Signup) -> Broken | None:
        self._require_preparation()
        if signup.user in self.ledger.index_by_user:
            raise MalformedJournal(f"{signup.user} signs up twice")
        if signup.index in self.ledger.user_by_index:
            raise MalformedJournal(f"there are two users number {signup.index}")
        self.ledger.record_signup(self._seq, signup)
        self._check(Rule.SIGNUPS)
        return judge_signup_place(self.ledger, signup)

    def _play_post(self, post: Post) -> Broken | None:
        self._require_preparation()
        self._require_user(post.author)
        if post.id in self.ledger.post_by_id:
            raise MalformedJournal(f"the post {post.id} is there twice")
        if post.index in self.ledger.post_indices[post.author]:
            raise MalformedJournal(f"{post.author} has two posts number {post.index}")
        self.ledger.record_post(self._seq, post)
        self._check(Rule.POSTS)
        return judge_post_place(self.ledger, post)

    def _play_turn(self, turn: Turn) -> Broken | None:
        self._require_user(turn.user)
        interrupted = self._interrupted_user()
        broken = self._play_reading(turn.reading)
        self._turn = turn.user
        return broken or self._judge_turn(turn, interrupted)

    def _judge_turn(self, turn: Turn, interrupted: str | None) -> Broken | None:
        ledger = self.ledger
        self._check(Rule.STOP)
        due = ledger.next_user() if ledger.has_unliked_post() else None
        if due is None:
            why = "nobody can act" if ledger.has_unliked_post() else "no post has 0 likes"
            return Broken(Rule.STOP, f"{why}: the bot had to stop, but {turn.user}'s turn begins")
        self._check(Rule.WHOSE_TURN)
        if turn.user != due:
            return self._judge_wrong_user(turn.user, due, interrupted)
        posts = ledger.post_count(due)
        if turn.posts not in (None, posts):
            return Broken(Rule.WHOSE_TURN, f"{due} has {posts} posts, not {turn.posts} as the turn says")
        self._check(Rule.PERMITTED_POST)
        permitted = ledger.count_permitted(due)
        if turn.permitted not in (None, permitted):
            return Broken(
                Rule.PERMITTED_POST,
                f"{permitted} posts are permitted to {due}, not {turn.permitted} as the turn says",
            )
        return None

    def _judge_wrong_user(self, user: str, due: str, interrupted: str | None) -> Broken:
        if due == interrupted:
            return Broken(
                Rule.WHOLE_TURN,
                f"the turn passes to {user}, but {due}'s is not over: {self._what_is_left(due)}",
            )
        return Broken(
            Rule.WHOSE_TURN,
            f"it is the turn of {due}, who has {self._post_count(due)} and can act,"
            f" not of {user}, who has {self._post_count(user)}",
        )

    def _play_like(self, like: Like) -> Broken | None:
        self._require_post(like.post, like.author)
        self._require_user(like.user)
        if self._turn is None:
            raise MalformedJournal("a like outside a turn")
        broken = self._judge_choice(like.user, like.post)
        self.ledger.record_like(self._seq, like)
        return broken or self._judge_like_count(like)

    def _judge_choice(self, user: str, post: str) -> Broken | None:
        ledger = self.ledger
        self._check(Rule.WHOSE_TURN)
        if user != self._turn:
            return Broken(Rule.WHOSE_TURN, f"{user} likes something in {self._turn}'s turn")
        self._check(Rule.STOP)
        if not ledger.has_unliked_post():
            return Broken(Rule.STOP, f"no post has 0 likes, but {user} still likes {ledger.describe(post)}")
        self._check(Rule.MAXIMUM)
        if ledger.has_reached_maximum(user):
            maximum = ledger.run.max_likes_per_user
            return Broken(Rule.MAXIMUM, f"{user} has made {maximum} likes, which is the maximum, and goes on")
        self._check(Rule.PERMITTED_POST)
        if why := ledger.why_not(user, post):
            return Broken(Rule.PERMITTED_POST, f"{user} may not like {ledger.describe(post)}: {why}")
        return None

    def _judge_like_count(self, like: Like) -> Broken | None:
        self._check(Rule.LIKE_COUNTS)
        least = max(1, self.ledger.sure_like_count[like.post])
        if like.like_count >= least:
            return None
        post = self.ledger.describe(like.post)
        return Broken(
            Rule.LIKE_COUNTS,
            f"{post} has {like.like_count} likes after {like.user}'s, but at least {least} were made",
        )

    def _play_refused(self, refused: Refused) -> Broken | None:
        ledger = self.ledger
        if refused.post is not None:
            return self._play_refused_like(refused.user, refused.post)
        if refused.index is None:
            self._require_user(refused.user)
            ledger.inactive.add(refused.user)
            return None
        self._require_preparation()
        if refused.user in ledger.index_by_user:
            ledger.refused_posts[refused.user].add(refused.index)
        else:
            ledger.refused_signups.add(refused.index)
        return None

    def _play_refused_like(self, user: str, post: str) -> Broken | None:
        self._require_post(post)
        self._require_user(user)
        if self._turn is None:
            raise MalformedJournal("a refused like outside a turn")
        broken = self._judge_choice(user, post)
        self.ledger.record_refused_like(post)
        return broken

    def _play_stop(self, stop: Stop) -> Broken | None:
        interrupted = self._interrupted_user()
        broken = self._play_reading(stop.reading)
        self.has_stopped = True
        return broken or self._judge_stop(stop.reason, interrupted)

    def _judge_stop(self, reason: str, interrupted: str | None) -> Broken | None:
        ledger = self.ledger
        self._check(Rule.STOP)
        due = ledger.next_user() if ledger.has_unliked_post() else None
        if due is not None:
            left = f"{due} can act: {self._what_is_left(due)}"
            rule = Rule.WHOLE_TURN if due == interrupted else Rule.STOP
            return Broken(rule, f"the bot stops ({reason}), but {left}")
        right = "nobody_can_act" if ledger.has_unliked_post() else "all_liked"
        if reason != right:
            return Broken(Rule.STOP, f"the reason to stop is {right}, not {reason}")
        return None

    def _play_reading(self, reading: Reading) -> Broken | None:
        for post in reading.zero | reading.gone:
            self._require_post(post)
        unprepared = self._begin_liking()
        self.ledger.record_reading(self._seq, reading)
        if unprepared:
            return unprepared
        self._check(Rule.LIKE_COUNTS)
        liked = sorted(post for post in reading.zero if self.ledger.sure_like_count[post])
        if not liked:
            return None
        return Broken(
            Rule.LIKE_COUNTS,
            f"{self.ledger.describe(liked[0])} is said to have 0 likes, but users of the run have liked it",
        )

    def _begin_liking(self) -> Broken | None:
        if self._has_begun_liking:
            return None
        self._has_begun_liking = True
        self._check(Rule.SIGNUPS)
        self._check(Rule.POSTS)
        return judge_preparation(self.ledger)

    def _interrupted_user(self) -> str | None:
        """Whose turn is not over by what is known so far: a violation unless the new reading ends it.

        A bot that was interrupted may begin a new turn, which by rule 1 goes to the same user again, unless
        other people have changed the counts meanwhile.
        """
        if self._turn is None:
            return None
        self._check(Rule.WHOLE_TURN)
        return self._turn if self.ledger.can_act(self._turn) else None

    def _what_is_left(self, user: str) -> str:
        made, maximum = self.ledger.likes_made[user], self.ledger.run.max_likes_per_user
        return f"{made} of {maximum} likes made, {self.ledger.count_permitted(user)} posts permitted"

    def _post_count(self, user: str) -> str:
        count = self.ledger.post_count(user)
        return f"{count} {'post' if count == 1 else 'posts'}"

    def _require_preparation(self) -> None:
        if self._has_begun_liking:
            raise MalformedJournal("signups and posts come before the first turn")

    def _require_user(self, user: str) -> None:
        if user not in self.ledger.index_by_user:
            raise MalformedJournal(f"unknown user {user}")

    def _require_post(self, post: str, author: str | None = None) -> None:
        known = self.ledger.post_by_id.get(post)
        if known is None:
            raise MalformedJournal(f"unknown post {post}")
        if author not in (None, known.author):
            raise MalformedJournal(f"the post {post} is by {known.author}, not by {author}")

    def _check(self, rule: Rule) -> None:
        if self.violation is None:
            self.checks[rule] += 1
