from collections.abc import Callable, Iterator
from itertools import count

import pytest

from services.sandbox import Sandbox

_numbers = count()


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """One for all tests that ask about addresses of their own; slow addresses outlast every deadline."""
    with Sandbox(slow_s=60) as running:
        yield running


@pytest.fixture
def own_sandbox() -> Iterator[Sandbox]:
    """For tests that count everything, or take it down."""
    with Sandbox(slow_s=0.3) as running:
        yield running


@pytest.fixture
def address() -> Callable[[str], str]:
    """An address of a case that no other test asks about."""

    def new_address(case: str) -> str:
        return f"{case + '+' if case else ''}somebody{next(_numbers)}@example.com"

    return new_address
