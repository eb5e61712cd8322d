"""The project as somebody gets it who clones it: nothing but its files, and no settings but a key."""

import os
import secrets
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from social.stack import ROOT, free_port
from tests.social.test_serve import serving


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project's files, without those that git ignores."""
    ignored = [line.strip("/") for line in (ROOT / ".gitignore").read_text().split()]
    return Path(shutil.copytree(ROOT, tmp_path / "copy", ignore=shutil.ignore_patterns(".git", *ignored)))


def only(**settings: str) -> dict[str, str]:
    """An environment with these settings, and a key."""
    return {"PATH": os.environ["PATH"], "SECRET_KEY": secrets.token_urlsafe(48), **settings}


def test_its_database_can_be_made(copy: Path) -> None:
    migrate = [sys.executable, "manage.py", "migrate"]
    done = subprocess.run(migrate, cwd=copy, env=only(), capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert (copy / "var/social.sqlite3").stat().st_size > 0
    assert (copy / "var").stat().st_mode & 0o777 == 0o700


def test_where_the_database_is_another_no_folder_is_made(copy: Path, tmp_path: Path) -> None:
    env = only(DATABASE_URL=f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}")

    subprocess.run([sys.executable, "manage.py", "check"], cwd=copy, env=env, check=True)

    assert not (copy / "var").exists()


@pytest.mark.long
def test_it_can_be_served(copy: Path) -> None:
    env = only(PORT=str(free_port()))

    with serving(env, folder=copy), urllib.request.urlopen(f"http://127.0.0.1:{env['PORT']}/readyz") as page:
        assert page.status == 200
