"""Counted in Redis, by a real one; and what happens while there is none."""

import logging
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from django.core.checks import run_checks
from limits import parse
from prometheus_client import REGISTRY
from pytest_django import Settings
from redis import Redis
from redis.exceptions import ConnectionError as NoConnection

from accounts.devices import Device
from accounts.models import ThrottleCount
from accounts.throttle_counts import PROCESS
from accounts.throttles import count_password
from social.stack import free_port
from tests.accounts.throttling import HOME, attempt, fail, throttled
from tests.client import Api
from tests.content.races import at_once
from tests.machine import needed
from tests.people import PASSWORD, Person, make_person

pytestmark = pytest.mark.any_database
USED = "{ rateLimit { used } }"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis of our own."""
    port, folder = free_port(), tmp_path_factory.mktemp("redis")
    process = start(port, folder)
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def start(port: int, folder: Path) -> subprocess.Popen[bytes]:
    """A server that keeps nothing."""
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    process = subprocess.Popen([needed("redis-server"), *options], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    with Redis(port=port) as probe:
        while True:
            try:
                probe.ping()
                return process
            except NoConnection:
                assert time.monotonic() < deadline, "Redis did not start"
                time.sleep(0.05)


@pytest.fixture
def redis(server: str, settings: Settings) -> Iterator[Redis]:
    """The Redis that attempts are counted in, empty."""
    settings.REDIS_URL = server
    with Redis.from_url(server, decode_responses=True) as client:
        client.flushall()
        yield client


@pytest.fixture(autouse=True)
def limits(settings: Settings) -> None:
    settings.FAILED_SIGN_INS_PER_PAIR = parse("3/15 minutes")
    settings.FAILED_SIGN_INS_PER_ADDRESS = parse("5/15 minutes")
    settings.FAILED_SIGN_INS_PER_ACCOUNT = parse("7/hour")


def test_at_the_limit_it_works_and_one_more_is_refused(redis: Redis, ann: Person) -> None:
    assert fail(4) == [False, False, False, True]
    assert 895 <= int(attempt().headers["Retry-After"]) <= 900
    assert ThrottleCount.objects.count() == 0


def test_a_success_is_not_counted(redis: Redis, ann: Person) -> None:
    assert [throttled(attempt(password=PASSWORD)) for _ in range(8)] == [False] * 8
    assert fail(4) == [False, False, False, True]


def test_a_refusal_uses_up_nothing_elsewhere(redis: Redis, ann: Person) -> None:
    fail(20)

    assert fail(2, "bob") == [False, False]
    assert fail(3, address="198.51.100.7") == [False] * 3


def test_when_the_window_is_over_it_works_again(redis: Redis, ann: Person, settings: Settings) -> None:
    settings.FAILED_SIGN_INS_PER_PAIR = parse("1/second")
    assert fail(2) == [False, True]

    time.sleep(1.1)

    assert fail(1) == [False]


def test_nobody_reads_a_name_or_an_address_in_what_is_kept(redis: Redis, ann: Person) -> None:
    fail(1)

    keys = list(redis.scan_iter())
    assert len(keys) == 3
    assert [key for key in keys if "ann" in key or HOME in key] == []
    assert [key for key in keys if cast(int, redis.ttl(key)) < 0] == []


def test_what_is_given_back_after_its_window_makes_no_negative_count(redis: Redis) -> None:
    counted = count_password(account="ann", device=Device(ip_address=HOME))
    redis.flushall()

    counted.give_back()

    assert list(redis.scan_iter()) == []


@pytest.mark.django_db(transaction=True)
def test_of_many_guesses_at_once_as_many_are_looked_at_as_the_limit_says(redis: Redis) -> None:
    make_person("ann")

    assert at_once([lambda: throttled(attempt())] * 64).count(False) == 3


def test_while_redis_is_away_the_database_counts_and_it_is_logged(
    ann: Person, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.REDIS_URL = f"redis://:secret@127.0.0.1:{free_port()}/0"

    with caplog.at_level(logging.ERROR, "accounts.throttles"):
        assert not throttled(attempt(password=PASSWORD))
        assert fail(4) == [False, False, False, True]

    assert len(caplog.records) == 5
    assert "Redis does not count attempts, the database does" in caplog.text
    assert "secret" not in caplog.text


def test_a_redis_that_goes_away_in_between_does_not_undo_a_success(
    server: str, settings: Settings, ann: Person, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    port = free_port()
    process = start(port, tmp_path)
    settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
    counted = count_password(account="ann", device=Device(ip_address=HOME))
    process.kill()
    process.wait(10)

    counted.give_back()

    assert [record.message for record in caplog.records] == [
        "a success stays counted until its time is over: StorageError"
    ]


@pytest.mark.parametrize("url", ["localhost", "http://localhost", "redis://:pass/word@localhost"])
def test_what_is_no_address_of_a_redis_is_told_at_start(settings: Settings, url: str) -> None:
    settings.REDIS_URL = url

    (problem,) = run_checks()
    assert (problem.id, "pass" in problem.msg) == ("accounts.E005", False)


def test_points_are_counted_for_all_processes(redis: Redis, ann: Person, settings: Settings) -> None:
    settings.POINTS_PER_USER = parse("3/hour")
    PROCESS.reset()

    used = [ann.api.read(USED)["rateLimit"]["used"] for _ in range(3)]
    refused = ann.api.send(USED)

    assert used == [1, 2, 3]
    assert (refused.status, refused.headers["RateLimit"].split(";")[1]) == (429, "r=0")
    assert [redis.get(key) for key in redis.scan_iter()] == ["3"]
    assert PROCESS.reset() == 0


@pytest.mark.django_db(transaction=True)
def test_of_many_requests_at_once_as_many_are_answered_as_there_are_points(
    redis: Redis, settings: Settings
) -> None:
    settings.POINTS_PER_ADDRESS = parse("9/hour")

    assert at_once([lambda: Api().send(USED).status] * 40).count(200) == 9


def test_while_redis_is_away_each_process_counts_points_and_says_so(
    ann: Person, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.POINTS_PER_USER = parse("2/hour")
    settings.REDIS_URL = f"redis://:secret@127.0.0.1:{free_port()}/0"
    PROCESS.reset()
    before = REGISTRY.get_sample_value("points_counted_alone_total") or 0

    with caplog.at_level(logging.ERROR, "accounts.points"):
        statuses = [ann.api.send(USED).status for _ in range(3)]

    assert statuses == [200, 200, 429]
    assert REGISTRY.get_sample_value("points_counted_alone_total") == before + 3
    assert len(caplog.records) == 3
    assert "Redis does not count points, each process does" in caplog.text
    assert "secret" not in caplog.text
