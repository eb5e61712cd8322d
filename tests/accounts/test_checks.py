"""Wrong settings are told at start, and which third parties are in use."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.checks import run_checks
from pytest_django import Settings

from accounts.providers import describe, enricher, verifier


@pytest.fixture(autouse=True)
def _forget_providers() -> Iterator[None]:
    verifier.cache_clear()
    enricher.cache_clear()
    yield
    verifier.cache_clear()
    enricher.cache_clear()


def found(settings: Settings, **changes: Any) -> list[str]:
    """What the system checks say with other settings."""
    for name, value in changes.items():
        setattr(settings, name, value)
    return [message.id or "" for message in run_checks() if (message.id or "").startswith("accounts.")]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"HUNTER_API_KEY": "key"},
        {"CLEARBIT_API_KEY": "key"},
        {"CLEARBIT_API_KEY": "key", "ENRICHER": "clearbit"},
        {"HUNTER_API_KEY": "key", "ENRICHER": "hunter", "HUNTER_URL": "http://127.0.0.1:8099"},
        {"PROVIDER_LEASE_S": 20.1, "PROVIDER_DEADLINE_S": 20.0},
    ],
)
def test_good_settings_are_not_complained_about(settings: Settings, changes: dict[str, Any]) -> None:
    assert found(settings, **changes) == []


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"ENRICHER": "fullcontact"}, "accounts.E001"),
        ({"ENRICHER": "Clearbit", "CLEARBIT_API_KEY": "key"}, "accounts.E001"),
        ({"ENRICHER": "clearbit"}, "accounts.E002"),
        ({"ENRICHER": "clearbit", "HUNTER_API_KEY": "key"}, "accounts.E002"),
        ({"ENRICHER": "hunter"}, "accounts.E002"),
        ({"PROVIDER_LEASE_S": 20.0, "PROVIDER_DEADLINE_S": 20.0}, "accounts.E003"),
        ({"HUNTER_API_KEY": "key", "HUNTER_URL": "api.hunter.io"}, "accounts.E004"),
        ({"HUNTER_API_KEY": "a key\nof two lines"}, "accounts.E004"),
        ({"ENRICHER": "clearbit", "CLEARBIT_API_KEY": "key", "CLEARBIT_URL": "ftp://x"}, "accounts.E004"),
    ],
)
def test_a_wrong_setting_is_told(settings: Settings, changes: dict[str, Any], check: str) -> None:
    assert found(settings, **changes) == [check]


def test_a_complaint_does_not_show_the_key(settings: Settings) -> None:
    settings.HUNTER_API_KEY = "secret\nsecret"

    assert "secret" not in str(run_checks())


def test_without_keys_nobody_is_asked_and_nobody_is_named() -> None:
    assert (verifier(), enricher()) == (None, None)
    assert [text.partition(":")[0].partition(" ")[0] for text in describe()] == ["none", "none"]


def test_with_keys_both_are_named(settings: Settings) -> None:
    settings.HUNTER_API_KEY = settings.CLEARBIT_API_KEY = "key"
    settings.ENRICHER = "clearbit"

    assert describe() == ("Hunter at https://api.hunter.io", "Clearbit at https://person.clearbit.com")


def test_hunter_can_be_the_enricher(settings: Settings) -> None:
    settings.HUNTER_API_KEY = "key"
    settings.ENRICHER = "hunter"

    assert describe() == ("Hunter at https://api.hunter.io", "Hunter at https://api.hunter.io")
