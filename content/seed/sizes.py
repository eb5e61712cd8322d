"""How large a made-up network is, and when it happened."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from accounts.keys import EPOCH, MILLISECOND

# Fixed, so that the same seed makes the same rows whenever it is sown.
END = datetime(2026, 11, 1, tzinfo=UTC)
START = END - timedelta(days=730)
# What people were told of: longer ago than this, they have long read it.
NOTIFIED = timedelta(days=14)


def milliseconds(moment: datetime) -> int:
    """The time in a key: milliseconds since `EPOCH`."""
    return (moment - EPOCH) // MILLISECOND


DAY_MS = 24 * 3600 * 1000
START_MS, END_MS = milliseconds(START), milliseconds(END)
NOTIFIED_SINCE_MS = milliseconds(END - NOTIFIED)

# Accounts that are in every network, and oldest. The first follows many people.
KNOWN = (("demo", "Demo"), ("mia", "Mia"), ("noah", "Noah"), ("lea", "Lea"), ("omar", "Omar"))


class TooLarge(ValueError):
    """More of something was asked for than so many people can do."""


@dataclass(frozen=True)
class Sizes:
    """How many rows a network has of what people do.

    Raises: TooLarge.
    """

    users: int
    posts: int
    likes: int
    follows: int

    def __post_init__(self) -> None:
        if self.users < len(KNOWN):
            raise TooLarge(f"A network has at least {len(KNOWN)} users.")
        if self.posts < 0 or self.likes < 0 or self.follows < 0:
            raise TooLarge("There cannot be fewer than none.")
        # Some posts are for followers only and some people block each other: so not quite everybody.
        if self.follows > self.users * (self.users - 1) // 2:
            raise TooLarge(
                f"{self.users:,} users make at most {self.users * (self.users - 1) // 2:,} follows."
            )
        if self.likes > self.posts * (self.users - 1) // 2:
            raise TooLarge(
                f"{self.users:,} users and {self.posts:,} posts make at most "
                f"{self.posts * (self.users - 1) // 2:,} likes."
            )

    @property
    def bookmarks(self) -> int:
        """How many posts are kept."""
        return self.likes // 25

    @property
    def blocks(self) -> int:
        """How many people are blocked."""
        return self.users // 20

    @property
    def mutes(self) -> int:
        """How many people are muted."""
        return self.users // 15
