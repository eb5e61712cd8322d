"""The journal holds what was acknowledged, whatever happens to the bot or to the disk."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.config import Config
from bot.events import Event, Like, Post, Proof, Refused, Run, Signup, Stop, StopReason, Turn
from bot.journal import Journal, JournalError, read_journal, read_run

CONFIG = Config(
    number_of_users=2,
    max_posts_per_user=3,
    max_likes_per_user=4,
    url="http://127.0.0.1:1/graphql/",
    seed=5,
    concurrency=8,
    email_domain="example.com",
)
RUN = Run(run="r1", seed=5, config=CONFIG, url=CONFIG.url)
EVENTS: list[Event] = [
    Signup(user="ann", index=0),
    Refused(user="bob", reason="TAKEN", index=1),
    Post(user="ann", author="ann", index=0, post="p", like_count=0),
    Turn(user="ann", reason="most posts", posts=1, permitted=1, zero=("p",), gone=("q",)),
    Like(user="ann", post="p", author="bob", like_count=1),
    Refused(user="ann", reason="NOT_FOUND", post="p"),
    Refused(user="ann", reason="INVALID_CREDENTIALS"),
    Stop(reason=StopReason.ALL_LIKED, zero=(), gone=()),
    Proof(ok=True, reason="all is well"),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal with all kinds of events, closed."""
    path = tmp_path / "folder" / "journal.jsonl"
    with Journal.create(path, RUN) as journal:
        journal.append(*EVENTS)
    return path


def test_a_line_is_an_object_with_kind_number_and_time(path: Path) -> None:
    like = json.loads(path.read_text().splitlines()[5])

    assert like.pop("at").endswith("Z")
    assert like == {"kind": "like", "seq": 5, "user": "ann", "post": "p", "author": "bob", "like_count": 1}


def test_the_first_line_is_the_run_with_its_configuration(path: Path) -> None:
    run = json.loads(path.read_text().splitlines()[0])

    assert (run["kind"], run["seq"], run["run"], run["seed"], run["url"]) == ("run", 0, "r1", 5, CONFIG.url)
    assert run["config"]["number_of_users"] == 2


def test_what_does_not_apply_to_an_event_is_left_out(path: Path) -> None:
    account = json.loads(path.read_text().splitlines()[7])

    assert set(account) == {"kind", "seq", "at", "user", "reason"}


def test_only_its_owner_may_read_a_journal(path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600  # it says how the passwords are made


def test_a_resumed_journal_holds_the_same_events(path: Path) -> None:
    with Journal.resume(path) as journal:
        assert [entry.event for entry in journal.entries] == [RUN, *EVENTS]
        assert journal.run == RUN


def test_a_resumed_journal_goes_on_numbering(path: Path) -> None:
    with Journal.resume(path) as journal:
        journal.append(Signup(user="cid", index=2))

    assert [entry["seq"] for entry in read_journal(path)] == list(range(len(EVENTS) + 2))


@pytest.mark.parametrize("torn", ["{", '{"kind": "like", "seq": 10, "at', '{"kind": "li\xe9'])
def test_a_torn_last_line_is_cut_away(torn: str, path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole + torn.encode("latin-1"))

    assert len(read_journal(path)) == len(EVENTS) + 1
    with Journal.resume(path) as journal:
        assert len(journal.entries) == len(EVENTS) + 1
    assert path.read_bytes() == whole


def test_a_last_line_that_lacks_only_its_end_is_kept(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole.removesuffix(b"\n"))

    with Journal.resume(path) as journal:
        assert len(journal.entries) == len(EVENTS) + 1
    assert path.read_bytes() == whole


BROKEN = {
    "no JSON": (2, "{\n", "line 2: not a line"),
    "no object": (2, "[]\n", "line 2: not a line"),
    "an unknown kind": (2, '{"kind": "x", "seq": 1, "at": "2026-01-01T00:00:00Z"}\n', "unknown kind 'x'"),
    "a missing field": (
        2,
        '{"kind": "signup", "seq": 1, "at": "2026-01-01T00:00:00Z"}\n',
        "`user` is missing",
    ),
    "a wrong type": (
        2,
        '{"kind": "signup", "seq": 1, "at": "2026-01-01T00:00:00Z", "user": "a", "index": true}\n',
        "`index` is of the wrong type",
    ),
    "a time without a zone": (
        2,
        '{"kind": "signup", "seq": 1, "at": "2026-01-01T00:00:00"}\n',
        "no time zone",
    ),
    "no run at first": (
        1,
        '{"kind": "signup", "seq": 0, "at": "2026-01-01T00:00:00Z", "user": "a", "index": 0}\n',
        "it does not begin with a run",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_no_bot_wrote_is_not_resumed(case: str, path: Path) -> None:
    number, line, message = BROKEN[case]
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines[: number - 1], line, *lines[number:]]))

    with pytest.raises(JournalError, match=message):
        Journal.resume(path)


def test_an_empty_file_cannot_be_resumed(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()

    with pytest.raises(JournalError, match="does not begin with a run"):
        Journal.resume(tmp_path / "empty")


def test_the_run_can_be_read_alone(path: Path) -> None:
    assert read_run(path, read_journal(path)) == RUN


def test_a_journal_is_never_written_over(path: Path) -> None:
    before = path.read_bytes()

    with pytest.raises(JournalError, match="there is a journal already"):
        Journal.create(path, RUN)

    assert path.read_bytes() == before


def test_two_bots_cannot_go_on_with_one_journal(path: Path) -> None:
    with Journal.resume(path), pytest.raises(JournalError, match="another bot is writing this journal"):
        Journal.resume(path)


def test_threads_append_without_mixing_their_lines(path: Path) -> None:
    with Journal.resume(path) as journal, ThreadPoolExecutor(8) as executor:
        list(executor.map(lambda index: journal.append(Signup(user=f"u{index}", index=index)), range(200)))

    assert [entry["seq"] for entry in read_journal(path)] == list(range(len(EVENTS) + 201))


def test_a_full_disk_is_told() -> None:
    with pytest.raises(
        JournalError, match="/dev/full: the journal cannot be written: No space left on device"
    ):
        Journal.create(Path("/dev/full"), RUN)


def test_a_folder_that_cannot_be_made_is_told(path: Path) -> None:
    with pytest.raises(JournalError, match="cannot be written: Not a directory"):
        Journal.create(path / "below" / "journal.jsonl", RUN)


def test_a_disk_that_fills_up_leaves_no_half_line(path: Path) -> None:
    room = path.stat().st_size + 200
    program = (
        "import resource, sys; from pathlib import Path; from bot.events import Signup\n"
        "from bot.journal import Journal, JournalError\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))\n"
        "with Journal.resume(Path(sys.argv[1])) as journal:\n"
        "    try:\n"
        "        while True: journal.append(Signup(user='somebody', index=1))\n"
        "    except JournalError as error: print(error)\n"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program, path], cwd=Path(__file__).parents[2], capture_output=True, text=True
    )

    assert finished.stdout == f"{path}: the journal cannot be written: File too large.\n"
    assert path.read_bytes().endswith(b"\n")
    assert len(read_journal(path)) > len(EVENTS) + 1
