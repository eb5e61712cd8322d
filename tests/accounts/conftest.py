"""Third parties other than the sandbox."""

from collections.abc import Callable, Iterator

import pytest
from pytest_django import Settings

from accounts.providers import enricher, verifier


@pytest.fixture
def ask_hunter_at(settings: Settings) -> Iterator[Callable[[str], None]]:
    """Have addresses judged by whoever listens at a URL; for what the sandbox is too honest to do."""

    def use(url: str) -> None:
        settings.HUNTER_API_KEY = "sandbox-key"
        settings.HUNTER_URL = url
        verifier.cache_clear()

    yield use
    verifier.cache_clear()
    enricher.cache_clear()
