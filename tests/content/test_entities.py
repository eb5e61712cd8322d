"""What a text points at, by properties: any text, whatever its script."""

import string
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from content.entities import MAX_EACH, hashtag_name, hashtags_in, names_in

odd = st.sampled_from("#@#@_-.'aZéßİΣ1٢²ก\u0e34क\u093f\u0301\u20e3\ufe0f\u200dお\U0001f600 \n")
texts = st.text(odd | st.characters(exclude_categories=["Cs"]), max_size=60).map(
    lambda text: unicodedata.normalize("NFC", text)
)
words = st.text(st.characters(categories=["L", "Nd"]) | st.just("_"), min_size=1, max_size=30).map(
    lambda text: unicodedata.normalize("NFC", text)
)
usernames = st.text(string.ascii_letters + string.digits + "_", min_size=3, max_size=30)


def is_letter(character: str) -> bool:
    return unicodedata.category(character).startswith("L")


def in_name(character: str) -> bool:
    return character == "_" or unicodedata.category(character)[0] in "LM" or character.isdecimal()


@given(texts)
def test_a_hashtag_is_letters_digits_and_underscores_with_a_letter(text: str) -> None:
    for name in hashtags_in(text):
        assert 1 <= len(name) <= 64
        assert all(in_name(each) for each in name)
        assert any(is_letter(each) for each in name)


@given(texts)
def test_a_hashtag_is_found_once(text: str) -> None:
    found = hashtags_in(text)

    assert len(found) == len(set(found)) <= MAX_EACH


@given(texts)
def test_a_hashtag_is_as_a_filter_stores_it(text: str) -> None:
    for name in hashtags_in(text):
        assert name == hashtag_name(name) == hashtag_name(f"#{name}") == hashtag_name(f" #{name}\n")


@given(texts)
def test_a_hashtag_written_alone_is_the_same_hashtag(text: str) -> None:
    for name in hashtags_in(text):
        assert hashtags_in(f"#{name}") == [name]


@given(texts)
def test_a_text_without_signs_points_at_nothing(text: str) -> None:
    plain = text.replace("#", "").replace("@", "")

    assert (hashtags_in(plain), names_in(plain)) == ([], [])


@given(words, words)
@example("ΑΣ", "σας")
def test_a_hashtag_ends_where_the_word_ends(one: str, other: str) -> None:
    """Also, two words beside each other do not change each other."""
    alone = [name for word in (one, other) for name in hashtags_in(f"#{word}")]

    assert hashtags_in(f"#{one} #{other}") == list(dict.fromkeys(alone))
    assert hashtags_in(f"({one}) #{other}!") == hashtags_in(f"#{other}")


@given(words.filter(lambda word: any(is_letter(each) for each in word)))
def test_any_word_with_a_letter_is_a_hashtag(word: str) -> None:
    assert len(hashtags_in(f"#{word}")) == 1


@given(words.filter(lambda word: word[-1] != "_"), words)
def test_nothing_is_found_after_a_letter_or_digit(before: str, word: str) -> None:
    assert hashtags_in(f"{before}#{word}") == []
    assert names_in(f"{before}@some_name") == []


@given(texts)
def test_a_name_is_as_usernames_are_and_found_once(text: str) -> None:
    found = names_in(text)

    assert len(found) == len(set(found))
    for name in found:
        assert 3 <= len(name) <= 30
        assert name.isascii()
        assert name.replace("_", "a").isalnum()
        assert name == name.lower()
        assert f"@{name}" in text.lower()


@given(usernames, st.sampled_from(" ,.;:!?)]'\"\n-/\\"))
def test_any_username_is_found_whatever_follows(name: str, after: str) -> None:
    assert names_in(f"@{name}{after}") == names_in(f"({after}@{name}") == [name.lower()]


@given(usernames, st.text("abz09._+-", max_size=9), usernames)
def test_an_address_mentions_nobody(first: str, local: str, domain: str) -> None:
    assert names_in(f"Mail a{first}{local}@{domain}.example or not.") == []


@pytest.mark.parametrize("sign", ["#", "@", "#a", "@abc", "#a ", "@abc ", "a.b@", "@a.", "a-"])
def test_long_texts_are_read_in_no_time(sign: str) -> None:
    text = (sign * 5000)[:5000]

    assert len(hashtags_in(text)) <= 1
    assert len(names_in(text)) <= 1
