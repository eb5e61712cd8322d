"""What tests of several rooms share."""

from collections.abc import Iterator

import pytest
from django.db import connection
from hypothesis import settings as hypothesis_settings
from pytest_django import Settings

from accounts.providers import enricher, verifier
from services.sandbox import Sandbox
from tests.client import Api
from tests.people import Person, make_person

# For a night: `pytest --hypothesis-profile=long`, twenty examples instead of one (`worlds.examples`).
hypothesis_settings.register_profile("long", max_examples=2_000)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what is of PostgreSQL alone, unless this is a run on it."""
    if connection.vendor == "postgresql":
        return
    left_out = [item for item in items if item.get_closest_marker("postgresql")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not item.get_closest_marker("postgresql")]


@pytest.fixture
def api(db: None) -> Api:
    """The API, asked anonymously."""
    return Api()


@pytest.fixture
def ann(db: None) -> Person:
    """Somebody called ann."""
    return make_person("ann")


@pytest.fixture
def bob(db: None) -> Person:
    """Somebody else, called bob."""
    return make_person("bob")


@pytest.fixture
def sandbox(settings: Settings) -> Iterator[Sandbox]:
    """Hunter and Clearbit on loopback, and the settings that use them."""
    with Sandbox(slow_s=2.0) as running:
        settings.HUNTER_API_KEY = settings.CLEARBIT_API_KEY = "sandbox-key"
        settings.HUNTER_URL = settings.CLEARBIT_URL = running.url
        settings.ENRICHER = "clearbit"
        settings.PROVIDER_BACKOFF_S = 0.01
        verifier.cache_clear()
        enricher.cache_clear()
        yield running
    verifier.cache_clear()
    enricher.cache_clear()
