"""`manage.py serve`, as a person runs it."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from social.stack import ROOT, free_port
from tests.journeys.conftest import QUICK

SERVE = [sys.executable, "manage.py", "serve"]


def environment(tmp_path: Path, **settings: str) -> dict[str, str]:
    database = f"sqlite:///{tmp_path / 'social.sqlite3'}"
    return {**os.environ, **QUICK, "DATABASE_URL": database, "PORT": str(free_port()), **settings}


@contextmanager
def serving(env: dict[str, str], folder: Path = ROOT) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command and what it printed until it was ready; it is ended as by Ctrl-C."""
    process = subprocess.Popen(SERVE, cwd=folder, env=env, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    printed = ""
    while "Ctrl-C" not in printed:
        line = process.stdout.readline()
        assert line, printed
        printed += line
    try:
        yield process, printed
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


def test_it_prints_its_addresses_and_who_is_asked_about_people(tmp_path: Path) -> None:
    with serving(environment(tmp_path, EMAIL_URL=f"filemail://{tmp_path}")) as (_, printed):
        for name in ("GraphiQL", "endpoint", "admin"):
            address = re.search(rf"^{name} +(http\S+)$", printed, re.MULTILINE)
            assert address is not None
            with urllib.request.urlopen(
                urllib.request.Request(address[1], headers={"Accept": "text/html"})
            ) as page:
                assert page.status == 200

        assert re.search(r"^verifier +Hunter at http://127\.0\.0\.1:\d+$", printed, re.MULTILINE)
        assert re.search(rf"^mails +files in {re.escape(str(tmp_path))}$", printed, re.MULTILINE)
        assert re.search(r"^enricher +Clearbit at http://127\.0\.0\.1:\d+$", printed, re.MULTILINE)
        assert re.search(r"^signups +without a limit; set SIGNUPS_PER_ADDRESS", printed, re.MULTILINE)
        assert "set HUNTER_API_KEY and CLEARBIT_API_KEY for the real services" in printed


@pytest.mark.long
def test_without_the_sandbox_it_says_that_nobody_is_asked(tmp_path: Path) -> None:
    with serving(environment(tmp_path, SANDBOX="false")) as (_, printed):
        assert re.search(r"^verifier +none: syntax only", printed, re.MULTILINE)
        assert re.search(r"^enricher +none", printed, re.MULTILINE)
        assert "sandbox" not in printed
        assert "signups" not in printed


@pytest.mark.long
def test_a_key_is_all_it_takes_to_reach_the_real_services(tmp_path: Path) -> None:
    with serving(environment(tmp_path, HUNTER_API_KEY="a-key", CLEARBIT_API_KEY="a-key")) as (_, printed):
        assert "Hunter at https://api.hunter.io" in printed
        assert "Clearbit at https://person.clearbit.com" in printed


@pytest.mark.long
def test_ctrl_c_ends_every_process(tmp_path: Path) -> None:
    env = environment(tmp_path)
    with serving(env) as (process, _):
        pass

    assert process.returncode == 0
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(env["PORT"]))) != 0


def test_a_port_in_use_is_told_clearly(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        env = environment(tmp_path, PORT=str(other.getsockname()[1]))
        done = subprocess.run(SERVE, cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "is in use. Choose another PORT." in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY must be set to at least 32 random characters"),
        ("JWT_ALGORITHM", "none", "JWT_ALGORITHM must be HS256 or EdDSA"),
        ("JWT_ALGORITHM", "EdDSA", "JWT_ALGORITHM=EdDSA needs JWT_KEYS"),
        ("JWT_KEYS", f"{'k' * 40},short", "Each of JWT_KEYS must have at least 32 characters"),
        ("ENRICHER", "facebook", "ENRICHER is 'facebook'"),
        ("SIGNUPS_PER_ADDRESS", "many", "'many' is no limit. Write it like \"10/hour\""),
        ("SIGNUPS_PER_ADDRESS", "10", "'10' is no limit"),
        ("REDIS_URL", "localhost", "REDIS_URL is no address of a Redis"),
        ("TRUSTED_PROXIES", "10.0.0.1/8", "TRUSTED_PROXIES: 10.0.0.1/8 has host bits set"),
    ],
)
def test_a_wrong_setting_is_told_at_start(tmp_path: Path, name: str, value: str, told: str) -> None:
    env = environment(tmp_path, **{name: value})
    check = [sys.executable, "manage.py", "check"]
    done = subprocess.run(check, cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert told in done.stderr
