"""How passwords are judged and hashed."""

import re
import threading

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, make_password
from django.contrib.auth.password_validation import UserAttributeSimilarityValidator, validate_password
from django.core.exceptions import ValidationError

from accounts.failures import Code, Problems
from accounts.models import User

# Each hash takes 19 MiB: sign-ins cannot exhaust memory.
_slots = threading.BoundedSemaphore(settings.PASSWORD_HASHES_AT_ONCE)
# Half a character: UTF-8 has no bytes for it, so no hash can be made of it.
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Argon2idHasher(Argon2PasswordHasher):
    """Argon2id at OWASP's figures: 19 MiB, 2 passes, 1 lane (Password Storage Cheat Sheet)."""

    memory_cost = 19_456
    time_cost = 2
    parallelism = 1


class ContextWordValidator:
    """Refuses what is little more than words that stand for this service (`PASSWORD_CONTEXT_WORDS`): whoever
    guesses begins with them (OWASP ASVS 5.0, 6.2.11).
    """

    at_least = 8  # characters, without these words

    def validate(self, password: str, user: object = None) -> None:
        """Raises: ValidationError."""
        words = "|".join(map(re.escape, settings.PASSWORD_CONTEXT_WORDS))
        if words and len(re.sub(words, "", password, flags=re.IGNORECASE)) < self.at_least:
            raise ValidationError(
                f"This password is too like what this service is called. {self.get_help_text()}"
            )

    def get_help_text(self) -> str:
        """What a password needs, as forms say it."""
        words = ", ".join(settings.PASSWORD_CONTEXT_WORDS)
        return f"It has at least {self.at_least} characters besides these words: {words}."


def check_new_password(password: str, user: User, problems: Problems, *field: str) -> None:
    """Note in `problems` why this password is too weak for this person, if it is.

    Length first; then not among the 20,000 commonest, not similar to the person's name or address, and not
    little more than words that stand for this service. No rule of composition (NIST SP 800-63B, 3.1.1.2).
    """
    if len(password) < settings.PASSWORD_MIN_LENGTH:
        code = Code.REQUIRED if not password else Code.TOO_SHORT
        problems.add(code, f"A password has at least {settings.PASSWORD_MIN_LENGTH} characters.", *field)
    elif len(password) > settings.PASSWORD_MAX_LENGTH:
        problems.add(
            Code.TOO_LONG, f"A password has at most {settings.PASSWORD_MAX_LENGTH} characters.", *field
        )
    elif _LONE_SURROGATE.search(password):
        problems.add(Code.INVALID, "This password has characters that cannot be typed.", *field)
    else:
        local_part = user.email.partition("@")[0]  # the whole address hides how similar it is
        try:
            validate_password(password, user)
            UserAttributeSimilarityValidator(["email"]).validate(password, User(email=local_part))
        except ValidationError as error:
            problems.add(Code.PASSWORD_TOO_WEAK, " ".join(error.messages), *field)


def hash_password(password: str, *, salt: str | None = None) -> str:
    """The hash to store. Slow on purpose: call it outside any transaction.

    Args:
        salt: at least 22 characters, where the same hash is wanted each time; a random one when left out.
    """
    with _slots:
        return make_password(password, salt)


def password_matches(password: str, encoded: str | None) -> bool:
    """Whether this is the password. With `encoded` None (nobody) it takes as long and says no; so it does for
    what can be nobody's password.
    """
    possible = len(password) <= settings.PASSWORD_MAX_LENGTH and not _LONE_SURROGATE.search(password)
    hashed = password if possible else ""
    with _slots:
        if encoded is None:
            make_password(hashed)
            return False
        return check_password(hashed, encoded) and possible
