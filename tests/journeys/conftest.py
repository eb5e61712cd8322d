"""A network of real processes with a database of its own."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import environ
import psycopg
import pytest

from social.stack import Stack
from tests.journeys.live import Live

# Minutes become moments, so that a story fits into a test.
QUICK = {
    "DJANGO_SETTINGS_MODULE": "social.settings",
    "PROVIDER_BACKOFF_S": "0.2",
    "PROVIDER_BACKOFF_MAX_S": "1",
    "PROVIDER_DEADLINE_S": "1.5",
    "PROVIDER_LEASE_S": "2.5",
    "SIGNUP_VERIFY_DEADLINE_S": "1",
    "BREAKER_RESET_S": "1",
}


def fresh_database(folder: Path) -> str:
    """The URL of an empty database of the kind that this test run is about."""
    url = os.environ.get("DATABASE_URL")
    if url is None:
        return f"sqlite:///{folder / 'social.sqlite3'}"
    name = f"journey_{uuid.uuid4().hex}"
    server = environ.Env.db_url_config(url)
    with psycopg.connect(
        dbname=server["NAME"], user=server["USER"], autocommit=True, **server.get("OPTIONS", {})
    ) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return url.replace("/postgres?", f"/{name}?")


@contextmanager
def running(folder: Path) -> Iterator[Live]:
    """Server, worker and sandbox, as `make serve` runs them, with an empty database."""
    with Stack(environment={**QUICK, "DATABASE_URL": fresh_database(folder)}) as stack:
        yield Live(stack)


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    """A network of one's own, to do harm to."""
    with running(tmp_path) as network:
        yield network


@pytest.fixture(scope="module")
def peaceful(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A network that several stories use, none of which does any harm to it."""
    with running(tmp_path_factory.mktemp("peaceful")) as network:
        yield network
