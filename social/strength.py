"""Whether a secret may be one that others know or guess."""

from itertools import pairwise

DIFFERENT_CHARACTERS = 6
DIFFERENT_STEPS = 32  # so many are enough, however long the secret is


def is_guessable(secret: str) -> bool:
    """Whether somebody made this up, as far as it shows: it has few different characters, or its steps from
    one to the next repeat themselves, as in `abcabc…`, `change-me-change-me-…` or `123456…`.

    What is drawn at random, be it in base64, hexadecimal or 32 digits, is as good as never taken for such.
    """
    steps = [ord(after) - ord(before) for before, after in pairwise(secret)]
    return (
        secret.startswith("django-insecure-")
        or len(set(secret)) < DIFFERENT_CHARACTERS
        or len(set(pairwise(steps))) < min(len(steps) / 2, DIFFERENT_STEPS)
    )
