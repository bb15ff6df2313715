"""Splits an address into the parts in which a street can stand, without what only looks like a house number.

Units, lots, floors, boxes, rounds of the rural post, plus codes, links and distances have numbers too. What stands
after "opposite" or "200 m from" is another house: such parts come last, and their numbers do not count.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from registration.matching.address_signs import DASH, FRACTION, PARTS_OF_ONE, any_case, usual_signs
from registration.matching.street_words import (
    BESIDE,
    DISTANCE,
    FLOORS,
    MANY_UNITS,
    PARTS_OF_A_HOUSE,
    POST_BOX,
    POST_BOX_ALONE,
    RURAL,
    UNITS,
)

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
"""Half a house number or a unit: "Shop 3 1/2 Queen Street"."""
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


@dataclass(frozen=True)
class Part:
    """One part of an address. `is_beside`: it tells another place, near which the restaurant is."""

    text: str
    is_beside: bool = False


@dataclass(frozen=True)
class Parts:
    """The parts of an address, what is beside the restaurant last; none if its number is in doubt."""

    parts: tuple[Part, ...]
    has_post_box: bool


def split_address(address: str) -> Parts:
    """The parts in which a street can stand."""
    text = usual_signs(_PLUS_CODE.sub(",", _LINK.sub(",", address)))
    while (shorter := _BRACKETS.sub(" ", text)) != text:
        text = shorter
    text = _COORDINATES.sub(",", text)
    has_post_box = _POST_BOX.search(text) is not None
    text = _LONE_NUMBER.sub(r"\1 ", _LETTERS.sub(r"\1", _POST_BOX.sub(",", text)))
    if _DOUBTFUL.search(text):
        return Parts((), has_post_box)
    parts = [part for piece in _PARTS.split(text) for part in _parts(piece)]
    return Parts(tuple(sorted(parts, key=lambda part: part.is_beside)), has_post_box)


def _parts(piece: str) -> Iterator[Part]:
    """What is left of a piece between commas, cut where units and floors stood."""
    left = _RURAL_START.sub("", " ".join(piece.split()))
    for noise in (_FLOOR, _MANY_UNITS, _UNIT, _PART_OF_A_HOUSE):
        left = ",".join(one.strip(" /-–—") for one in noise.sub(",", left).split(","))
    for each in left.split(","):
        for place, one in enumerate(_BESIDE.split(_LETTER_APART.sub(r"\1", _NUMBER_SIGN.sub(" ", each)))):
            if text := " ".join(one.split()):
                yield Part(text, is_beside=place > 0)
