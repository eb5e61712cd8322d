"""How passwords are hashed: Argon2id at OWASP's figures, a few at a time, for nobody as for somebody."""

import threading
import time
from typing import Any, ClassVar

import argon2
import pytest
from django.contrib.auth.hashers import MD5PasswordHasher, identify_hasher
from pytest_django import Settings

from accounts.models import User
from social.cores import cores
from tests.accounts.steps import NEW_PASSWORD, sign_in, sign_up
from tests.client import Api
from tests.content.races import at_once
from tests.people import PASSWORD, Person, make_person


@pytest.fixture
def argon2id(settings: Settings) -> None:
    """The hasher that is used when nothing is set."""
    settings.PASSWORD_HASHERS = ["accounts.passwords.Argon2idHasher"]


@pytest.fixture
def encoded(argon2id: None, api: Api) -> str:
    """What is stored of a new person's password."""
    sign_up(api)
    password: str = User.objects.get().password
    return password


def test_a_password_is_hashed_by_argon2id_at_owasps_figures(encoded: str) -> None:
    algorithm, _, rest = encoded.partition("$")

    figures = argon2.extract_parameters(f"${rest}")
    assert (algorithm, figures.type) == ("argon2", argon2.Type.ID)
    assert (figures.memory_cost, figures.time_cost, figures.parallelism) == (19_456, 2, 1)
    assert figures.hash_len == 32


def test_argon2id_lets_its_owner_in_and_nobody_else(encoded: str, api: Api) -> None:
    assert sign_in(api, "grace")["errors"] == []
    assert sign_in(api, "grace", NEW_PASSWORD)["token"] is None


def test_equal_passwords_have_different_hashes(encoded: str, api: Api) -> None:
    sign_up(api, username="other", email="other@example.com")

    assert len(set(User.objects.values_list("password", flat=True))) == 2


class CountingHasher(MD5PasswordHasher):
    """Counts what is hashed, in all and at once; slow enough for calls to meet."""

    algorithm = "counting"
    lock: ClassVar[threading.Lock] = threading.Lock()
    calls: ClassVar[int] = 0
    running: ClassVar[int] = 0
    most: ClassVar[int] = 0

    def encode(self, password: str, salt: str) -> Any:
        with self.lock:
            type(self).calls += 1
            type(self).running += 1
            type(self).most = max(self.most, self.running)
        time.sleep(0.02)
        with self.lock:
            type(self).running -= 1
        return super().encode(password, salt)


@pytest.fixture
def counting(settings: Settings) -> type[CountingHasher]:
    """The hasher that counts."""
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    CountingHasher.calls = CountingHasher.most = 0
    return CountingHasher


@pytest.mark.django_db(transaction=True)
def test_no_more_are_hashed_at_once_than_the_settings_allow(
    counting: type[CountingHasher], settings: Settings
) -> None:
    most = settings.PASSWORD_HASHES_AT_ONCE
    name = make_person().user.username
    several = most * 2 + 2

    at_once([lambda: sign_in(Api(), name)] * several)

    assert counting.calls == 1 + several
    assert counting.most <= most == cores()


@pytest.mark.parametrize("name", ["ann", "nobody", "deactivated", "ann\x00"])
@pytest.mark.parametrize("password", ["wrong password", "x" * 10_000, "", "\ud800", f"{PASSWORD}\udfff"])
def test_a_sign_in_hashes_once_whoever_it_is_for(
    counting: type[CountingHasher], ann: Person, name: str, password: str
) -> None:
    make_person("deactivated")
    User.objects.filter(username="deactivated").update(is_active=False)
    assert identify_hasher(User.objects.filter(username="ann").get().password).algorithm == "counting"
    before = counting.calls

    sign_in(Api(), name, password)

    assert counting.calls - before == 1


def test_a_refused_signup_hashes_nothing(counting: type[CountingHasher], api: Api) -> None:
    sign_up(api, username="a")

    assert counting.calls == 0
