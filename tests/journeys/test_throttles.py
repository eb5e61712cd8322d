"""Hammering a network of several processes."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from social.stack import Stack
from tests.journeys.conftest import QUICK, fresh_database

SIGN_IN = """mutation($name: String!) { tokenAuth(input: {username: $name, password: "wrong password"}) {
    token errors { code } } }"""


@pytest.fixture
def several(tmp_path: Path) -> Iterator[Stack]:
    """A network whose server has three processes, with the limits it has by default."""
    with Stack(environment={**QUICK, "DATABASE_URL": fresh_database(tmp_path), "WEB_WORKERS": "3"}) as stack:
        yield stack


def status(stack: Stack, name: str) -> int:
    """How a sign-in with a wrong password is answered."""
    body = json.dumps({"query": SIGN_IN, "variables": {"name": name}}).encode()
    headers = {"Content-Type": "application/json", "Connection": "close"}
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{stack.url}/graphql/", body, headers)) as answer:
            found: int = answer.status
            return found
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.long
def test_all_processes_keep_one_count(several: Stack) -> None:
    with ThreadPoolExecutor(16) as pool:
        answered = list(pool.map(lambda _: status(several, "ann"), range(60)))

    assert (answered.count(200), answered.count(429)) == (10, 50)
