"""The people of a made-up network."""

from array import array

from accounts.models import EmailVerification, User
from accounts.text import RESERVED_USERNAMES, email_key
from content.seed.chance import Chance
from content.seed.sizes import DAY_MS, END_MS, KNOWN, START_MS, Sizes
from content.seed.words import FIRST_NAMES, LAST_NAMES, PLACES, TOPICS, WORK

QUIET = 0.35  # the share of people who only read
MOST_TALK, MOST_FAME, MOST_TASTE = 150.0, 20_000.0, 500.0


class People:
    """Who they are, and how much of everything each does; the first are those everybody knows by name.

    They are numbered as they joined. Everything about them lies in arrays by these numbers, so that a hundred
    thousand people take a few megabytes.
    """

    def __init__(self, chance: Chance, sizes: Sizes) -> None:
        self.number = sizes.users
        self._chance = chance
        others = (_joined_ms(chance) for _ in range(sizes.users - len(KNOWN)))
        self.joined_ms = array("q", sorted([*[START_MS] * len(KNOWN), *others]))
        self.keys = array("q", [chance.key(moment) for moment in self.joined_ms])
        self.names = self._names()
        self.usernames = [username for username, _ in self.names]
        self.topics = array("i", [chance.randrange(len(TOPICS)) for _ in range(sizes.users)])
        self.talk = self._weights(1.15, MOST_TALK, QUIET)
        self.fame = array(
            "d", [chance.heavy_tail(1.05, MOST_FAME) * (1.0 if talk else 0.2) for talk in self.talk]
        )
        self.taste = self._weights(1.3, MOST_TASTE, 0.2)
        # Known people have something to show.
        for person in range(len(KNOWN)):
            self.talk[person], self.fame[person], self.taste[person] = 10.0, 300.0, 100.0

    def account(self, person: int) -> User:
        """Somebody's account, with no password and nothing counted."""
        chance = self._chance
        username, display_name = self.names[person]
        email = f"{username}@people.example"
        known = person < len(KNOWN)
        return User(
            id=self.keys[person],
            username=username,
            email=email,
            email_key=email_key(email),
            email_verification=self._verification(known),
            display_name=display_name if known or chance.random() < 0.8 else "",
            bio=self._bio(person) if known or chance.random() < 0.6 else None,
            location=chance.pick(PLACES) if chance.random() < 0.5 else None,
            website=f"https://{username.lower().replace('_', '-')}.example"
            if chance.random() < 0.1
            else None,
        )

    def _verification(self, known: bool) -> EmailVerification:
        if known:
            return EmailVerification.CONFIRMED
        states = [EmailVerification.CONFIRMED, EmailVerification.VALID, EmailVerification.UNCONFIRMED]
        return self._chance.choices(states, [5, 4, 1])[0]

    def _bio(self, person: int) -> str:
        chance = self._chance
        topic = TOPICS[self.topics[person]]
        other = chance.pick(TOPICS).name
        forms = (
            f"{chance.pick(WORK).capitalize()}. Mostly {topic.name}, some {other}.",
            f"{topic.name.capitalize()} and {other}.",
            f"Here for the {topic.name}. #{topic.hashtags[0]}",
            f"{chance.pick(WORK).capitalize()} from {chance.pick(PLACES)}. I talk about {topic.name}.",
            f"Likes {topic.name}, dislikes mornings. Opinions are my cat's.",
        )
        return chance.pick(forms)

    def _names(self) -> list[tuple[str, str]]:
        chance = self._chance
        names, taken = list(KNOWN), {username for username, _ in KNOWN} | RESERVED_USERNAMES
        while len(names) < self.number:
            first, last = chance.pick(FIRST_NAMES), chance.pick(LAST_NAMES)
            forms = (
                f"{first}_{last}".lower(),
                f"{first}{last}",
                f"{first}{last[0]}".lower(),
                f"{last}_{first[0]}",
            )
            username = chance.pick(forms)
            while username.lower() in taken:
                username = f"{username.rstrip('0123456789')}{chance.randrange(10 * self.number)}"
            taken.add(username.lower())
            names.append((username, f"{first} {last}"))
        return names

    def _weights(self, shape: float, most: float, none: float) -> "array[float]":
        chance = self._chance
        return array(
            "d",
            (0.0 if chance.random() < none else chance.heavy_tail(shape, most) for _ in range(self.number)),
        )


def _joined_ms(chance: Chance) -> int:
    """A tenth of the people join on the first day; of the others there are more every month."""
    share = (chance.random() ** 0.6 - 0.25) / 0.75
    if share < 0:  # not all at once: in one millisecond there are not keys enough for very many
        return START_MS + int(chance.random() * DAY_MS)
    return START_MS + int(share * (END_MS - START_MS))
