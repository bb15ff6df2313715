"""Names as comparable words: plurals, numbers and abbreviations in one form, without legal endings."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from registration.kit.symbols import fold

_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = {
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th", "sixth": "6th",
    "seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th",
}  # fmt: skip
_NUMBERS = {word: number for number, word in enumerate(_SMALL)} | {word: 10 * n for n, word in enumerate(_TENS, 2)}
_AND = re.compile(r"(?<=\w)(?:\s*['’‘`]\s*n\s*['’‘`]?\s*|\s+n['’‘`]\s*)(?=\w{2})", re.IGNORECASE)
"""The "n" between two words ("Sugar'n'Spice", "Fish 'n' Chips")."""
_ENDINGS = frozenset({
    "limited", "ltd", "holding", "nz", "zealand", "new", "aotearoa", "co", "company", "group", "incorporated", "inc",
    "lp", "partnership", "pty",
})  # fmt: skip
_YEAR = re.compile(r"(?:19|20)\d\d")
_LEFT_OUT = frozenset({"and", "n", "the", "a"})
_SAME = {
    "bro": "brother", "saint": "st", "mount": "mt", "pt": "point", "road": "rd", "avenue": "ave",
    "wanganui": "whanganui", "chch": "christchurch", "akl": "auckland", "wgtn": "wellington", "intl": "international",
    "bbq": "barbecue", "barbeque": "barbecue", "doughnut": "donut", "yoghurt": "yogurt", "restaurante": "restaurant",
    "ristorante": "restaurant", "restuarant": "restaurant", "caffe": "cafe",
}  # fmt: skip
_JOINED = {("take", "away"): "takeaway", ("take", "out"): "takeout", ("bake", "house"): "bakehouse"}


def read_lines(file: str) -> tuple[str, ...]:
    """The lines of a word list, one entry each."""
    return tuple(Path(__file__).with_name(file).read_text("utf-8").splitlines())


def read_table(file: str) -> dict[str, frozenset[str]]:
    """The entries of each key, from lines like `nelson: stoke, tahunanui`; a key may have no entries."""
    parts = (line.partition(": ") for line in read_lines(file))
    return {key: frozenset(entries.split(", ")) - {""} for key, _, entries in parts}


def in_digits(words: Iterable[str]) -> Iterator[str]:
    """The words with numbers in digits; a multiple of ten and the unit after it become one number."""
    ten = 0
    for word in words:
        number = _NUMBERS.get(word, -1)
        if ten and 0 < number < 10:
            yield str(ten + number)
            ten = 0
            continue
        if ten:
            yield str(ten)
        ten = number if number >= 20 else 0
        if not ten:
            yield _ORDINALS.get(word, word) if number < 0 else str(number)
    if ten:
        yield str(ten)


@dataclass(frozen=True)
class Words:
    """The words of a name, in order."""

    words: tuple[str, ...]

    @property
    def own(self) -> frozenset[str]:
        """The distinctive words, which only few names have."""
        return frozenset(self.words) - PLAIN

    @property
    def joined(self) -> str:
        """The words without blanks."""
        return "".join(self.words)

    @property
    def initials(self) -> str:
        """The first letters of the words."""
        return "".join(word[0] for word in self.words)

    def without(self, left_out: Collection[str]) -> "Words":
        """The name without the words in `left_out`; the whole name if no word would remain."""
        return Words(tuple(word for word in self.words if word not in left_out) or self.words)


@lru_cache(maxsize=8192)
def read_words(name: str) -> Words:
    """All words of a name, each in its canonical form."""
    words = [_one_form(word) for word in fold(_AND.sub(" and ", name)).split()]
    return Words(tuple(in_digits(_joined(words))))


@lru_cache(maxsize=8192)
def core_words(name: str) -> Words:
    """The words of a name without legal endings, founding years and articles; at least one word remains."""
    every = read_words(name).words
    words = [word for word in every if word not in _LEFT_OUT] or list(every)
    while words and len(words) > (ending := _legal_ending(words)) > 0:
        del words[-ending:]
    return Words(tuple(words))


def read_word_table(file: str) -> dict[str, frozenset[str]]:
    """A table of words, each in its canonical form."""
    return {key: frozenset(map(_one_form, words)) for key, words in read_table(file).items()}


def _legal_ending(words: Sequence[str]) -> int:
    """The number of words at the end that belong to the legal form, not to the name: "LIMITED", "2019", "NO 2"."""
    if words[-1].isdigit() and words[-2:-1] == ["no"]:
        return 2
    return int(words[-1] in _ENDINGS or _YEAR.fullmatch(words[-1]) is not None)


def _one_form(word: str) -> str:
    singular = word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
    canonical = singular[:-2] + "y" if len(singular) > 4 and singular.endswith("ie") else singular
    return _SAME.get(canonical, canonical)


def _joined(words: Sequence[str]) -> Iterator[str]:
    """The words, with pairs that are also written as one word joined."""
    position = 0
    while position < len(words):
        together = _JOINED.get((words[position], words[position + 1])) if position + 1 < len(words) else None
        yield together or words[position]
        position += 2 if together else 1


_LISTS = read_word_table("name_words.txt")

CORPORATE = _LISTS["corporate"]
"""Words that distinguish a company as little as a legal ending does ("ENTERPRISES", "TRADING")."""

VENUE = _LISTS["venue"]
"""Words that fit any restaurant and its company ("Restaurant", "Cafe", "HOSPITALITY")."""

PLAIN = CORPORATE | VENUE | _LISTS["food"] | _LISTS["common"]
"""Words that very many restaurants share; a name of only such words ("Thai Kitchen") is not distinctive."""
