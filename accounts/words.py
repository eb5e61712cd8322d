"""What text is found by: the one place where both databases' search gets its words.

A database's own rules of words and accents are its own, and differ between machines; so neither is asked.
What is indexed and what is looked for come from here, and the databases only compare.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

# Written without spaces: Thai, Lao, Myanmar, Khmer, kana, Bopomofo, and Han, with their marks.
SPACELESS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\ua9e0-\ua9ff\uaa60-\uaa7f\u3005-\u3007\u3021-\u3029\u3031-\u303c"
    "\u3041-\u30ff\u3100-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff]"
)
ACCENTS = re.compile("[\u0300-\u036f]+")
# What nobody sees: soft hyphens, joiners, marks of direction, variants of one character.
INVISIBLE = re.compile(
    "[\u00ad\u061c\u180b-\u180f\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]+"
)
# Letters that people without them on their keyboard write so, and that Unicode does not take apart.
PLAIN = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ŧ": "t",
        "\u0131": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
    }
)
MAX_WORD = 100  # characters: longer words are compared by so many
# What a `tsvector` can hold: more of a text, or more of one token's places, PostgreSQL leaves out.
MAX_TOKENS = 16_000
MAX_PLACES = 255
FILLER = "\ue000"  # stands for what is left out; no word has it

# A word, or what is written without spaces; a mark needs something that it marks.
PIECE = re.compile("w[wm]*|s[sm]*")


@dataclass(frozen=True)
class Term:
    """What a text must have to be found.

    Args:
        tokens: must stand side by side, in this order.
        is_prefix: the only token may be the beginning of a longer one.
    """

    tokens: tuple[str, ...]
    is_prefix: bool


def fold(text: str) -> str:
    """Text without case, accents and variants of form: what is equal then is the same to search.

    Latin, Greek and Cyrillic letters lose their accents; the vowel signs of other scripts make other words
    and stay. May be longer than `text`.
    """
    plain = unicodedata.normalize("NFKD", INVISIBLE.sub("", text)).casefold().translate(PLAIN)
    return unicodedata.normalize("NFC", ACCENTS.sub("", unicodedata.normalize("NFKD", plain)))


def words(text: str) -> list[str]:
    """The words of a text, folded, in order: letters and digits of any script with their marks.

    What is written without spaces is one word as long as nothing else interrupts it.
    """
    folded = fold(text)
    kinds = "".join(map(_kind, folded))
    found = [folded[slice(*piece.span())] for piece in PIECE.finditer(kinds)]
    return [word if is_spaceless(word) else word[:MAX_WORD] for word in found]


def is_spaceless(word: str) -> bool:
    """Whether a word (or a token) is of a script without spaces, so that it may hold several words."""
    return SPACELESS.match(word) is not None


def tokens(text: str) -> list[str]:
    """What a text is indexed by: each word once, then the pairs of neighbours of what has no spaces.

    The last character of the latter stands alone, so that what follows is no neighbour of it.
    """
    found = words(text)
    indexed = list(dict.fromkeys(word for word in found if not is_spaceless(word)))
    places: dict[str, int] = {}
    for run in filter(is_spaceless, found):
        for token in (*_pairs(run), run[-1]):
            places[token] = places.get(token, 0) + 1
            indexed.append(token if places[token] <= MAX_PLACES else FILLER)
    return indexed[:MAX_TOKENS]


def terms(query: str) -> list[Term]:
    """What a text must have, all of it, so that a query finds it. The last word may be a beginning.

    What has no spaces is found inside longer texts of its kind, wherever it stands in the query.
    """
    *others, last = words(query) or [""]
    complete = [_term(word, is_prefix=False) for word in others]
    return list(dict.fromkeys([*complete, _term(last, is_prefix=True)])) if last else []


def name_words(*names: str) -> str:
    """The words of somebody's names, with a space before and behind each."""
    return "".join(f" {word}" for name in names for word in words(name)) + " "


def name_parts(query: str) -> list[str]:
    """What `name_words` must have, all of it, so that a query finds somebody."""
    return [_name_part(term) for term in terms(query)]


def letters(text: str) -> str:
    """Text without its case; accents and everything else stay."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def _name_part(term: Term) -> str:
    token = term.tokens[0]
    if is_spaceless(token):
        return token + "".join(pair[1] for pair in term.tokens[1:])
    return f" {token}" if term.is_prefix else f" {token} "


def _term(word: str, *, is_prefix: bool) -> Term:
    if not is_spaceless(word):
        return Term((word,), is_prefix)
    return Term(_pairs(word), is_prefix=False) if len(word) > 1 else Term((word,), is_prefix=True)


def _pairs(run: str) -> tuple[str, ...]:
    return tuple(first + second for first, second in pairwise(run))


@lru_cache(maxsize=4096)
def _kind(character: str) -> str:
    category = unicodedata.category(character)[0]
    if category == "M":
        return "m"
    if category not in "LN":
        return " "
    return "s" if is_spaceless(character) else "w"
