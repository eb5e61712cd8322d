"""The server's data judged against the journal: everything acknowledged is there, and nothing else.

What other people may do to a run without anybody breaking a rule:

- like its posts and take those likes back: likers who are no users of the run are counted, otherwise ignored;
- delete its posts, as moderators do: the journal must have noticed (`gone`, or a refused like). A post that
  is missing unnoticed is lost, even if by a deletion after the stop: nothing tells the two apart;
- lock or delete an account of the run: the journal must have noticed (a refused account). When it is no more
  on the server its likes may be missing as well.

Nobody else can like, take a like back or post in the name of a user of the run. So a like in the journal that
the server lacks was never made or was lost, and one on the server that the journal lacks was made behind its
back: an answer that got lost is asked for again until it is there, so when the run has finished none is open.
While it has not finished, likes and posts unknown to the journal are tolerated for that reason.
"""

from collections import Counter
from collections.abc import Iterator

from bot.referee_ledger import Choice, Ledger
from bot.verdict import Rule, ServerData, ServerPost, Violation


class ServerJudge:
    """`is_complete` says that the journal tells the whole run, from its beginning to its stop."""

    def __init__(
        self, ledger: Ledger, server: ServerData, checks: Counter[Rule], *, is_complete: bool
    ) -> None:
        self._ledger = ledger
        self._server = server
        self._checks = checks
        self._is_complete = is_complete
        self._posts = [
            post
            for post in server.posts.values()
            if post.id in ledger.post_by_id or post.author in ledger.index_by_user
        ]

    def violations(self) -> Iterator[Violation]:
        """Every broken rule; `Violation.entry` is left to be filled in by `seq`."""
        for post in self._posts:
            yield from self._judge_likers(post)
        yield from self._judge_maximum()
        yield from self._judge_users()
        yield from self._judge_posts()
        yield from self._judge_likes()
        if self._is_complete:
            yield from self._judge_unknown()

    def _judge_likers(self, post: ServerPost) -> Iterator[Violation]:
        self._checks.update((Rule.SELF_LIKES, Rule.DOUBLE_LIKES, Rule.LIKE_COUNTS))
        name = self._describe(post)
        if post.author in post.likers:
            yield Violation(None, Rule.SELF_LIKES, f"{name} is liked by its author")
        twice = [liker for liker, count in Counter(post.likers).items() if count > 1]
        if twice:
            yield Violation(None, Rule.DOUBLE_LIKES, f"{twice[0]} likes {name} more than once")
        if post.like_count != len(post.likers):
            message = f"{name} says {post.like_count} likes, but {len(post.likers)} people like it"
            yield Violation(None, Rule.LIKE_COUNTS, message)

    def _judge_maximum(self) -> Iterator[Violation]:
        made = Counter(liker for post in self._posts for liker in post.likers)
        maximum = self._ledger.run.max_likes_per_user
        for user in self._ledger.index_by_user:
            self._checks[Rule.MAXIMUM] += 1
            if made[user] > maximum:
                message = f"{user} has made {made[user]} likes on the server, but {maximum} is the maximum"
                yield Violation(None, Rule.MAXIMUM, message)

    def _judge_users(self) -> Iterator[Violation]:
        for user, seq in self._ledger.seq_by_user.items():
            self._checks[Rule.ACKNOWLEDGED] += 1
            if user not in self._server.users and user not in self._ledger.refused_accounts:
                yield Violation(seq, Rule.ACKNOWLEDGED, f"{user} signed up, but is not on the server")

    def _judge_posts(self) -> Iterator[Violation]:
        ledger = self._ledger
        for post in ledger.post_by_id.values():
            self._checks[Rule.ACKNOWLEDGED] += 1
            found = self._server.posts.get(post.id)
            if found is None and not ledger.is_dropped(post.id):
                message = f"{ledger.describe(post.id)} is not on the server"
                yield Violation(ledger.seq_by_post[post.id], Rule.ACKNOWLEDGED, message)
            elif found and found.author != post.author:
                message = f"{ledger.describe(post.id)} is by {found.author} on the server"
                yield Violation(ledger.seq_by_post[post.id], Rule.ACKNOWLEDGED, message)
            elif found and post.id in ledger.gone and post.id not in ledger.refused_likes:
                message = f"{ledger.describe(post.id)} is said to be gone, but is on the server"
                yield Violation(ledger.gone[post.id], Rule.NOTHING_ELSE, message)

    def _judge_likes(self) -> Iterator[Violation]:
        likers = {post.id: frozenset(post.likers) for post in self._posts}
        for choice, seq in self._ledger.seq_by_like.items():
            self._checks[Rule.ACKNOWLEDGED] += 1
            if choice.user in likers.get(choice.post, (choice.user,)):
                continue
            if choice.user in self._server.users or choice.user not in self._ledger.refused_accounts:
                message = f"{choice.user} liked {self._ledger.describe(choice.post)}, but not on the server"
                yield Violation(seq, Rule.ACKNOWLEDGED, message)

    def _judge_unknown(self) -> Iterator[Violation]:
        users = self._ledger.index_by_user
        for post in self._posts:
            self._checks[Rule.NOTHING_ELSE] += 1
            name = self._describe(post)
            if post.id not in self._ledger.post_by_id:
                yield Violation(None, Rule.NOTHING_ELSE, f"{name} is on the server, but not in the journal")
            for liker in post.likers:
                if liker in users and Choice(liker, post.id) not in self._ledger.seq_by_like:
                    message = f"{liker} likes {name} on the server, but not in the journal"
                    yield Violation(None, Rule.NOTHING_ELSE, message)

    def _describe(self, post: ServerPost) -> str:
        if post.id in self._ledger.post_by_id:
            return self._ledger.describe(post.id)
        return f"{post.author}'s post {post.id}"
