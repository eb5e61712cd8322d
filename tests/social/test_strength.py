"""Secrets that somebody made up are told from those that were drawn."""

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from social.strength import is_guessable

ALPHABETS = [string.digits, string.hexdigits[:16], string.ascii_letters + string.digits + "-_"]


@given(st.integers(), st.sampled_from(ALPHABETS), st.sampled_from([32, 43, 64, 1_000]))
def test_what_is_drawn_at_random_is_never_refused(seed: int, alphabet: str, length: int) -> None:
    assert not is_guessable("".join(random.Random(seed).choices(alphabet, k=length)))


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "a" * 40,
        "ab" * 20,
        "abcde" * 8,
        "change-me-" * 4,
        "change-me-change-me-change-me-1234",
        "passwordpasswordpassword12345678",
        "0123456789" * 4,
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "A" * 43 + "=",
        "change-me-" * 100,
        "django-insecure-jB3n9sdVbq2LxPz7Wm4tRy8uHc5eGa1",
    ],
)
def test_what_was_made_up_is_refused(secret: str) -> None:
    assert is_guessable(secret)
