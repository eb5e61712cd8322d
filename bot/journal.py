"""The journal of a run: every action as one JSON object a line, so that a run can be resumed and judged.

The first line is a `run`; then `signup`, `post`, `turn`, `like`, `refused`, `stop` and `proof` in the order
in which things happened, numbered by `seq` without a gap. A line is an `Entry`: its number, time and event.
"""

import errno
import fcntl
import json
import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bot.events import Entry, Event, Run, read_entry


class JournalError(Exception):
    """The journal cannot be read, written or resumed. The text names the file and is ready to show."""


def read_journal(path: Path) -> list[Mapping[str, Any]]:
    """The JSON object on each line of the journal at `path`. A last line that a crash tore is left out.

    They are not checked: what they must say is for the referee to judge, who does not use the bot's classes.
    Raises `JournalError` when there is no such file, or a line is no JSON object.
    """
    return _read_objects(path, _read_bytes(path))[0]


def read_run(path: Path, objects: Sequence[Mapping[str, Any]]) -> Run:
    """The run that a journal's objects begin with. Raises `JournalError` when they do not."""
    return _first_run(path, _entries(path, objects[:1]))


class Journal:
    """An open journal. Several threads may `append`: entries get their number and time under a lock."""

    def __init__(self, path: Path, descriptor: int, run: Run, entries: list[Entry]) -> None:
        self.path = path
        self.run = run
        self.entries = entries
        self._descriptor = descriptor
        self._lock = threading.Lock()

    @classmethod
    def create(cls, path: Path, run: Run) -> Self:
        """A new journal whose first entry is `run`. Raises `JournalError`, also when the file has content."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise _failure(path, "cannot be written", error) from error
        journal = cls(path, descriptor, run, [])
        try:
            _lock_file(path, descriptor)
            if os.fstat(descriptor).st_size:
                raise JournalError(
                    f"{path}: there is a journal already. Go on with it by --resume, or name another file."
                )
            journal.append(run)
            journal.sync()
        except JournalError:
            journal.close()
            raise
        return journal

    @classmethod
    def resume(cls, path: Path) -> Self:
        """The journal of an earlier run, to be gone on with; what a crash tore off its end is cut away.

        Raises `JournalError` when there is nothing that could be read or gone on with.
        """
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
        except OSError as error:
            raise _failure(path, "cannot be resumed", error) from error
        try:
            _lock_file(path, descriptor)
            content = _read_bytes(path)
            objects, whole = _read_objects(path, content)
            entries = _entries(path, objects)
            run = _first_run(path, entries)
            if whole < len(content):
                os.ftruncate(descriptor, whole)
            journal = cls(path, descriptor, run, entries)
            if not content[:whole].endswith(b"\n"):
                journal._write(b"\n")
        except OSError as error:
            os.close(descriptor)
            raise _failure(path, "cannot be resumed", error) from error
        except JournalError:
            os.close(descriptor)
            raise
        return journal

    def append(self, *events: Event) -> list[Entry]:
        """Hands the events to the operating system, as one write; `sync` makes them outlive a power cut.

        Raises `JournalError` when they cannot be written, and then leaves no part of them in the file.
        """
        with self._lock:
            at = datetime.now(UTC)
            first = len(self.entries)
            entries = [Entry(first + place, at, event) for place, event in enumerate(events)]
            self._write("".join(map(_line, entries)).encode())
            self.entries.extend(entries)
            return entries

    def sync(self) -> None:
        """Returns when all that was appended is on disk. Raises `JournalError`."""
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            if error.errno != errno.EINVAL:  # a pipe or a device has nothing to sync
                raise _failure(self.path, "cannot be written", error) from error

    def close(self) -> None:
        """Releases the file, and with it the lock that keeps a second bot out."""
        os.close(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _write(self, data: bytes) -> None:
        size = os.fstat(self._descriptor).st_size
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError as error:
            if len(rest) < len(data):
                os.ftruncate(self._descriptor, size)  # a full disk may have taken the first part
            raise _failure(self.path, "cannot be written", error) from error


def _line(entry: Entry) -> str:
    return json.dumps(entry.as_object(), default=asdict) + "\n"  # `asdict` is for the configuration


def _lock_file(path: Path, descriptor: int) -> None:
    """Two bots going on with one journal would ruin it. The lock goes with the process, however that ends."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise JournalError(f"{path}: another bot is writing this journal.") from error


def _failure(path: Path, what: str, error: OSError) -> JournalError:
    return JournalError(f"{path}: the journal {what}: {error.strerror or error}.")


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _failure(path, "cannot be read", error) from error


def _read_objects(path: Path, content: bytes) -> tuple[list[Mapping[str, Any]], int]:
    """The objects, and how many bytes of `content` they take: less than all when the last line is torn."""
    objects: list[Mapping[str, Any]] = []
    whole = 0
    lines = content.splitlines(keepends=True)
    for number, line in enumerate(lines, start=1):
        try:
            item = json.loads(line)
            if not isinstance(item, dict):
                raise ValueError("not a JSON object")
        except (ValueError, RecursionError) as error:
            if number == len(lines) and not line.endswith(b"\n"):
                break
            raise JournalError(f"{path}, line {number}: not a line of a bot's journal: {error}.") from error
        objects.append(item)
        whole += len(line)
    return objects, whole


def _first_run(path: Path, entries: Sequence[Entry]) -> Run:
    if not entries or not isinstance(entries[0].event, Run):
        raise JournalError(f"{path}: not a bot's journal: it does not begin with a run.")
    return entries[0].event


def _entries(path: Path, objects: Sequence[Mapping[str, Any]]) -> list[Entry]:
    entries = []
    for number, item in enumerate(objects, start=1):
        try:
            entries.append(read_entry(item))
        except ValueError as error:
            raise JournalError(f"{path}, line {number}: not an entry of a bot's journal: {error}.") from error
    return entries
