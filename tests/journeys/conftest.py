"""A network of real processes with a database of its own."""

import os
import uuid
from collections.abc import Iterator
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


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """An empty database of the kind that this test run is about."""
    url = os.environ.get("DATABASE_URL")
    if url is None:
        return f"sqlite:///{tmp_path / 'social.sqlite3'}"
    name = f"journey_{uuid.uuid4().hex}"
    server = environ.Env.db_url_config(url)
    with psycopg.connect(
        dbname=server["NAME"], user=server["USER"], autocommit=True, **server.get("OPTIONS", {})
    ) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return url.replace("/postgres?", f"/{name}?")


@pytest.fixture
def live(database_url: str) -> Iterator[Live]:
    """Server, worker and sandbox, as `make serve` runs them."""
    with Stack(environment={**QUICK, "DATABASE_URL": database_url}) as stack:
        yield Live(stack)
