"""A made-up network, step by step."""

from collections.abc import Iterator

from accounts.models import PersonNames, User
from content.models import Hashtag
from content.seed.chance import Chance
from content.seed.notices import Notices
from content.seed.people import People
from content.seed.posts import Posts
from content.seed.reactions import Reactions
from content.seed.sizes import Sizes
from content.seed.tables import NAMES, USERS, Sown
from content.seed.texts import Texts
from content.seed.ties import Ties

NAMES_AT_ONCE = 500


class Taken(Exception):
    """Somebody real has a name that a made-up person or hashtag would have."""


class Network:
    """Everything that is made up, before it is written. Of the same sizes and seed it is the same.

    Args:
        sizes: how much there is of everything.
        seed: which of all such networks.
        password: everybody's, hashed.
    """

    def __init__(self, sizes: Sizes, *, seed: int, password: str) -> None:
        chance = Chance(seed)
        self._sizes, self._password = sizes, password
        self.people = People(chance, sizes)
        self._ties = Ties(chance, self.people, sizes)
        self._posts = Posts(chance, self.people, self._ties, sizes)
        notices = Notices(chance, self.people, self._ties)
        self._texts = Texts(chance, self.people, self._ties, self._posts, notices)
        self._reactions = Reactions(chance, self.people, self._ties, self._posts, notices)

    def check_free(self) -> None:
        """See that nobody has these names yet.

        Raises: Taken.
        """
        taken = []
        names = [name.lower() for name in self.people.usernames]
        for first in range(0, len(names), NAMES_AT_ONCE):
            people = User.objects.filter(username_lower__in=names[first : first + NAMES_AT_ONCE])
            taken += [f"@{user.username}" for user in people]
        taken += [f"#{tag.name}" for tag in Hashtag.objects.filter(name__in=self._texts.hashtags)]
        if taken:
            more = f" and {len(taken) - 5:,} more" if len(taken) > 5 else ""
            raise Taken(f"Taken already: {', '.join(sorted(taken)[:5])}{more}.")

    def steps(self) -> Iterator[tuple[str, Iterator[Sown]]]:
        """What to write, in this order, and what it is."""
        yield "people", self._accounts()
        yield "ties", self._reactions.follows()
        yield "what keeps people apart", self._ties.rows_apart()
        yield "posts", self._texts.rows()
        yield "likes", self._reactions.likes()
        yield "bookmarks", self._reactions.bookmarks(self._sizes)

    def _accounts(self) -> Iterator[Sown]:
        for person in range(self.people.number):
            user = self.people.account(person)
            user.password = self._password
            user.post_count = self._posts.public_by[person]
            user.follower_count = self._ties.follower_count(person)
            user.following_count = self._ties.following_count(person)
            yield USERS, tuple(getattr(user, column) for column in USERS.columns)
            names = PersonNames.of(user)
            yield NAMES, (user.pk, names.words, names.letters)
