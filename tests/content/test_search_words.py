"""Which words find which texts: in posts and in names alike, on each database as a plain reading says."""

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.actions.names import index_names
from accounts.models import User
from accounts.words import fold
from content.actions.search_index import index_posts
from content.models import Post
from tests.client import Api
from tests.content.searches import found
from tests.people import Person, make_post
from tests.schema.worlds import examples, rolled_back

pytestmark = pytest.mark.database

SYMBOLS = [
    "*",
    '"',
    "(",
    ")",
    ":",
    "-",
    "^",
    "'",
    "&",
    "|",
    "!",
    "<->",
    "%",
    "_",
    "\\",
    ":*",
    "''",
    '""',
    "{",
    "}",
]
SYMBOLS += ["+", "--", ";", "\u0301", "🎉", "?", "#", "$", "\\'", "/*", "[", "]", "~", "@", ".", ","]


@pytest.mark.parametrize(
    ("text", "query", "is_found"),
    [
        pytest.param("Hello, world!", "hello", True, id="case"),
        pytest.param("Hello, world!", "WORLD hello", True, id="order"),
        pytest.param("Hello, world!", "wor", True, id="beginning of the last"),
        pytest.param("Hello, world!", "hel world", False, id="beginning of another"),
        pytest.param("Hello, world!", "orld", False, id="not a beginning"),
        pytest.param("Hello, world!", "hello moon", False, id="all words"),
        pytest.param("Hello, world!", "  hello\n\tworld  ", True, id="white space"),
        pytest.param("Hello, world!", "hello\r\nworld", True, id="line ends"),
        pytest.param("running", "run", True, id="no stemming is needed"),
        pytest.param("run", "running", False, id="no stemming"),
        pytest.param("to be or not to be", "be", True, id="no word is too common"),
        pytest.param("Café Ångström", "cafe angstrom", True, id="without accents"),
        pytest.param("cafe angstrom", "CAFÉ A\u030angström", True, id="with accents"),
        pytest.param("Straße", "STRASSE", True, id="sharp s"),
        pytest.param("Łódź", "lodz", True, id="Polish"),
        pytest.param("Καλημέρα, κόσμε", "ΚΑΛΗΜΕΡΑ κοσ", True, id="Greek"),
        pytest.param("δρόμος", "ΔΡΟΜΟΣ", True, id="final sigma"),
        pytest.param("Привет, мир! Ёлка", "ПРИВЕТ ел", True, id="Cyrillic"),
        pytest.param("مرحبا بالعالم", "بالعا", True, id="Arabic"),
        pytest.param("שלום עולם", "שלום עו", True, id="Hebrew"),
        pytest.param("नमस्ते दुनिया", "नमस्ते दुनि", True, id="Hindi"),
        pytest.param("नमस्ते दुनिया", "नमसत", False, id="Hindi without its signs"),
        pytest.param("안녕하세요 세계", "안녕", True, id="Korean"),
        pytest.param("私は東京タワーが好きです。", "東京", True, id="Japanese, in the middle"),
        pytest.param("私は東京タワーが好きです。", "タワー 好き 私", True, id="Japanese, several"),
        pytest.param("私は東京タワーが好きです。", "ﾀﾜｰ", True, id="Japanese, of half width"),
        pytest.param("東海と京都", "東京", False, id="Japanese, not side by side"),
        pytest.param("東。京", "東京", False, id="Japanese, across a full stop"),
        pytest.param("我爱北京天安门", "北", True, id="Chinese, one character"),
        pytest.param("ฉันรักภาษาไทย", "ภาษา", True, id="Thai"),
        pytest.param("ຂ້ອຍຮັກພາສາລາວ", "ພາສາ", True, id="Lao"),
        pytest.param("ខ្ញុំស្រឡាញ់ភាសាខ្មែរ", "ភាសា", True, id="Khmer"),
        pytest.param("iPhone15が欲しい", "iphone15 欲しい", True, id="scripts without a space between"),
        pytest.param("I ❤\ufe0f emoji 🎉", "🎉 emoji ❤", True, id="emoji are no words"),
        pytest.param("half ½ and x²", "1 x2", True, id="forms of digits"),
        pytest.param("a" * 4000, "a" * 200, True, id="very long words"),
        pytest.param("it's C++ & x_y", "it s c x y", True, id="punctuation"),
    ],
)
def test_a_word_finds_a_text(api: Api, ann: Person, text: str, query: str, is_found: bool) -> None:
    make_post(ann, "something else")
    make_post(ann, text)

    assert found(api, "POST", query) == [text] * is_found


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_symbols_are_plain_text(api: Api, ann: Person, symbol: str) -> None:
    for text in ("alpha", "beta", "alpha beta"):
        make_post(ann, text)

    assert found(api, "POST", f"alpha {symbol} beta") == ["alpha beta"]
    assert found(api, "POST", f"{symbol}alpha{symbol}") == ["alpha beta", "alpha"]
    assert found(api, "POST", symbol) == []


@pytest.mark.parametrize(
    "query",
    [
        "alpha AND beta",
        "alpha OR beta",
        "alpha NOT beta",
        "NEAR(alpha beta)",
        "tokens: alpha",
        "alpha<2>beta",
    ],
)
def test_operators_are_words_like_others(api: Api, ann: Person, query: str) -> None:
    make_post(ann, "alpha beta")
    make_post(ann, f"So they wrote: {query}!")

    assert found(api, "POST", query) == [f"So they wrote: {query}!"]


@pytest.mark.parametrize("kind", ["USER", "POST", "HASHTAG"])
@pytest.mark.parametrize(
    "query",
    [
        pytest.param("", id="empty"),
        pytest.param(" \n", id="white space"),
        pytest.param("🎉 !", id="no word"),
        pytest.param("ann\0", id="NUL"),
        pytest.param("ann\x1f", id="a control"),
        pytest.param("\ud800ann", id="half a pair"),
        pytest.param("ann " * 2000, id="longer than any post"),
    ],
)
def test_what_can_be_nobodys_words_finds_nothing(api: Api, ann: Person, kind: str, query: str) -> None:
    make_post(ann, "ann 🎉 #ann")

    assert found(api, kind, query) == []


def test_as_many_words_as_a_post_can_have(api: Api, ann: Person) -> None:
    words = [f"{number:x}" for number in range(1200)]
    make_post(ann, " ".join(words))

    assert len(found(api, "POST", " ".join(reversed(words)))) == 1
    assert found(api, "POST", " ".join([*words, "absent"])) == []


def test_a_sentence_as_long_as_a_post_without_spaces(api: Api, ann: Person) -> None:
    text = "".join(map(chr, range(0x4E00, 0x4E00 + 5000)))
    make_post(ann, text)

    assert found(api, "POST", text) == [text]
    assert found(api, "POST", text[1:-1] + "東") == []


def plain_words(text: str) -> list[str]:
    """The words of a text, read one character after the other."""
    words = [""]
    for character in fold(text):
        kind = unicodedata.category(character)[0]
        is_mark, is_word = kind == "M", kind in "LN"
        if not (is_mark or is_word):
            words.append("")
        elif (is_mark and words[-1]) or (
            is_word and has_spaces(words[-1] or character) == has_spaces(character)
        ):
            words[-1] += character
        elif is_word:
            words.append(character)
    return list(filter(None, words))


def has_spaces(word: str) -> bool:
    return word[0] not in "東京都ガก"


def plainly_found(text: str, query: str) -> bool:
    """Whether a query finds a text, as the promise reads."""
    had, wanted = plain_words(text), plain_words(query)

    def has(number: int, word: str) -> bool:
        if not has_spaces(word):
            return any(word in each for each in had)
        return word in had or (number == len(wanted) and any(each.startswith(word) for each in had))

    return bool(wanted) and all(itertools.starmap(has, enumerate(wanted, start=1)))


letters = st.sampled_from("aabAàB12東京都ガกהबक")
others = st.sampled_from(" \u0301\u0e34\u093f\u200d_-'\"*:&🎉")
texts = st.text(letters | letters | others | st.just(" "), min_size=1, max_size=14)


@examples(150)
@given(
    bodies=st.lists(texts, min_size=1, max_size=6, unique=True),
    query=texts | texts.map(lambda text: text[:3]),
)
def test_posts_are_found_as_a_plain_reading_says(ann: Person, bodies: list[str], query: str) -> None:
    with rolled_back():
        posts = Post.objects.bulk_create([Post(author=ann.user, body=body) for body in bodies])
        index_posts(posts)

        expected = [body for body in bodies if plainly_found(body, query)]
        assert sorted(found(Api(), "POST", query)) == sorted(expected)


@examples(100)
@given(name=texts, query=texts | texts.map(lambda text: text[:3]))
def test_people_are_found_as_a_plain_reading_says(ann: Person, name: str, query: str) -> None:
    with rolled_back():
        index_names([User(id=ann.user.pk, username="ann_b1", display_name=name)])

        expected = plainly_found(f"ann_b1 - {name}", query)
        assert found(Api(), "USER", query) == ["ann"] * expected
