"""What `make test` shows once, and `make long` in every place."""

from collections.abc import Iterable
from typing import Any

import pytest


def others_long(first: Any, others: Iterable[Any]) -> list[Any]:
    """Parameters of a test: the first for `make test`, the others for `make long`."""
    return [first, *(pytest.param(other, marks=pytest.mark.long) for other in others)]
