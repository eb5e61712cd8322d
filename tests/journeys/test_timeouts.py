"""A server's own connections to PostgreSQL end what takes too long, and are free again."""

import time
from urllib.error import HTTPError

import environ
import psycopg
import pytest

from tests.journeys.live import Live

pytestmark = [pytest.mark.database, pytest.mark.postgresql]  # SQLite has no server to tell


def test_who_waits_for_a_lock_is_answered_in_time_and_holds_nobody_up(live: Live) -> None:
    server = environ.Env.db_url_config(live.stack.member("server").environment["DATABASE_URL"])
    login = {"dbname": server["NAME"], "user": server["USER"], **server["OPTIONS"]}
    with psycopg.connect(**login, autocommit=True) as admin, psycopg.connect(**login) as other:
        other.execute("LOCK TABLE content_post IN ACCESS EXCLUSIVE MODE")
        began = time.monotonic()

        with pytest.raises((AssertionError, HTTPError), match="TIMEOUT"):
            live.ask("{ feed { totalCount } }")

        assert 3 < time.monotonic() - began < 15
        counting = admin.execute(  # the worker may wait: it has all the time it needs
            "SELECT query FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
            " AND query LIKE %s",
            [server["NAME"], "SELECT (SELECT COUNT(*)%"],
        )
        assert counting.fetchall() == []
        assert live.ask("{ users { totalCount } }") == {"users": {"totalCount": 0}}
        other.rollback()
    assert live.ask("{ feed { totalCount } }") == {"feed": {"totalCount": 0}}
