"""The processes of one machine together: what they leave there, and what they take."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from social.stack import Stack
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
