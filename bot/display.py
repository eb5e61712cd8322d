"""What one sees of a run while it goes on: in a terminal, as plain lines, or as JSON lines for a program."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import Enum
from threading import Lock
from time import monotonic
from typing import Any, Protocol, TextIO

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from bot.events import Entry, Event, Like, Post, Refused, Signup, Stop, StopReason, Turn
from bot.summary import Summary
from bot.verdict import Verdict


class Phase(Enum):
    """The parts of a run in their order: what is done, and what its actions are called."""

    SIGNUPS = "Signing up", "users"
    POSTS = "Writing", "posts"
    LIKES = "Liking", "likes"
    PROOF = "Reading all back for the proof", ""


class Display(Protocol):
    """Shows a run. Several threads may call `notice`; `show` is called by one at a time."""

    def start(self, summary: Summary) -> None:
        """The run begins, or goes on."""

    def begin(self, phase: Phase, *, total: int = 0, done: int = 0) -> None:
        """A phase begins, with so much to do (in LIKES: posts without a like), and so much of it done."""

    def show(self, entries: Sequence[Entry]) -> None:
        """This has just been journaled."""

    def notice(self, text: str) -> None:
        """Something worth knowing that is no action."""

    def judge(self, verdict: Verdict) -> None:
        """The referee has spoken."""

    def finish(self, summary: Summary, exit_code: int) -> None:
        """The run is over, or as far as it could be brought."""


@dataclass(slots=True)
class _Tally:
    """How far a phase is: `done` of `total`, by `actions` of this bot."""

    phase: Phase
    total: int
    done: int
    actions: int = 0
    began_s: float = field(default_factory=monotonic)

    def count(self, event: Event) -> None:
        match event:
            case Signup() | Post() | Refused(index=int()):
                self.done += 1
                self.actions += 1
            case Like(like_count=like_count):
                self.done += like_count == 1
                self.actions += 1
            case Turn(zero=zero) | Stop(zero=zero):
                self.done = self.total - len(zero)

    def __str__(self) -> str:
        """As in "120 likes, 61.5 a second"."""
        seconds = max(monotonic() - self.began_s, 0.001)
        return f"{self.actions} {self.phase.value[1]}, {self.actions / seconds:.1f} a second"


class TerminalDisplay:
    """Bars that move, and a table at the end."""

    def __init__(self, stream: TextIO) -> None:
        self._console = Console(file=stream, highlight=False)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[tally]}"),
            TimeElapsedColumn(),
            console=self._console,
        )
        self._task: TaskID | None = None
        self._tally = _Tally(Phase.PROOF, 0, 0)

    def start(self, summary: Summary) -> None:
        self._console.print(_opening(summary), markup=False)
        self._progress.start()

    def begin(self, phase: Phase, *, total: int = 0, done: int = 0) -> None:
        self._end_phase()
        self._tally = _Tally(phase, total, done)
        title = "Posts with a like" if phase is Phase.LIKES else " ".join(phase.value)
        self._task = self._progress.add_task(title, total=total or None, completed=done, tally="")

    def show(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self._tally.count(entry.event)
            if isinstance(entry.event, Refused):
                self._progress.print(_refusal(entry.event), markup=False)
        if self._task is not None and self._tally.phase is not Phase.PROOF:
            self._progress.update(self._task, completed=self._tally.done, tally=str(self._tally))

    def notice(self, text: str) -> None:
        self._progress.print(text, markup=False)

    def judge(self, verdict: Verdict) -> None:
        self._end_phase()
        self._progress.print(_verdict(verdict), markup=False)

    def finish(self, summary: Summary, exit_code: int) -> None:
        self._end_phase()
        self._progress.stop()
        table = Table(show_header=False)
        for name, value in _figures(summary).items():
            table.add_row(name, escape(value))
        self._console.print(table)

    def _end_phase(self) -> None:
        """A bar without a total, or of posts that nobody may like any more, does not stay unfinished."""
        if self._task is not None:
            self._progress.update(self._task, total=self._tally.done, completed=self._tally.done)
            self._progress.stop_task(self._task)


class PlainDisplay:
    """A line for each phase and each turn."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._tally: _Tally | None = None

    def start(self, summary: Summary) -> None:
        self.notice(_opening(summary))

    def begin(self, phase: Phase, *, total: int = 0, done: int = 0) -> None:
        self._end_phase()
        self._tally = _Tally(phase, total, done)
        if phase is Phase.LIKES:
            self.notice(f"Liking: {total - done} posts of {total} have no like")
        elif phase is Phase.PROOF:
            self.notice(phase.value[0])
        else:
            self.notice(f"{phase.value[0]} {total - done} {phase.value[1]}")

    def show(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            if self._tally:
                self._tally.count(entry.event)
            if isinstance(entry.event, Turn):
                self.notice(f"  {entry.event.reason}")
            elif isinstance(entry.event, Refused):
                self.notice(f"  {_refusal(entry.event)}")

    def notice(self, text: str) -> None:
        print(text, file=self._stream, flush=True)

    def judge(self, verdict: Verdict) -> None:
        self.notice(_verdict(verdict))

    def finish(self, summary: Summary, exit_code: int) -> None:
        self._end_phase()
        for name, value in _figures(summary).items():
            self.notice(f"{name}: {value}")

    def _end_phase(self) -> None:
        if self._tally and self._tally.phase is not Phase.PROOF:
            self.notice(f"  {self._tally}")
        self._tally = None


class JsonDisplay:
    """One JSON object a line: the journal's lines as they are written, notices, and a summary at the end."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = Lock()

    def start(self, summary: Summary) -> None:
        self._print({"kind": "start", **asdict(summary)})

    def begin(self, phase: Phase, *, total: int = 0, done: int = 0) -> None:
        self._print({"kind": "phase", "phase": phase.name.lower(), "total": total, "done": done})

    def show(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self._print(entry.as_object())

    def notice(self, text: str) -> None:
        self._print({"kind": "notice", "message": text})

    def judge(self, verdict: Verdict) -> None:
        self._print({"kind": "verdict", **asdict(verdict)})

    def finish(self, summary: Summary, exit_code: int) -> None:
        self._print({"kind": "summary", "exit_code": exit_code, **asdict(summary)})

    def _print(self, item: Mapping[str, Any]) -> None:
        with self._lock:
            print(json.dumps(item, default=str), file=self._stream, flush=True)


def _opening(summary: Summary) -> str:
    if summary.journal is None:
        return f"Dry run with seed {summary.seed}: nothing is sent."
    return f"Run {summary.run} on {summary.url} with seed {summary.seed}. Journal: {summary.journal}"


def _verdict(verdict: Verdict) -> str:
    if verdict.violation is None:
        return f"Proof: every rule holds ({sum(verdict.checks.values())} checks)"
    action = f"\n  {json.dumps(verdict.violation.entry)}" if verdict.violation.entry else ""
    return f"Proof: BROKEN RULE: {verdict.violation}{action}"


def _refusal(refused: Refused) -> str:
    if refused.post:
        return f"{refused.user} may not like post {refused.post}: {refused.reason}. The post leaves the run."
    if refused.index is None:
        return f"{refused.user} can act no more: {refused.reason}."
    return f"Refused to {refused.user} (number {refused.index}): {refused.reason}."


def _figures(summary: Summary) -> dict[str, str]:
    """The table at the end."""
    refused = ", ".join(f"{count} {reason}" for reason, count in summary.refused.items())
    proof = summary.proof
    is_resumable = proof is None and summary.journal
    resume = {"Go on by": f"python -m bot run --resume --journal {summary.journal}"} if is_resumable else {}
    return {
        "Users": str(summary.users),
        "Posts": str(summary.posts),
        "Likes": f"{summary.likes} in {summary.turns} turns",
        "Refused": refused or "nothing",
        "Stopped": _STOPS[summary.stop] if summary.stop else "not yet",
        "Proof": "none yet" if proof is None else f"{'holds' if proof.ok else 'FAILS'}: {proof.reason}",
        "Took": f"{summary.seconds:.1f} s",
        "Seed": str(summary.seed),
        "Journal": str(summary.journal or "none"),
        **resume,
    }


_STOPS = {
    StopReason.ALL_LIKED: "no post has 0 likes (all_liked)",
    StopReason.NOBODY_CAN_ACT: "nobody may or can like any more (nobody_can_act)",
}
