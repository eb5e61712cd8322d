"""Settings of production: complete, and refused when they are not safe."""

import os
import re
import secrets
import subprocess
import sys

import pytest

from social.stack import ROOT

PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "social.settings",
    "ENV_FILE": os.devnull,
    "SECRET_KEY": secrets.token_urlsafe(48),
    "DEBUG": "false",
    "HTTPS_ONLY": "true",
    "BEHIND_TLS_PROXY": "true",
    "ALLOWED_HOSTS": "social.example.com",
    "CSRF_TRUSTED_ORIGINS": "https://social.example.com",
    "APP_URL": "https://social.example.com",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.com:587",
}


def manage(*command: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """Run a management command with settings of production, but for `changes` (None: not set at all)."""
    given = {"PATH": os.environ["PATH"], **PRODUCTION, **changes}
    env = {name: value for name, value in given.items() if value is not None}
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def example_key() -> str:
    """What `.env.example` has, for those who copy it as it is."""
    (key,) = re.findall(r"^SECRET_KEY=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    return str(key)


def test_djangos_own_checks_for_production_find_nothing() -> None:
    done = manage("check", "--deploy", "--fail-level", "DEBUG")

    assert (done.returncode, done.stdout.strip()) == (0, "System check identified no issues (1 silenced).")


@pytest.mark.parametrize(
    ("key", "told"),
    [
        (None, "SECRET_KEY must be set to at least 32 random characters"),
        ("", "SECRET_KEY must be set to at least 32 random characters"),
        ("x" * 31, "SECRET_KEY must be set to at least 32 random characters"),
        (example_key(), "SECRET_KEY must be set to at least 32 random characters"),
        ("x" * 60, "SECRET_KEY has a secret that others know or guess"),
        ("change-me-" * 4, "SECRET_KEY has a secret that others know or guess"),
        (f"django-insecure-{secrets.token_urlsafe(48)}", "SECRET_KEY has a secret that others know or guess"),
    ],
    ids=["missing", "empty", "short", "the example's", "monotonous", "repeated", "Django's"],
)
def test_no_process_starts_without_a_key_of_its_own(key: str | None, told: str) -> None:
    done = manage("check", SECRET_KEY=key)

    assert done.returncode != 0
    assert told in done.stderr
    assert key is None or len(key) < 32 or key not in done.stderr


@pytest.mark.parametrize(
    ("name", "keys", "changes"),
    [
        ("SECRET_KEY_FALLBACKS", "abcde" * 8, {}),
        ("JWT_KEYS", "a" * 40, {}),
        ("JWT_KEYS", f"{secrets.token_urlsafe(48)},{'change-me-' * 4}", {}),
        ("JWT_KEYS", f"{'A' * 43}=", {"JWT_ALGORITHM": "EdDSA"}),
    ],
)
def test_no_process_starts_with_any_key_that_can_be_guessed(
    name: str, keys: str, changes: dict[str, str | None]
) -> None:
    done = manage("check", **{name: keys, **changes})

    assert done.returncode != 0
    assert f"{name} has a secret that others know or guess" in done.stderr
    assert keys not in done.stderr


def test_a_developer_may_use_djangos_key() -> None:
    key = f"django-insecure-{secrets.token_urlsafe(48)}"

    assert manage("check", DEBUG="true", SECRET_KEY=key).returncode == 0


def test_a_refused_key_is_told_in_one_line_at_the_end() -> None:
    last = manage("check", SECRET_KEY="short").stderr.strip().splitlines()[-1]

    assert last.startswith("django.core.exceptions.ImproperlyConfigured: SECRET_KEY must be set")
