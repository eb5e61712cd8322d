import json
from dataclasses import asdict
from unicodedata import category, is_normalized
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.answers import Answer
from services.clearbit import Outcome, judge
from services.people import Company, Person, read_company, read_person

LIMITS = {
    "full_name": 100,
    "location": 100,
    "time_zone": 64,
    "bio": 500,
    "site": 300,
    "avatar": 300,
    "employment_name": 100,
    "employment_title": 100,
    "employment_domain": 253,
    "github_handle": 100,
    "twitter_handle": 100,
    "linkedin_handle": 100,
    "name": 100,
    "domain": 253,
    "logo": 300,
    "description": 500,
}
MULTI_LINE = {"bio", "description"}
KEYS = ("name", "fullName", "location", "timeZone", "bio", "site", "avatar", "employment", "title", "domain")
NETWORKS = ("github", "twitter", "linkedin", "handle", "logo", "description")

texts = (
    st.text(st.characters(), max_size=40)
    | st.sampled_from(["https://a.example/", "http://[", "ada", "in/ada", "\x00", "\ud800", "e\u0301" * 600])
    | st.text(alphabet="htps:/.@-_a\n\x85\u2028\u0344", max_size=400)
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS + NETWORKS), inner, max_size=6)
    ),
    max_leaves=12,
)


def assert_clean(record: Person | Company) -> None:
    for name, value in asdict(record).items():
        if value is None:
            continue
        assert isinstance(value, str)
        assert 0 < len(value) <= LIMITS[name]
        assert value == value.strip()
        assert is_normalized("NFC", value) or urlsplit(value).scheme
        allowed = "\n\t" if name in MULTI_LINE else ""
        assert [c for c in value if category(c) in ("Cc", "Cs", "Zl", "Zp") and c not in allowed] == []


@given(json_values, json_values)
def test_whatever_an_answer_holds_each_field_is_clean_or_none(person: object, company: object) -> None:
    found = judge(Answer(200, body=json.dumps({"person": person, "company": company}).encode()))

    assert found.outcome is Outcome.FOUND
    for record in (found.person, found.company):
        if record is not None:
            assert_clean(record)


@given(json_values)
def test_the_raw_answer_can_always_be_stored(person: object) -> None:
    found = judge(Answer(200, body=json.dumps({"person": person}).encode()))

    stored = json.dumps(found.raw, ensure_ascii=False, allow_nan=False)
    assert "\\u0000" not in stored
    assert json.loads(stored.encode()) == found.raw


@pytest.mark.parametrize("value", [None, [], "ada", 1, True, [{"bio": "x"}]])
def test_what_is_no_object_is_nobody(value: object) -> None:
    assert (read_person(value), read_company(value)) == (None, None)


@pytest.mark.parametrize("value", [1, True, None, ["x"], {"x": "y"}, "", "  ", "\x00\x1b\u0085"])
def test_a_field_that_is_no_text_is_none(value: object) -> None:
    assert read_person({"bio": value, "name": {"fullName": value}, "employment": value}) == Person()


@pytest.mark.parametrize(
    ("bio", "clean"),
    [
        ("  padded  ", "padded"),
        ("two\r\nlines\rand\u2028more", "two\nlines\nand\nmore"),
        ("nul\x00, escape\x1b[0m, half\ud800", "nul, escape[0m, half"),
        ("e\u0301", "é"),
        ("x" * 501, "x" * 500),
        ("👩‍🚀" * 300, ("👩‍🚀" * 300)[:500]),
        ("x" * 499 + " y", "x" * 499),
    ],
)
def test_a_bio_is_cleaned_and_cut(bio: str, clean: str) -> None:
    assert read_person({"bio": bio}) == Person(bio=clean)


def test_a_text_that_grows_when_normalised_is_cut_after_it() -> None:
    assert read_person({"bio": "\u0958" * 500}) == Person(bio="\u0915\u093c" * 250)


def test_names_and_places_are_single_lines() -> None:
    person = read_person({"location": "a\tb\n c\u2028d", "name": {"fullName": "x" * 101}})

    assert person == Person(location="a b c d", full_name="x" * 100)


@pytest.mark.parametrize(
    "url",
    [
        "http://ada.example",
        "https://ada.example:8080/a?b=c#d",
        "https://žluť.example/",
        "HTTPS://ADA.EXAMPLE/",
    ],
)
def test_web_urls_are_kept_as_they_came(url: str) -> None:
    assert read_person({"site": url, "avatar": f" {url}\n"}) == Person(site=url, avatar=url)


@pytest.mark.parametrize(
    "url",
    [
        "ada.example",
        "//ada.example/",
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "ftp://ada.example/",
        "https://",
        "https://ada@example.com/",
        "https://trusted.example:pw@evil.example/",
        "https://[::1",
        "https://ada.example:99999/",
        "https://ada.example/a b",
        'https://ada.example/"onerror=',
        "https://ada.example/\x7f",
        "https://ada.example/" + "a" * 300,
    ],
)
def test_other_urls_are_ignored(url: str) -> None:
    assert read_company({"logo": url}) == Company()


@pytest.mark.parametrize(
    ("handle", "clean"),
    [
        ("ada", "ada"),
        (" @ada_l ", "ada_l"),
        ("in/ada-lovelace-1.2", "in/ada-lovelace-1.2"),
        ("a" * 100, "a" * 100),
        ("a" * 101, None),
        ("@", None),
        ("/ada", None),
        ("ada/", None),
        ("a//b", None),
        ("../ada", None),
        ("in/../ada", None),
        ("ada?x=y", None),
        ("ada lovelace", None),
        ("ada\nlovelace", None),
        ("žaneta", None),
        ("<b>", None),
    ],
)
def test_handles_have_a_shape(handle: str, clean: str | None) -> None:
    person = read_person({network: {"handle": handle} for network in ("github", "twitter", "linkedin")})

    assert person == Person(github_handle=clean, twitter_handle=clean, linkedin_handle=clean)


@pytest.mark.parametrize(
    ("domain", "clean"),
    [
        ("Engines.Example", "engines.example"),
        ("xn--luty-6qa.example", "xn--luty-6qa.example"),
        ("localhost", None),
        ("127.0.0.1", None),
        ("https://engines.example", None),
        ("-a.example", None),
        ("a..example", None),
        ("a." * 126 + "example", None),
        ("engines.example/x", None),
    ],
)
def test_domains_have_a_shape(domain: str, clean: str | None) -> None:
    assert read_company({"domain": domain}) == Company(domain=clean)


@pytest.mark.parametrize(
    ("zone", "clean"),
    [
        ("America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("Etc/GMT+12", "Etc/GMT+12"),
        ("Europe / London", None),
        ("../etc/passwd", None),
        ("a" * 65, None),
    ],
)
def test_time_zones_have_a_shape(zone: str, clean: str | None) -> None:
    assert read_person({"timeZone": zone}) == Person(time_zone=clean)
