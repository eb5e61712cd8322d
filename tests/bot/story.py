"""A run written by hand, step by step: the test says who acts, what the server answers comes by itself."""

from typing import Any

from bot.referee import Verdict, judge
from bot.verdict import ServerData
from tests.bot.simulated import Entry, JournalWriter, Server


class Story:
    """Users with posts, signed up and written: `Story(ann=2)` has ann with the posts `ann0` and `ann1`.

    A user with 0 posts had the only one refused, unless the whole story has none.
    """

    def __init__(self, *, max_likes: int = 9, **posts: int) -> None:
        self.server = Server()
        self.journal = JournalWriter(
            users=len(posts), max_posts=max(posts.values(), default=0), max_likes=max_likes
        )
        for index, user in enumerate(posts):
            self.server.users.append(user)
            self.journal.write("signup", user=user, index=index)
        for user, count in posts.items():
            for index in range(count):
                self._write_post(user, index)
            if not count and any(posts.values()):
                self.refuse(user, index=0)

    @property
    def entries(self) -> list[Entry]:
        return self.journal.entries

    def turn(self, user: str, **said: Any) -> int:
        """`said` replaces what the server says, or adds what the bot does. Returns the entry's number."""
        return self._write("turn", user=user, **(self._reading() | said))

    def like(self, user: str, post: str, **said: Any) -> int:
        """Likes on the server, and writes the like down."""
        count = self.server.like(post, user)
        author = self.server.author_by_post[post]
        return self._write(
            "like", **({"user": user, "post": post, "author": author, "like_count": count} | said)
        )

    def turn_of(self, user: str, *likes: str) -> int:
        """A turn with all its likes. Returns the turn's number."""
        seq = self.turn(user)
        for post in likes:
            self.like(user, post)
        return seq

    def refuse(self, user: str, **values: Any) -> int:
        """A refusal: of a like with `post`, of a signup or post with `index`, of an account with neither."""
        return self._write("refused", user=user, reason="NOT_FOUND", **values)

    def stop(self, reason: str, **said: Any) -> int:
        """Stops by what the server says, or by `said` instead."""
        return self._write("stop", reason=reason, **(self._reading() | said))

    def write(self, kind: str, **values: Any) -> int:
        """Any entry at all."""
        return self._write(kind, **values)

    def verdict(self, server: ServerData | None = None) -> Verdict:
        """The referee's, by what the server has now, or by `server` instead."""
        return judge(self.entries, server or self.server.data())

    def _write_post(self, user: str, index: int) -> None:
        post = f"{user}{index}"
        self.server.create_post(post, user)
        self._write("post", user=user, author=user, index=index, post=post, like_count=0)

    def _reading(self) -> dict[str, list[str]]:
        likers_by_post = self.server.likers_by_post
        return {
            "zero": [post for post, likers in likers_by_post.items() if not likers],
            "gone": sorted(self.server.author_by_post.keys() - likers_by_post.keys()),
        }

    def _write(self, kind: str, **values: Any) -> int:
        self.journal.write(kind, **values)
        return len(self.entries) - 1
