"""What a run came to, in a few figures."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.events import Like, Proof, Refused, Stop, StopReason, Turn
from bot.journal import Journal
from bot.standing import standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A run so far. `stop` and `proof` are None until there is one; a rehearsal keeps no `journal`.

    `refused` counts by the server's reason.
    """

    run: str
    seed: int
    url: str
    journal: Path | None
    users: int
    posts: int
    turns: int
    likes: int
    refused: Mapping[str, int]
    stop: StopReason | None
    proof: Proof | None
    seconds: float


def summarise(journal: Journal, *, is_rehearsal: bool) -> Summary:
    """The summary of all that the journal says."""
    known = standing(journal.entries)
    events = [entry.event for entry in journal.entries]
    return Summary(
        run=journal.run.run,
        seed=journal.run.seed,
        url=journal.run.url,
        journal=None if is_rehearsal else journal.path,
        users=len(known.usernames),
        posts=len(known.post_ids),
        turns=sum(isinstance(event, Turn) for event in events),
        likes=sum(isinstance(event, Like) for event in events),
        refused=Counter(event.reason for event in events if isinstance(event, Refused)),
        stop=next((event.reason for event in events if isinstance(event, Stop)), None),
        proof=next((event for event in events if isinstance(event, Proof)), None),
        seconds=(journal.entries[-1].at - journal.entries[0].at).total_seconds(),
    )
