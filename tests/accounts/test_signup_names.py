"""Signing up: rules of the username and of the name to show."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.failures import Problems
from accounts.text import RESERVED_USERNAMES, USERNAME, clean_username
from tests.accounts.steps import refusals, sign_up
from tests.client import Api
from tests.people import Person


@pytest.mark.parametrize("name", ["abc", "x" * 30, "___", "0_0", "12345", "Grace_Hopper_1906"])
def test_a_good_username_is_kept_as_written(api: Api, name: str) -> None:
    assert sign_up(api, username=name)["user"]["username"] == name


def test_space_around_a_username_is_cut(api: Api) -> None:
    assert sign_up(api, username=" \tGrace\n")["user"]["username"] == "Grace"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "REQUIRED"),
        ("ab", "TOO_SHORT"),
        ("x" * 31, "TOO_LONG"),
        ("x" * 10_000, "TOO_LONG"),
        ("two words", "INVALID"),
        ("a-b-c", "INVALID"),
        ("@grace", "INVALID"),
        ("grace@example.com", "INVALID"),
        ("gráce", "INVALID"),
        ("ｇｒａｃｅ", "INVALID"),  # noqa: RUF001  # full-width letters look alike
        ("\u212aelvin", "INVALID"),
        ("abc\u0661", "INVALID"),
        ("gra\x00ce", "INVALID"),
        ("grace\x1f", "INVALID"),
        ("\x85grace", "INVALID"),
        ("gra\ud800ce", "INVALID"),
        ("grace🙂", "INVALID"),
        ("gra\nce", "INVALID"),
    ],
)
def test_a_bad_username_is_refused(api: Api, name: str, code: str) -> None:
    assert refusals(api, username=name) == [(code, "input.username")]


@pytest.mark.parametrize("name", ["ann", "ANN", "aNn", " Ann "])
def test_a_username_is_taken_whatever_its_case(api: Api, ann: Person, name: str) -> None:
    assert refusals(api, username=name) == [("TAKEN", "input.username")]


@pytest.mark.parametrize("name", ["admin", "Admin", "GRAPHQL", "support", "me_", "viewer"])
def test_some_names_are_reserved(api: Api, name: str) -> None:
    expected = [] if name == "me_" else [("TAKEN", "input.username")]

    assert refusals(api, username=name) == expected


@given(st.text() | st.from_regex(USERNAME, fullmatch=True))
def test_whatever_username_is_accepted_has_the_promised_form(text: str) -> None:
    problems = Problems()

    name = clean_username(text, problems, "username")

    good = USERNAME.fullmatch(name) is not None and name.lower() not in RESERVED_USERNAMES
    assert good or problems.found
    assert len(problems.found) <= 1


@pytest.mark.parametrize("given", [{}, {"displayName": None}, {"displayName": " \n "}])
def test_without_a_display_name_the_username_is_shown(api: Api, given: dict[str, Any]) -> None:
    assert sign_up(api, username="Grace", **given)["user"]["displayName"] == "Grace"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Grace Hopper", "Grace Hopper"),
        ("  Grace \n", "Grace"),
        ("Grace\r\nHopper", "Grace Hopper"),
        ("Grace\tHopper", "Grace Hopper"),
        ("Gra\u0301ce", "Gráce"),
        ("x" * 50, "x" * 50),
        (" " + "é" * 50 + " ", "é" * 50),
        ("e\u0301" * 50, "é" * 50),
        ("👩‍💻 Grace", "👩‍💻 Grace"),
        ("グレース・ホッパー", "グレース・ホッパー"),
        ("<b>Grace</b>", "<b>Grace</b>"),
    ],
)
def test_a_display_name_is_stored_trimmed_composed_and_on_one_line(api: Api, sent: str, shown: str) -> None:
    name = sign_up(api, displayName=sent)["user"]["displayName"]

    assert name == shown
    assert unicodedata.is_normalized("NFC", name)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("x" * 51, "TOO_LONG"),
        ("🙂" * 51, "TOO_LONG"),
        ("Grace\x00", "INVALID"),
        ("Gra\x1bce", "INVALID"),
        ("Grace\x7f", "INVALID"),
        ("Gra\x0bce", "INVALID"),
        ("Gra\x9fce", "INVALID"),
        ("Gra\udfffce", "INVALID"),
    ],
)
def test_a_bad_display_name_is_refused(api: Api, sent: str, code: str) -> None:
    assert refusals(api, displayName=sent) == [(code, "input.displayName")]


def test_display_names_need_not_be_unique(api: Api) -> None:
    sign_up(api, displayName="Grace")

    second = sign_up(api, username="other", email="other@example.com", displayName="Grace")

    assert second["user"]["displayName"] == "Grace"
