"""Cuts the street out of an address as people write it: house number, name, type, direction; nothing else.

An address is looked at in parts (between commas). The best part wins: one with house number and street type, then one
with a street type, then one with a house number, then the first that is no town. The text's own spelling is kept.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from registration.matching import street_words as words
from registration.matching.places import is_town
from registration.models.texts import visible


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_ANY_TYPE = rf"(?:{words.STRONG_TYPES}|{words.WEAK_TYPES})"
_SAINT = rf"st\.?\s+(?:{words.SAINTS})\b"
_WORD = r"(?:[^\W\d_][\w'’.\-]*|\d+(?:st|nd|rd|th)\b)"
_HIGHWAY = r"(?:state\s+(?:highway|hwy)|s\.?h\.?)\s*(?:\d+[a-z]?|one|two|three|four|five|six|seven|eight|nine)\b"
_DIRECTION = rf"(?:\s+(?:{words.DIRECTION})\b(?!\s+(?:{words.NOT_AFTER_DIRECTION})\b))?"
_NUMBER = r"(?<![\w.])\d+[a-z]?(?:(?:\s*[-–&]\s*|\s+to\s+)\d+[a-z]?)?(?![\w.])"
_UNIT_NUMBER = r"(?:[a-z]{0,2}\d+[a-z]?(?:\.\d+)?|[a-z])\b"


def _street(types: str, longest: int) -> str:
    """Name, type and direction. Part of the name: a soft type before another ("Park Lane Road"), the St of a saint."""
    before_another = rf"(?:{words.SOFT_TYPES})\.?\s+(?!{_SAINT})(?:{words.STRONG_TYPES})\b"
    return rf"(?:{_WORD}\s+){{1,{longest}}}?(?!{_SAINT}|{before_another})(?:{types})\b{_DIRECTION}"


_BRACKETS = _pattern(r"\([^()]*\)|\[[^\[\]]*\]")
_POST_BOX = _pattern(rf"\b(?:{words.POST_BOX})\b[\s.]*\d*")
_RURAL_START = _pattern(r"^r\.?d\.?\s*\d+\b")
_RURAL_DELIVERY = _pattern(r"(?:^|(?<=\s))r\.?d\.?\s*\d+\b")
_LONE_NUMBER = _pattern(r"^\s*((?:\d+[a-z]?\s*[/-]\s*)?\d+[a-z]?)\s*,\s*(?=[^\W\d])")
_CORNER_OF_TWO = _pattern(r"\s*(?:&|\+|/|\band\b).*")
_PARTS = _pattern(r"[,;\n|]|\s[-–—]\s(?!\d)")
_FLOOR = _pattern(rf"\b(?:the\s+)?(?:{words.FLOORS})\s+(?:floor|level|flr)\b[\s/,-]*|\bg\s*/\s*f\b[\s/,-]*")
_MORE_UNITS = rf"(?:(?:[-–](?=\w+\b\s*(?:[/,]|\d|$))|\s*(?:&|\+|\band\b)\s*){_UNIT_NUMBER})*"
_UNIT = _pattern(rf"\b(?:{words.UNITS})\b[.\s#]*(?:no\.?\s*)?{_UNIT_NUMBER}{_MORE_UNITS}[\s/]*")
_LETTER_APART = _pattern(r"\b(\d+)[/-](?=[a-z]\s)")
_NUMBER_SIGN = _pattern(r"(?:#|\b(?:no|number|nr)\b\.?)\s*(?=\d)")
_JOINT = _pattern(rf"\s*(?:&|\+|/|\band\b)\s*(?:{_WORD}\s+){{1,3}}?(?P<plural>{words.PLURAL_TYPES})\b")
_CORNER = _pattern(r"^(?:on\s+)?(?:the\s+)?(?:corner|cnr|crn|cor)\b\.?\s*(?:of\b)?\s*")
_LANDMARK = _pattern(r"^(?:opposite|opp|next\s+to|near|behind|beside|above|inside|off|at|on|in)\b\.?\s*(?:the\s+)?")

_NUMBERED = _pattern(rf"{_NUMBER}\s+(?:{_HIGHWAY}|{_street(_ANY_TYPE, 5)}|(?:{words.COMPLETE})\b)")
_TYPED = _pattern(rf"\b{_HIGHWAY}|\b(?:{_street(words.STRONG_TYPES, 4)}|(?:{words.COMPLETE})\b)")
_WEAKLY_TYPED = _pattern(rf"\b(?!food\s+court){_street(words.WEAK_TYPES, 4)}")
_NUMBER_ONLY = _pattern(rf"{_NUMBER}(?:\s+{_WORD}){{1,3}}")

_NO_TRAILING = " .,;:/&-–—+"


@lru_cache(maxsize=4096)
def clean_street(address: str) -> str:
    """The street of `address`; empty if there is none, as with a PO box. Never raises; twice changes nothing more."""
    street = visible(address)
    while (shorter := _once(street)) != street:
        street = shorter
    return street


def _once(address: str) -> str:
    without_brackets = address
    while (shorter := _BRACKETS.sub(" ", without_brackets)) != without_brackets:
        without_brackets = shorter
    text = _LONE_NUMBER.sub(r"\1 ", _POST_BOX.sub(",", without_brackets))
    parts = [part for part in map(_part, _PARTS.split(text)) if part]
    choices = _with_post_box if _POST_BOX.search(without_brackets) else _without_post_box
    return next((street for street in choices(parts) if street), "")


def _part(text: str) -> str:
    """One part of an address without floors, units, number signs and rural delivery; a joint corner made one street."""
    part = _RURAL_START.sub("", " ".join(text.split()))
    for noise in (_FLOOR, _UNIT, _NUMBER_SIGN):
        part = noise.sub(" ", part).strip(" /-–")
    part = _LETTER_APART.sub(r"\1", part)
    part = _JOINT.sub(lambda joint: " " + joint["plural"][:-1], part)
    return " ".join(part.split())


def _with_post_box(parts: list[str]) -> Iterable[str]:
    """A street beside a PO box counts only with its house number: "Shortland Street" is where the boxes are."""
    yield _first(parts, _found(_NUMBERED))


def _without_post_box(parts: list[str]) -> Iterable[str]:
    yield _first(parts, _found(_NUMBERED))
    plain = [_plain(part) for part in parts]
    yield _first(plain, _found(_TYPED))
    yield _first(plain, _found(_WEAKLY_TYPED))
    yield _first(plain, _found(_NUMBER_ONLY))
    yield _first(plain, lambda part: "" if is_town(part) or not any(map(str.isalpha, part)) else part)


def _plain(part: str) -> str:
    """A part without rural delivery and the words that lead to a street ("Cnr of", "opposite the")."""
    text = _RURAL_DELIVERY.sub(" ", part).strip()
    if _CORNER.search(text):
        return _CORNER_OF_TWO.sub("", _CORNER.sub("", text))
    return _LANDMARK.sub("", text)


def _found(pattern: re.Pattern[str]) -> Callable[[str], str]:
    def find(part: str) -> str:
        match = pattern.search(part)
        return match[0] if match else ""

    return find


def _first(parts: Iterable[str], find: Callable[[str], str]) -> str:
    return next((street for street in (find(part).strip(_NO_TRAILING) for part in parts) if street), "")
