"""The processes of one machine together: what they leave there, and what they take."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from social.stack import Stack, share_cores
from tests.journeys.conftest import QUICK
from tests.journeys.live import Live, eventually


@pytest.fixture
def careless() -> Iterator[None]:
    """What most people have: what is written, everybody may read."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("careless")
def test_what_it_writes_is_for_its_owner_alone(tmp_path: Path) -> None:
    places = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'social.sqlite3'}",
        "EMAIL_URL": f"filemail://{tmp_path / 'mail'}",
    }
    with Stack(environment={**QUICK, **places}) as stack:
        token = Live(stack).sign_up("ann", "ann@example.com")["token"]
        Live(stack).ask("mutation { requestEmailConfirmation(input: {}) { errors { code } } }", token=token)
        eventually(lambda: any(tmp_path.glob("mail/*")))
        modes = {path.name: stat.filemode(path.stat().st_mode) for path in tmp_path.rglob("*")}

    assert {"social.sqlite3", "mail"} < set(modes)
    assert {mode[4:] for mode in modes.values()} == {"------"}, modes
    assert stack.member("server").environment["PASSWORD_HASHES_AT_ONCE"].isdecimal()


@pytest.mark.parametrize(
    ("cores", "given", "workers", "each"),
    [
        (1, {}, 1, 1),
        (2, {}, 2, 1),
        (3, {"WEB_WORKERS": "2"}, 2, 1),
        (16, {}, 4, 4),
        (16, {"WEB_WORKERS": "1"}, 1, 16),
        (2, {"WEB_WORKERS": "5"}, 5, 1),  # none can hash nothing
        (16, {"WEB_WORKERS": "", "PASSWORD_HASHES_AT_ONCE": ""}, 4, 4),
        (16, {"PASSWORD_HASHES_AT_ONCE": "2"}, 4, 2),
    ],
)
def test_together_the_servers_hash_no_more_passwords_at_once_than_there_are_cores(
    monkeypatch: pytest.MonkeyPatch, cores: int, given: dict[str, str], workers: int, each: int
) -> None:
    monkeypatch.setattr("social.stack.cores", lambda: cores)

    shared = share_cores(given)

    assert shared == {"WEB_WORKERS": str(workers), "PASSWORD_HASHES_AT_ONCE": str(each)}
