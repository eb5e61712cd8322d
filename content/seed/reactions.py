"""What the people of a made-up network like, keep and follow, and what others are told of it."""

from collections.abc import Iterator

from content.models import NotificationKind
from content.seed.chance import Chance, Lots, spread
from content.seed.notices import Notices
from content.seed.people import People
from content.seed.posts import Posts
from content.seed.sizes import NOTIFIED_SINCE_MS, Sizes
from content.seed.tables import BOOKMARKS, FOLLOWS, LIKES, Sown
from content.seed.ties import Ties

LIKE_AFTER_MS = 3 * 3600 * 1000  # the median
KEPT_AT_MOST = 1_000  # posts a person keeps


class Reactions:
    """Makes up who reacts to whom and what."""

    def __init__(self, chance: Chance, people: People, ties: Ties, posts: Posts, notices: Notices) -> None:
        self._chance, self._people, self._ties = chance, people, ties
        self._posts, self._notices = posts, notices
        self._likers = Lots(chance, [taste + 0.2 for taste in people.taste])

    def follows(self) -> Iterator[Sown]:
        """The follows, and who is told."""
        keys, chance = self._people.keys, self._chance
        for follower, followed, at_ms in self._ties.follows():
            yield FOLLOWS, (chance.key(at_ms), keys[follower], keys[followed])
            yield from self._notices.of(
                NotificationKind.FOLLOW, recipient=followed, actor=follower, post=None, at_ms=at_ms
            )

    def likes(self) -> Iterator[Sown]:
        """The likes, and who is told."""
        posts, people, chance = self._posts, self._people, self._chance
        for post, number in enumerate(posts.like_count):
            author, key, written_ms = posts.author[post], posts.keys[post], posts.written_ms[post]
            for liker in self._likers_of(post, number) if number else ():
                at_ms = chance.later(max(written_ms, people.joined_ms[liker]), LIKE_AFTER_MS)
                yield LIKES, (chance.key(at_ms), key, people.keys[liker])
                if at_ms >= NOTIFIED_SINCE_MS:
                    yield from self._notices.of(
                        NotificationKind.LIKE, recipient=author, actor=liker, post=key, at_ms=at_ms
                    )

    def bookmarks(self, sizes: Sizes) -> Iterator[Sown]:
        """What people keep: public posts only."""
        posts, people, chance = self._posts, self._people, self._chance
        most = min(KEPT_AT_MOST, posts.is_public.count(1) // 2)
        kept = spread(min(sizes.bookmarks, most * people.number), people.taste, lambda _: most)
        for person, number in enumerate(kept):
            chosen = chance.distinct(
                number,
                lambda: chance.randrange(posts.number),
                lambda post: not posts.is_public[post],
                posts.number,
            )
            for post in chosen:
                since_ms = max(posts.written_ms[post], people.joined_ms[person])
                at_ms = chance.later(since_ms, LIKE_AFTER_MS)
                yield BOOKMARKS, (chance.key(at_ms), posts.keys[post], people.keys[person])

    def _likers_of(self, post: int, number: int) -> list[int]:
        chance, author = self._chance, self._posts.author[post]
        followers = self._ties.followers(author)
        if not self._posts.is_public[post]:
            return chance.sample(followers, number)
        from_followers = 0.5 if len(followers) > 2 * number else 0.0
        everybody = self._people.number

        def draw() -> int:
            if chance.random() < from_followers:
                return followers[int(chance.random() * len(followers))]
            return self._likers.draw()

        return chance.distinct(number, draw, author.__eq__, everybody)
