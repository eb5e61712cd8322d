"""Text of people, whatever it is: stored clean, or refused for a reason that is true."""

import json
import unicodedata

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from accounts.failures import Problems
from accounts.text import clean_text, clean_url
from tests.client import problems
from tests.people import Person

LONGEST = {"displayName": 50, "bio": 500, "location": 100}
odd = st.sampled_from("\x00\x07\x0b\x1b\x7f\x85\x9f\ud800\udfff\t\n\r \u00a0\u2028e\u0301\u1100\u1161Å🙂")
texts = st.text(st.characters(exclude_categories=[]) | odd, max_size=60) | st.text(odd, max_size=8)
some_examples = example_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def is_forbidden(character: str) -> bool:
    """Controls but tab and line ends, and halves of surrogate pairs."""
    return unicodedata.category(character) in ("Cc", "Cs") and character not in "\t\n\r"


def stored(text: str, *, single_line: bool) -> str:
    """What should become of text that is not refused."""
    lines = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not single_line:
        return lines
    for run in ("\n", "\t"):
        lines = lines.replace(run, "\0")
    while "\0\0" in lines:
        lines = lines.replace("\0\0", "\0")
    return lines.replace("\0", " ")


@pytest.mark.parametrize("name", LONGEST)
@given(text=texts)
@some_examples
def test_what_is_shown_is_clean_or_the_refusal_is_true(ann: Person, name: str, text: str) -> None:
    payload = ann.api.do("updateProfile", f"user {{ {name} }}", **{name: text})
    text = json.loads(json.dumps(text))  # two halves of a surrogate pair arrive as one character

    expected = stored(text, single_line=name != "bio")
    if any(map(is_forbidden, text)):
        assert problems(payload) == [("INVALID", f"input.{name}")]
    elif len(expected) > LONGEST[name]:
        assert problems(payload) == [("TOO_LONG", f"input.{name}")]
    else:
        assert payload["user"][name] == (expected or ("ann" if name == "displayName" else None))


@given(texts, st.booleans())
def test_cleaning_twice_is_cleaning_once(text: str, single_line: bool) -> None:
    problems = Problems()
    once = clean_text(text, problems, "text", max_length=100, single_line=single_line)

    assert clean_text(once, Problems(), "text", max_length=100, single_line=single_line) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == once.strip()
    assert not any(map(is_forbidden, once))


@given(st.sampled_from(["", "http://", "https://", "javascript:", "//"]), texts)
def test_every_accepted_web_address_begins_as_one_and_has_no_space(scheme: str, text: str) -> None:
    problems = Problems()

    url = clean_url(scheme + text, problems, "website")

    good = url.lower().startswith(("http://", "https://")) and url.split() == [url] and len(url) <= 300
    assert problems.found or url == "" or good
