"""Extracts the street from an address as people write it: house number, name, type and direction.

The best part of an address is chosen: first one with house number and street type, then one with a street type, then
one with a house number, then the first that is not a town. The spelling of the text is kept.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from registration.companies.matching.house_numbers import (
    BETWEEN_NUMBERS,
    DASH,
    FRACTION,
    PARTS_OF_ONE,
    any_case,
    usual_signs,
)
from registration.companies.matching.street_parts import (
    BESIDE,
    COMPLETE,
    DIRECTION,
    DISTANCE,
    FLOORS,
    MANY_UNITS,
    NOT_AFTER_DIRECTION,
    NOWHERE,
    PARTS_OF_A_HOUSE,
    PLURAL_TYPES,
    POST_BOX,
    POST_BOX_ALONE,
    RURAL,
    SAINTS,
    SOFT_TYPES,
    STRONG_TYPES,
    UNITS,
    WEAK_TYPES,
)
from registration.companies.matching.towns import is_town
from registration.kit.text import visible

_UNIT_NUMBER = r"(?:[a-z]{0,2}\d+[a-z]?(?:\.\d+)?|[ivx]{2,4}|[a-z])\b"
_MORE_UNITS = rf"(?:(?:{DASH}(?=\w+\b\s*(?:[/,]|\d|$))|\s*(?:&|\+|\band\b)\s*){_UNIT_NUMBER})*"
_BEFORE_NUMBER = r"(?![^\W\d_])[.:\s#]*(?:no\.?\s*)?"

_LINK = any_case(r"\b(?:https?:/|www\.)\S+|\b[\w.-]+\.(?:gl|com|nz|app|page|org)/\S*|///\S+")
_PLUS_SIGN = "[2-9cfghjmpqrvwx]"
_PLUS_CODE = any_case(
    rf"(?<!\w)(?=[\d+]*[a-z]){_PLUS_SIGN}{{4,6}}(?:00|{_PLUS_SIGN}{{2}})?\+(?:{_PLUS_SIGN}{{2,3}})?(?!\w)"
)
_COORDINATES = any_case(r"-?\d{1,3}\.\d{3,}\s*°?\s*[nsew]?\b")
_BRACKETS = any_case(r"\([^()]*\)|\[[^\[\]]*\]")
_BOX_NUMBER = r"[\s.]*(?:[a-z]{0,2}\d{1,3}[\s-]\d{3}(?!\d)|[a-z]{0,2}\d+)?"
_POST_BOX = any_case(rf"\b(?:{POST_BOX})\b{_BOX_NUMBER}|(?:^|(?<=[,;\n]))\s*{POST_BOX_ALONE}{_BOX_NUMBER}")
_LONE_NUMBER = any_case(rf"^\s*((?:\d+[a-z]?\s*[/-]\s*)?\d+[a-z]?{FRACTION}?)\s*,\s*(?=[^\W\d])")
_DOUBTFUL = any_case(rf"\b(?:{UNITS})\b\s*{_UNIT_NUMBER}\s+\d/\d\s|(?<![\w.])\d+[a-z]?/{PARTS_OF_ONE}\s")
"""Ambiguous: a fraction of a house number or a unit, "Shop 3 1/2 Queen Street"."""
_LETTERS = any_case(rf"(?<![\w.])(\d+[a-z])(?:\s*(?:{DASH}|[&+/,]|\band\b)\s*[a-z]\b)+(?=\s+[^\W\d])")
"""Several letters of one number: "12A-C Queen Street"."""
_PARTS = any_case(rf"[,;\n|]|\s{DASH}\s(?!\d)")
_FLOOR = any_case(rf"\b(?:the\s+)?(?:{FLOORS})\s+(?:floor|level|flr)\b[\s/,-]*|\bg\s*/\s*f\b[\s/,-]*")
_MANY_UNITS = any_case(rf"\b(?:{MANY_UNITS}){_BEFORE_NUMBER}\d+[a-z]?\s*{DASH}\s*\d+[a-z]?(?=\s+[^\W\d])")
_UNIT = any_case(rf"\b(?:{UNITS}){_BEFORE_NUMBER}{_UNIT_NUMBER}{_MORE_UNITS}[\s/]*")
_NUMBERED_PART = rf"(?:{PARTS_OF_A_HOUSE}){_BEFORE_NUMBER}{_UNIT_NUMBER}"
_PART_OF_A_HOUSE = any_case(
    rf"(?:^{_NUMBERED_PART}{_MORE_UNITS}|\b{_NUMBERED_PART}(?=\s*(?:[/\d]|$|{DASH}\s*\d)))[\s/]*"
)
_LETTER_APART = any_case(r"\b(\d+)[/-](?=[a-z]\s)")
_NUMBER_SIGN = any_case(r"(?:#|\b(?:no|number|nr)\b\.?)\s*(?=\d)")
_RURAL_START = any_case(rf"^(?:{RURAL})\s*\d+\b")
_BESIDE = any_case(
    rf"(?:\b{DISTANCE}\b(?:\s+(?:walk|drive|down|up|along|on|further|away|the|{BESIDE})\b)*"
    rf"|\b(?:{BESIDE})\b\.?)\s*(?:the\s+)?"
)

_ANY_TYPE = rf"(?:{STRONG_TYPES}|{WEAK_TYPES})"
_SAINT = rf"st\.?\s+(?:{SAINTS})\b"
_WORD = r"(?:[^\W\d_](?:[^\W\d]|['’.\-])*(?!\w)|\d+(?:st|nd|rd|th)\b)"
_HIGHWAY = r"(?:state\s+(?:highway|hwy)|s\.?h\.?)\s*(?:\d+[a-z]?|one|two|three|four|five|six|seven|eight|nine)\b"
_DIRECTION = rf"(?:\s+(?:{DIRECTION})\b(?!\s+(?:{NOT_AFTER_DIRECTION})\b))?"
_ONE_NUMBER = rf"\d+[a-z]?{FRACTION}?[a-z]?"
_NUMBER = rf"(?<![\w.]){_ONE_NUMBER}(?:{BETWEEN_NUMBERS}{_ONE_NUMBER})?(?![\w.])"
_RURAL_DELIVERY = any_case(rf"(?:^|(?<=\s))(?:{RURAL})\s*\d+\b")
_CORNER_OF_TWO = any_case(r"\s*(?:&|\+|/|\band\b).*")
_JOINT = any_case(rf"\s*(?:&|\+|/|\band\b)\s*(?:{_WORD}\s+){{1,3}}?(?P<plural>{PLURAL_TYPES})\b")
_CORNER = any_case(r"^(?:on\s+)?(?:the\s+)?(?:corner|cnr|crnr?|cor|intersection|junction|jct|jnct)\b\.?\s*(?:of\b)?\s*")
_LANDMARK = any_case(r"^(?:above|inside|at|on|in)\b\.?\s*(?:the\s+)?")
_NOT_A_HOUSE = any_case(rf"\b(?:highway|hwy|s\.?h\.?|route|{RURAL})\s*$")
"""Words before a number that is not a house number: "State Highway 1 Main Road"."""
_NOWHERE = any_case(NOWHERE)
_NUMBER_ONLY = any_case(rf"{_NUMBER}(?:\s+{_WORD}){{1,3}}")
_ITS_NUMBER = any_case(rf"^{_NUMBER}\s+")
_NO_TRAILING = " .,;:/&-–—+"


def _street(types: str, longest: int) -> str:
    """Name, type and direction. A soft type before another type ("Park Lane Road") and the St of a saint belong to the
    name.
    """
    before_another = rf"(?:{SOFT_TYPES})\.?\s+(?!{_SAINT})(?:{STRONG_TYPES})\b"
    return rf"(?:{_WORD}\s+){{1,{longest}}}?(?!{_SAINT}|{before_another})(?:{types})\b{_DIRECTION}"


_NUMBERED = any_case(rf"{_NUMBER}\s+(?:{_HIGHWAY}|{_street(_ANY_TYPE, 5)}|(?:{COMPLETE})\b)")
_TYPED = any_case(rf"\b{_HIGHWAY}|\b(?:{_street(STRONG_TYPES, 4)}|(?:{COMPLETE})\b)")
_WEAKLY_TYPED = any_case(rf"\b(?!food\s+court){_street(WEAK_TYPES, 4)}")


@dataclass(frozen=True)
class _Part:
    """One part of an address. `is_beside`: it names a landmark near the restaurant."""

    text: str
    is_beside: bool = False


@dataclass(frozen=True)
class _Parts:
    """The parts of an address, landmarks near the restaurant last; empty if the house number is ambiguous."""

    parts: tuple[_Part, ...]
    has_post_box: bool


@lru_cache(maxsize=4096)
def clean_street(address: str) -> str:
    """The street of `address`; empty if there is none or its number is ambiguous. Never raises. Idempotent."""
    street = visible(address)
    while (shorter := _clean_once(street)) != street:
        street = shorter
    return street


def _clean_once(address: str) -> str:
    split = _split(address)
    parts = [_Part(" ".join(_JOINT.sub(_one_street, part.text).split()), part.is_beside) for part in split.parts]
    choices = _with_post_box if split.has_post_box else _without_post_box
    return next((street for street in choices(parts) if street), "")


def _one_street(joint: re.Match[str]) -> str:
    return " " + joint["plural"][:-1]


def _with_post_box(parts: list[_Part]) -> Iterable[str]:
    """A street beside a PO box counts only with a house number: "Shortland Street" alone is where the boxes are."""
    yield _first(_own(parts), _house(_NUMBERED))


def _without_post_box(parts: list[_Part]) -> Iterable[str]:
    yield _first(_own(parts), _house(_NUMBERED))
    plain = _plain(part.text for part in parts)
    yield _first(plain, _first_match(_TYPED))
    yield _first(plain, _first_match(_WEAKLY_TYPED))
    yield _first(_plain(_own(parts)), _house_on_a_street)
    yield _first(plain, _landmark)


def _own(parts: Iterable[_Part]) -> list[str]:
    return [part.text for part in parts if not part.is_beside]


def _plain(parts: Iterable[str]) -> list[str]:
    """The parts without rural delivery and without words before a street ("Cnr of", "inside the")."""
    return [_without_lead(piece.strip()) for part in parts for piece in _RURAL_DELIVERY.split(part)]


def _without_lead(part: str) -> str:
    if _CORNER.search(part):
        return _CORNER_OF_TWO.sub("", _CORNER.sub("", part))
    return _LANDMARK.sub("", part)


def _house(pattern: re.Pattern[str]) -> Callable[[str], str]:
    """Return a function that finds the first match whose number is a house number."""

    def find(part: str) -> str:
        match = pattern.search(part)
        while match and _NOT_A_HOUSE.search(part[: match.start()]):
            match = pattern.search(part, match.start() + 1)
        return match[0] if match else ""

    return find


def _house_on_a_street(part: str) -> str:
    """A number and a name that is not a town: "12, Auckland" names no street."""
    house = _house(_NUMBER_ONLY)(part)
    return "" if is_town(_ITS_NUMBER.sub("", house)) else house


def _first_match(pattern: re.Pattern[str]) -> Callable[[str], str]:
    def find(part: str) -> str:
        match = pattern.search(part)
        return match[0] if match else ""

    return find


def _landmark(part: str) -> str:
    """A landmark without a street, such as "Westfield Albany"; a text with a digit is a fragment of something else."""
    is_a_name = any(map(str.isalpha, part)) and not any(map(str.isdigit, part))
    return part if is_a_name and not is_town(part) and not _NOWHERE.fullmatch(part) else ""


def _first(parts: Iterable[str], find: Callable[[str], str]) -> str:
    return next((street for street in (find(part).strip(_NO_TRAILING) for part in parts) if street), "")


def _split(address: str) -> _Parts:
    """The parts that may contain a street, without numbers that only look like house numbers.

    Units, lots, floors, post boxes, rural delivery routes, plus codes, links and distances contain numbers too. A part
    after "opposite" or "200 m from" is another house: such parts come last, and their numbers are ignored.
    """
    text = usual_signs(_PLUS_CODE.sub(",", _LINK.sub(",", address)))
    while (shorter := _BRACKETS.sub(" ", text)) != text:
        text = shorter
    text = _COORDINATES.sub(",", text)
    has_post_box = _POST_BOX.search(text) is not None
    text = _LONE_NUMBER.sub(r"\1 ", _LETTERS.sub(r"\1", _POST_BOX.sub(",", text)))
    if _DOUBTFUL.search(text):
        return _Parts((), has_post_box)
    parts = [part for piece in _PARTS.split(text) for part in _parts(piece)]
    return _Parts(tuple(sorted(parts, key=lambda part: part.is_beside)), has_post_box)


def _parts(piece: str) -> Iterator[_Part]:
    """The remainder of a comma-separated piece, split where units and floors were removed."""
    rest = _RURAL_START.sub("", " ".join(piece.split()))
    for noise in (_FLOOR, _MANY_UNITS, _UNIT, _PART_OF_A_HOUSE):
        rest = ",".join(text.strip(" /-–—") for text in noise.sub(",", rest).split(","))
    for each in rest.split(","):
        for index, words in enumerate(_BESIDE.split(_LETTER_APART.sub(r"\1", _NUMBER_SIGN.sub(" ", each)))):
            if text := " ".join(words.split()):
                yield _Part(text, is_beside=index > 0)
