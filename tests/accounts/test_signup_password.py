"""Signing up: rules of the password (the same when it is changed)."""

import time

import pytest
from pytest_django import Settings

from tests.accounts.steps import refusals, sign_in, sign_up
from tests.client import Api

LONG = "correct horse battery staple " * 5


@pytest.mark.parametrize(
    "password",
    [
        "v8hx0qpl2m",
        LONG[:128],
        "          ",
        " leading and trailing ",
        "пароль мой длинный",
        "🙂🙃🙂🙃🙂🙃🙂🙃🙂🙃",
        "with\x00a NUL in it",
        "line\nends\r\nand\ttabs",
        "aaaaaaaaaaaaaaaaaaaaaaab",
        "combining e\u0301 marks",
    ],
)
def test_a_good_password_opens_the_account(api: Api, password: str) -> None:
    assert refusals(api, password=password) == []

    assert sign_in(api, "grace", password)["errors"] == []


def test_a_password_is_taken_to_the_letter(api: Api) -> None:
    sign_up(api, password=" Leading and trailing ")

    assert sign_in(api, "grace", "Leading and trailing")["token"] is None
    assert sign_in(api, "grace", " leading and trailing ")["token"] is None


def test_the_last_of_128_characters_counts(api: Api) -> None:
    sign_up(api, password=LONG[:128])

    assert sign_in(api, "grace", LONG[:127] + "#")["token"] is None


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "REQUIRED"),
        ("v8hx0qpl2", "TOO_SHORT"),
        ("🙂" * 9, "TOO_SHORT"),
        (LONG[:129], "TOO_LONG"),
        ("x" * 10_000, "TOO_LONG"),
        ("lone surrogate \ud800", "INVALID"),
        ("1234567890", "PASSWORD_TOO_WEAK"),
        ("qwertyuiop", "PASSWORD_TOO_WEAK"),
        ("QWERTYuiop", "PASSWORD_TOO_WEAK"),
    ],
)
def test_a_bad_password_is_refused(api: Api, password: str, code: str) -> None:
    assert refusals(api, password=password) == [(code, "input.password")]


@pytest.mark.parametrize(
    ("password", "given"),
    [
        ("Grace_Hopper", {"username": "grace_hopper"}),
        ("grace_hopper1", {"username": "grace_hopper"}),
        ("grace.hopper@example.com", {"email": "grace.hopper@example.com"}),
        ("grace.hopper", {"email": "grace.hopper@example.com"}),
        ("Grace Hopper", {"displayName": "Grace Hopper"}),
    ],
)
def test_a_password_like_the_name_or_address_is_too_weak(
    api: Api, password: str, given: dict[str, str]
) -> None:
    assert refusals(api, password=password, **given) == [("PASSWORD_TOO_WEAK", "input.password")]


@pytest.mark.parametrize(
    ("password", "accepted"),
    [
        ("social-network", False),
        ("SocialSocialSocial", False),
        ("MySocial2026!", False),
        ("graphql-7531902", True),
        ("my social life goes on", True),
    ],
)
def test_words_that_stand_for_the_service_do_not_count(api: Api, password: str, accepted: bool) -> None:
    assert refusals(api, password=password) == ([] if accepted else [("PASSWORD_TOO_WEAK", "input.password")])


def test_without_such_words_none_is_missed(api: Api, settings: Settings) -> None:
    settings.PASSWORD_CONTEXT_WORDS = []

    assert refusals(api, password="social-network") == []


def test_a_huge_name_does_not_make_judging_a_password_slow(api: Api) -> None:
    started = time.monotonic()

    found = refusals(api, displayName=("v8hx0qpl2m " * 8_000), password=LONG[:128])

    assert found == [("TOO_LONG", "input.displayName")]
    assert time.monotonic() - started < 2
