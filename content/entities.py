"""What a text points at: hashtags and names. Pure: whether somebody has the name is asked elsewhere."""

import re
import unicodedata
from collections.abc import Iterator

from content.models.tags import MAX_HASHTAG

MAX_EACH = 30  # hashtags, and people, of one post; more are plain text

_NAME = re.compile(r"@([A-Za-z0-9_]{3,30})(?!\w)")
_DOMAIN = re.compile(r"[\w-]+(\.[\w-]+)+")
# What may stand before the @ of an address (RFC 5322, 3.2.3: atext and dots).
_LOCAL_PART = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+/=?^_`{|}~-")


def hashtags_in(text: str) -> list[str]:
    """The names of the first 30 hashtags of a text, lower-case and without the #, in their order.

    A `#` and up to 64 letters, digits and `_` of any script, at least one letter among them; not after a
    letter or digit. They are counted in lower case, as the name is shown (`İ` is two): so whoever writes a
    name that is shown has that hashtag.
    """
    found = dict.fromkeys(name for name in _candidates(text) if name)
    return list(found)[:MAX_EACH]


def names_in(text: str) -> list[str]:
    """The names that a text mentions with an `@`, lower-case, in their order: each once, however many.

    Not after a letter or digit, nor in an e-mail address.
    """
    found = (
        match[1].lower()
        for match in _NAME.finditer(text)
        if not _ends_with_a_letter_or_digit(text, match.start()) and not _in_address(text, match)
    )
    return list(dict.fromkeys(found))


def hashtag_name(text: str) -> str:
    """A hashtag as people write it in a filter, with or without the #, as it is stored."""
    return _stored(text.strip().removeprefix("#"))


def _candidates(text: str) -> Iterator[str]:
    for match in re.finditer("#", text):
        start = end = match.end()
        while end < len(text) and _in_word(text[end]):
            end += 1
        word = text[start:end]
        if word and not _ends_with_a_letter_or_digit(text, match.start()) and not _is_mark(word[0]):
            name = _stored(word)
            if len(name) <= MAX_HASHTAG and any(unicodedata.category(each)[0] == "L" for each in name):
                yield name


def _stored(word: str) -> str:
    return unicodedata.normalize("NFC", word.lower())


def _ends_with_a_letter_or_digit(text: str, position: int) -> bool:
    return position > 0 and text[position - 1] != "_" and _in_word(text[position - 1])


def _in_word(character: str) -> bool:
    # Marks are parts of letters: vowel signs in Thai, Hindi, Arabic.
    category = unicodedata.category(character)
    return character == "_" or category[0] in "LM" or category == "Nd"


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"


def _in_address(text: str, match: re.Match[str]) -> bool:
    if not _DOMAIN.match(text, match.start(1)):
        return False
    start = match.start()
    while start > 0 and text[start - 1] in _LOCAL_PART:
        start -= 1
    return any(character.isalnum() for character in text[start : match.start()])
