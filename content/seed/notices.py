"""What people of a made-up network are told."""

from array import array
from collections.abc import Iterator

from content.models import NotificationKind
from content.seed.chance import Chance
from content.seed.people import People
from content.seed.sizes import DAY_MS, END_MS, NOTIFIED_SINCE_MS
from content.seed.tables import NOTIFICATIONS, Sown
from content.seed.ties import Ties


class Notices:
    """Notifications of the last weeks; each person has read those before their last look."""

    def __init__(self, chance: Chance, people: People, ties: Ties) -> None:
        self._chance, self._people, self._ties = chance, people, ties
        looks = (END_MS - int(chance.expovariate(1 / 3) * DAY_MS) for _ in range(people.number))
        self._looked_ms = array("q", looks)

    def of(
        self, kind: NotificationKind, *, recipient: int, actor: int, post: int | None, at_ms: int
    ) -> Iterator[Sown]:
        """The notification of what somebody did, if the recipient is told.

        Args:
            recipient, actor: by number.
            post: its key.
            at_ms: when it was done.
        """
        if at_ms < NOTIFIED_SINCE_MS or recipient == actor or self._ties.are_apart(recipient, actor):
            return
        keys = self._people.keys
        is_read = at_ms < self._looked_ms[recipient]
        yield (
            NOTIFICATIONS,
            (self._chance.key(at_ms), keys[recipient], kind.value, keys[actor], post, is_read),
        )
