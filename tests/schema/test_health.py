"""`/healthz` and `/readyz`: is the process up, and can it serve?"""

import os
import subprocess
import sys

import pytest
from django.db.migrations.recorder import MigrationRecorder

from tests.schema.wire import get, request

pytestmark = pytest.mark.database

ASK_READYZ = """
import django
django.setup()
from django.test import Client
client = Client()
for path in ("/readyz", "/healthz"):
    response = client.get(path)
    print(response.status_code, response.content.decode(), "X-Request-Id" in response)
"""


def test_a_process_that_is_up_says_so_without_a_database() -> None:
    response = get("/healthz")  # outside of `db`, asking the database would fail

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_a_server_with_its_database_is_ready() -> None:
    response = get("/readyz")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
@pytest.mark.parametrize("app", ["accounts", "content"])
def test_a_server_with_pending_migrations_is_not_ready(app: str) -> None:
    MigrationRecorder.Migration.objects.filter(app=app).delete()

    response = get("/readyz")

    assert (response.status_code, response.json()) == (503, {"status": "error", "migrations": "pending"})


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all.sqlite3", "postgres://nobody:hidden@127.0.0.1:1/nothing"]
)
def test_a_server_without_its_database_is_up_but_not_ready(url: str) -> None:
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}

    told = subprocess.run(
        [sys.executable, "-c", ASK_READYZ], env=environment, capture_output=True, text=True, check=True
    )

    assert told.stdout.splitlines() == [
        '503 {"status": "error", "database": "unavailable"} True',
        '200 {"status": "ok"} True',
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_read_only(path: str) -> None:
    assert request("HEAD", path).status_code == 200
    assert [request(method, path).status_code for method in ("POST", "PUT", "DELETE")] == [405, 405, 405]
