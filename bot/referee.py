"""The referee: takes any journal and the server's data, and names the first action that breaks a rule.

A second opinion: it plays the journal again on its own, sharing nothing with the code that chose the actions.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.referee_entries import Event, MalformedJournal, Refused, Run, read_entry
from bot.referee_replay import Replay
from bot.referee_server import ServerJudge
from bot.verdict import Rule, ServerData, ServerPost, Verdict, Violation

__all__ = ["Rule", "ServerData", "ServerPost", "Verdict", "Violation", "judge"]

Entries = Sequence[Mapping[str, Any]]


def judge(entries: Entries, server: ServerData) -> Verdict:
    """Judges a run by its journal (one mapping a line, in order) and by what the server holds afterwards.

    Never raises for what stands in the journal: a line that is not what the format promises is a violation
    too, and what stands before it is judged. A journal without a stop is judged as far as it goes, and is not
    ok. Of several violations the verdict has the earliest action's; those of no single action come last.
    """
    events, malformed = _read(entries)
    run = events[0] if events else None
    if not isinstance(run, Run):
        return Verdict(False, malformed, {Rule.JOURNAL: 1}, (Rule.JOURNAL,))
    replay = Replay(run, _refused_accounts(events))
    malformed = _play(replay, events) or malformed
    is_complete = replay.has_stopped and malformed is None
    server_judge = ServerJudge(replay.ledger, server, replay.checks, is_complete=is_complete)
    parts = [replay.violation, malformed, *server_judge.violations(), *_unfinished(replay, malformed)]
    found = [violation for violation in parts if violation]
    first = min(found, key=_place, default=None)
    if first and first.seq is not None:
        first = replace(first, entry=entries[first.seq])
    broken = tuple(rule for rule in Rule if any(violation.rule is rule for violation in found))
    return Verdict(first is None, first, dict(replay.checks), broken)


def _read(entries: Entries) -> tuple[list[Event], Violation | None]:
    """The events up to the first malformed line, and that line as a violation."""
    events: list[Event] = []
    for seq, entry in enumerate(entries):
        try:
            events.append(read_entry(entry, seq))
        except MalformedJournal as error:
            return events, _malformed(seq, error)
    return events, None if events else Violation(None, Rule.JOURNAL, "malformed journal: it is empty")


def _play(replay: Replay, events: Sequence[Event]) -> Violation | None:
    for seq, event in enumerate(events):
        try:
            replay.play(seq, event)
        except MalformedJournal as error:
            return _malformed(seq, error)
    return None


def _malformed(seq: int, error: MalformedJournal) -> Violation:
    return Violation(seq, Rule.JOURNAL, f"malformed journal, line {seq + 1}: {error}")


def _refused_accounts(events: Sequence[Event]) -> frozenset[str]:
    return frozenset(
        event.user
        for event in events
        if isinstance(event, Refused) and event.post is None and event.index is None
    )


def _unfinished(replay: Replay, malformed: Violation | None) -> Iterator[Violation]:
    replay.checks[Rule.FINISHED] += 1
    if not replay.has_stopped and malformed is None:
        yield Violation(None, Rule.FINISHED, "the run is not finished: there is no stop")


def _place(violation: Violation) -> float:
    return math.inf if violation.seq is None else violation.seq
