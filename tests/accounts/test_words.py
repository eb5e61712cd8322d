"""What text is found by: the same words whatever the case, the accents and the form they are written in."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.words import FILLER, MAX_PLACES, MAX_TOKENS, MAX_WORD, fold, is_spaceless, terms, tokens, words

pytestmark = pytest.mark.any_database

odd = st.sampled_from(
    "aÀ\u0327éßŁ\u0131İΣςὁё\u0670ي\u0e01\u0e34\u0e33क्षी\u1100\u1161한カ゛ﾞ東々ﷺ①½_-'\"*\0\u200d\ufe0f \n"
)
texts = st.text(st.characters() | odd, max_size=40)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("Émile ZOLA", "emile zola", id="French"),
        pytest.param("E\u0301mile", "emile", id="decomposed"),
        pytest.param("STRASSE Straße", "strasse strasse", id="sharp s"),
        pytest.param(
            "Łódź Øst Đà ħ æon œuvre Þór", "lodz ost da h aeon oeuvre thor", id="strokes and ligatures"
        ),
        pytest.param("İstanbul \u0131s\u0131", "istanbul isi", id="Turkish"),
        pytest.param("ΟΔΌΣ ὁδός", "οδοσ οδοσ", id="Greek"),
        pytest.param("Ёлка ЇЖАК", "елка іжак", id="Cyrillic"),
        pytest.param("ＡＢＣ①ﬁ", "abc1fi", id="forms of one letter"),
        pytest.param("ｶﾞ", "ガ", id="kana of half width"),
        pytest.param("co\u00adop \u202ba\u200db❤\ufe0f", "coop \u202bab❤", id="what nobody sees"),
        pytest.param("हिन्दी", "हिन्दी", id="Hindi keeps its vowel signs"),
        pytest.param("ที่", "ที่", id="Thai keeps its marks"),
        pytest.param("مُحَمَّد", "مُحَمَّد", id="Arabic keeps its vowel signs"),
        pytest.param("한국어", "한국어", id="Korean stays composed"),
        pytest.param("#a_B-c!", "#a_b-c!", id="the rest stays"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.long
def test_every_character_folds_once_and_for_all_whatever_its_case() -> None:
    for character in map(chr, range(sys.maxunicode + 1)):
        folded = fold(character)
        assert folded == fold(folded) == fold(character.upper()) == fold(character.lower()), character


@given(texts)
def test_folding_does_not_depend_on_the_form(text: str) -> None:
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("Hello, world!", ["hello", "world"], id="punctuation parts"),
        pytest.param("ann_smith it's x-ray", ["ann", "smith", "it", "s", "x", "ray"], id="within words too"),
        pytest.param("x² 3D 2026", ["x2", "3d", "2026"], id="digits"),
        pytest.param("سلام، دنيا", ["سلام", "دنيا"], id="Arabic"),
        pytest.param("नमस्ते दुनिया", ["नमस्ते", "दुनिया"], id="marks belong to words"),
        pytest.param(
            "私はAndroidが2台。いい!", ["私は", "android", "が", "2", "台", "いい"], id="scripts part"
        ),
        pytest.param("ภาษา\u200bไทย", ["ภาษาไทย"], id="a space of no width does not"),
        pytest.param("I ❤\ufe0f you 👩\u200d🚀", ["i", "you"], id="emoji are no words"),
        pytest.param("\u0670 \u0e34 \u0301", [], id="nor are marks alone"),
        pytest.param("* _ \" ' % \\ -- \0 \n", [], id="nor is anything else"),
        pytest.param("a" * 5000, ["a" * MAX_WORD], id="a long word is cut"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_words(text: str, found: list[str]) -> None:
    assert words(text) == found


@given(texts)
def test_words_are_letters_digits_and_marks_only(text: str) -> None:
    for word in [*words(text), *tokens(text)]:
        assert {unicodedata.category(each)[0] for each in word} <= set("LMN")
        assert unicodedata.category(word[0])[0] in "LMN"


@given(texts, texts)
def test_texts_with_something_between_them_keep_their_words(one: str, other: str) -> None:
    assert words(f"{one} - {other}") == words(one) + words(other)


def test_a_text_is_indexed_by_its_words_and_by_neighbours_where_there_are_no_spaces() -> None:
    assert tokens("東京の tower 東京 Tower") == ["tower", "東京", "京の", "の", "東京", "京"]


def test_of_one_token_only_so_many_places_count() -> None:
    assert tokens("は" * 300) == ["はは"] * MAX_PLACES + [FILLER] * (299 - MAX_PLACES) + ["は"]


def test_of_a_text_only_so_many_tokens_count() -> None:
    assert len(tokens("".join(map(chr, range(0x4E00, 0x9000))))) == MAX_TOKENS


def asked(query: str) -> list[str]:
    """A query's terms, readably: neighbours with +, what may be a beginning with *."""
    return ["+".join(term.tokens) + "*" * term.is_prefix for term in terms(query)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("Hello wor", ["hello", "wor*"], id="the last is a beginning"),
        pytest.param("a b a b", ["a", "b", "b*"], id="each once"),
        pytest.param("東京タ x", ["東京+京タ", "x*"], id="neighbours"),
        pytest.param("東 x 東", ["東*", "x"], id="one character, wherever it stands"),
        pytest.param("", [], id="nothing"),
        pytest.param('"*" & | ! <->', [], id="no word"),
    ],
)
def test_terms(query: str, found: list[str]) -> None:
    assert asked(query) == found


@given(texts)
def test_what_is_spaceless_is_so_throughout(text: str) -> None:
    for word in words(text):
        letters = [each for each in word if unicodedata.category(each)[0] != "M"]
        assert {is_spaceless(each) for each in letters} == {is_spaceless(word)}
