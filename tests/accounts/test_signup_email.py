"""Signing up: rules of the address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.failures import Problems
from accounts.models import User
from accounts.text import MAX_EMAIL, clean_email, email_key
from tests.accounts.steps import refusals, sign_up
from tests.client import Api
from tests.people import Person

FOUR_LABELS = ".".join(["a" * 60] * 4)


def address_of(length: int) -> str:
    """A well-formed address of so many characters."""
    return "x" * (length - len(FOUR_LABELS) - 5) + f"@{FOUR_LABELS}.com"


def stored(api: Api, email: str) -> str:
    """What the new person is told their address is."""
    payload = sign_up(api, email=email)
    assert payload["errors"] == [], payload
    address: str = Api(payload["token"]).read("{ viewer { email } }")["viewer"]["email"]
    return address


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("grace@example.com", "grace@example.com"),
        ("  grace@example.com\n", "grace@example.com"),
        ("Grace@EXAMPLE.Com", "Grace@example.com"),
        ("grace+list@example.com", "grace+list@example.com"),
        ("o'brien@example.com", "o'brien@example.com"),
        ("!#$%&*/=?^_`{|}~-@example.com", "!#$%&*/=?^_`{|}~-@example.com"),
        ("grace@bücher.example.com", "grace@bücher.example.com"),
        ("grace@BÜCHER.example.com", "grace@bücher.example.com"),
        ("grace@xn--bcher-kva.example.com", "grace@bücher.example.com"),
        ("gráce@example.com", "gráce@example.com"),
        ("gra\u0301ce@example.com", "gráce@example.com"),
        (address_of(254), address_of(254)),
    ],
)
def test_an_address_is_stored_normalised(api: Api, sent: str, kept: str) -> None:
    assert stored(api, sent) == kept


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("", "REQUIRED"),
        ("nobody", "INVALID"),
        ("@example.com", "INVALID"),
        ("grace@", "INVALID"),
        ("grace@localhost", "INVALID"),
        ("grace@example", "INVALID"),
        ("grace@example.test", "INVALID"),
        ("grace@example..com", "INVALID"),
        ("grace.@example.com", "INVALID"),
        ("grace@-example.com", "INVALID"),
        ("grace@[127.0.0.1]", "INVALID"),
        ("two words@example.com", "INVALID"),
        ('"two words"@example.com', "INVALID"),
        ("Grace <grace@example.com>", "INVALID"),
        ("grace@example.com, ann@example.com", "INVALID"),
        ("grace@example.com\nBcc: ann@example.com", "INVALID"),
        ("gra\x00ce@example.com", "INVALID"),
        ("grace@example.com\x1f", "INVALID"),
        ("gra\ud800ce@example.com", "INVALID"),
        ("gra\u200dce@example.com", "INVALID"),
        (address_of(255), "TOO_LONG"),
        (address_of(300), "TOO_LONG"),
        ("x" * 10_000 + "@example.com", "TOO_LONG"),
    ],
)
def test_a_bad_address_is_refused(api: Api, sent: str, code: str) -> None:
    assert refusals(api, email=sent) == [(code, "input.email")]


@pytest.mark.parametrize("address", ["ann@example.com", "ANN@Example.COM", " aNN@example.com "])
def test_an_address_is_taken_whatever_its_case(api: Api, ann: Person, address: str) -> None:
    assert refusals(api, email=address) == [("TAKEN", "input.email")]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("grace@bücher.example.com", "grace@xn--bcher-kva.example.com"),
        ("gráce@example.com", "GRA\u0301CE@example.com"),
        ("grace@straße.example.com", "GRACE@straße.EXAMPLE.com"),
    ],
)
def test_an_address_is_taken_however_it_is_spelt(api: Api, first: str, second: str) -> None:
    sign_up(api, email=first)

    assert refusals(api, username="other", email=second) == [("TAKEN", "input.email")]


def test_an_address_with_a_tag_is_another_address(api: Api, ann: Person) -> None:
    assert refusals(api, email="ann+news@example.com") == []


def test_letters_that_fold_into_several_fit_too(api: Api) -> None:
    long = "ΐ" * 30 + "@" + ".".join(["ΐ" * 20] * 4) + ".example.com"

    assert stored(api, long) == long
    assert len(email_key(long)) <= MAX_EMAIL


@given(st.emails() | st.text(max_size=300).map(lambda text: f"{text}@example.com") | st.text())
def test_whatever_address_is_accepted_is_stable_and_fits(text: str) -> None:
    problems = Problems()

    address = clean_email(text, problems, "email")

    again = Problems()
    assert problems.found or clean_email(address, again, "email") == address
    assert problems.found or (not again.found and 0 < len(address) <= MAX_EMAIL)
    assert len(email_key(address)) <= MAX_EMAIL
    assert email_key(address) == email_key(email_key(address))


def test_a_refused_address_leaves_no_account(api: Api) -> None:
    sign_up(api, email="nobody")

    assert User.objects.count() == 0
