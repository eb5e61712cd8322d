"""What was acknowledged survives, whatever is killed."""

import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from social.stack import ROOT
from tests.journeys.live import Live, eventually, insist
from tests.sparing import others_long

pytestmark = pytest.mark.database

POST = (
    "mutation($b: String!, $k: String!) { createPost(input: {body: $b, idempotencyKey: $k}) { post { id } } }"
)
LIKE = "mutation($p: ID!) { likePost(input: {postId: $p}) { post { likeCount } } }"


def kill_and_revive(live: Live, name: str) -> None:
    live.stack.member(name).send(signal.SIGKILL)
    process = live.stack.member(name).process
    assert process is not None
    process.wait()
    live.stack.revive()


@pytest.mark.parametrize("kills", others_long(4, [8]))
def test_every_acknowledged_write_survives_a_server_that_is_killed_again_and_again(
    live: Live, kills: int
) -> None:
    writes = 7 * kills + 4
    ann, bob = (live.sign_up(name, f"{name}@example.com")["token"] for name in ("ann", "bob"))
    acknowledged: list[str] = []

    def write() -> None:
        for number in range(writes):
            given = {"b": f"post {number}", "k": str(number)}
            post: str = insist(partial(live.ask, POST, given, ann))["createPost"]["post"]["id"]
            insist(partial(live.ask, LIKE, {"p": post}, bob))
            acknowledged.append(post)

    with ThreadPoolExecutor(max_workers=1) as pool:
        writing = pool.submit(write)
        for progress in range(7, writes, 7):  # never twice without progress: else a slow start is no test
            while not writing.done() and len(acknowledged) < progress:
                time.sleep(0.02)
            kill_and_revive(live, "server")
        writing.result()

    query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Post { likeCount } } }"
    assert len(set(acknowledged)) == writes
    assert insist(lambda: live.ask(query, {"ids": acknowledged}))["nodes"] == [{"likeCount": 1}] * writes
    assert live.stack.manage("check_counts") == 0


@pytest.mark.long
def test_what_remains_after_signup_is_done_although_the_worker_is_killed_at_any_moment(live: Live) -> None:
    tokens = [
        live.sign_up(f"user{number}", f"{case}+{number}@example.com")["token"]
        for number, case in enumerate(["pending", "down", "limited", "garbage", "strange", "plain"] * 3)
    ]

    for _ in range(6):
        time.sleep(0.8)
        kill_and_revive(live, "worker")

    eventually(lambda: all(_settled(live.viewer(token)) for token in tokens))


@pytest.mark.long
def test_two_workers_ask_about_each_person_once(live: Live) -> None:
    second = subprocess.Popen(
        [sys.executable, "manage.py", "worker"], cwd=ROOT, env=dict(live.stack.member("worker").environment)
    )
    try:
        tokens = [live.sign_up(f"user{n}", f"user{n}@example.com")["token"] for n in range(20)]
        eventually(lambda: all(_settled(live.viewer(token)) for token in tokens))
    finally:
        second.terminate()
        second.wait()

    calls = live.sandbox("/calls")["calls"]
    assert {provider: sorted(counts.values()) for provider, counts in calls.items() if counts} == {
        "hunter": [1] * 20,
        "clearbit": [1] * 20,
    }


@pytest.mark.long
def test_an_outage_of_both_providers_delays_but_loses_nothing(live: Live) -> None:
    live.sandbox("/down", post=True)
    tokens = [live.sign_up(f"user{n}", f"user{n}@example.com")["token"] for n in range(6)]
    states = [live.viewer(token)["emailVerification"] for token in tokens]

    live.sandbox("/up", post=True)

    assert states == ["PENDING"] * 6
    eventually(lambda: all(_settled(live.viewer(token)) for token in tokens))


def _settled(viewer: Any) -> bool:
    return viewer["emailVerification"] == "VALID" and viewer["user"]["company"] is not None
