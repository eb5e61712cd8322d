"""What a machine may lack, although tests need it."""

import os
import shutil
from typing import NoReturn

import pytest


def needed(command: str, *, packages: str | None = None) -> str:
    """The path of a program, from Debian's packages of its name or of these.

    Without it, the test is skipped on a developer's machine and fails in CI.
    """
    path = shutil.which(command)
    if path is None:
        lacking(f"{command} is needed to test with: `apt-get install {packages or command}`.")
    return path


def lacking(reason: str) -> NoReturn:
    """End a test that cannot be run here: skipped on a developer's machine, failed in CI."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
