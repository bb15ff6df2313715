"""Addresses in comparable form, and registered addresses that belong to firms shared by many companies."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise

from rapidfuzz import fuzz

from registration.companies.matching.house_numbers import DASH, read_number, usual_signs
from registration.companies.matching.location import Locality, Nearness, nearness, read_locality, surroundings
from registration.companies.matching.query_cleaning import clean_street
from registration.companies.matching.units import read_unit
from registration.companies.matching.words import core_words
from registration.companies.models import RegisterQuery
from registration.kit.symbols import fold

_SERVICES = re.compile(
    r"\b(?:accountants?|accounting|accountancy|chartered|taxation|tax\s+agents?|solicitors?|lawyers?|barristers?|advisors"
    r"|advisers|advisory|bookkeep\w*|business\s+services|registered\s+office|virtual\s+office|trustees"
    r"|bdo|kpmg|deloitte|pwc|pricewaterhouse\w*|ernst\s+(?:&|and)\s+young|grant\s+thornton|baker\s+tilly|crowe|rsm|findex"
    r"|moore\s+markhams|nexia|uhy|bellingham\s+wallace|gilligan\s+sheppard|hayes\s+knight|markhams)(?!\w)",
    re.IGNORECASE,
)
_STROKE = "[/|]"
_CARE_OF = re.compile(
    rf"(?<![\w'’])(?:c\s*{_STROKE}(?!\s*\d)|c{_STROKE}(?=\s+\d|0\s*{DASH}|0\s+[^\W\d])|c{DASH}\s*{_STROKE}"
    rf"|c\.\s?o\b|c:o\b|c{DASH}o\b|co\s*{_STROKE}|(?:in\s+)?care(?:\s|{DASH}|{_STROKE})*of\b|p\s*{_STROKE}\s*a\b"
    rf"|f\.?a\.?o\b|(?<!\d\s)att(?:n|ent|ention)?(?=[\s.:;,-]))|(?:^|[,;\n])\s*(?:c\s?o\s|%\s*[^\W\d])",
    re.IGNORECASE,
)
"""Matches "C/-", "c/o", "C/ Smith", "℅", "Care-of", "Attn: Smith"; "C/12" is a unit."""

_FIRM = re.compile(
    r"(?:^|[,;\n])\s*(?P<firm>[^,;\n\d]*?(?:\b(?:limited|ltd|llp|partners|partnership|associates)"
    r"|(?:&|\band)\s+co(?:mpany)?)\b\.?)(?=\s*(?:[,;\n]|$)|\s+[^,;\n]*\d)",
    re.IGNORECASE,
)
"""A firm's name at the beginning of a part of the address."""
_LONG_FORMS = {
    "street": "st str streets", "road": "rd roads", "avenue": "ave av avenues", "lane": "ln", "place": "pl",
    "crescent": "cres cr crs", "drive": "dr drv", "terrace": "tce terr ter", "boulevard": "blvd bvd", "court": "ct crt",
    "close": "cl", "parade": "pde", "highway": "hwy", "grove": "gr grv", "quay": "qy", "esplanade": "esp",
    "square": "sq", "mount": "mt", "point": "pt", "great": "gt", "north": "nth n", "south": "sth s", "east": "e",
    "west": "w", "extension": "ext extn",
}  # fmt: skip
_LONG_FORM = {short: long for long, shorts in _LONG_FORMS.items() for short in shorts.split()}
_TYPES = frozenset(_LONG_FORMS) - {"mount", "point", "great", "north", "south", "east", "west"}
_STATE_HIGHWAY = re.compile(r"\b(?:state highway|state hwy|sh) ?(?=\d)")
_DIRECTIONS = frozenset(["north", "nth", "south", "sth", "east", "west", "n", "s", "e", "w", "upper", "lower"])
_SPELLED_ALIKE = 86


def is_service_address(address: str, own_names: Iterable[str] = ()) -> bool:
    """True if the address belongs to an accountant, a lawyer, a registered-office service or any other firm.

    A company's own name in its address ("KIM LIMITED, 9 Queen Street") does not count.
    """
    text = usual_signs(unicodedata.normalize("NFKC", address))
    if _SERVICES.search(text) or _CARE_OF.search(text):
        return True
    own = [core_words(name).words for name in own_names]
    return any(core_words(firm["firm"]).words not in own for firm in _FIRM.finditer(text))


class House(IntEnum):
    """How much of street and house number two addresses share."""

    NOTHING = 0
    STREET = 1
    BUILDING = 2
    """The same house, but another unit."""
    NEARLY = 3
    """The same house if one of the two addresses is misspelled or incomplete."""
    SAME = 4


@dataclass(frozen=True)
class Street:
    """A street in comparable form: house numbers from `low` to `high` (None: no number), the name without
    abbreviations.
    """

    low: int | None
    high: int | None
    letter: str
    name: str
    fraction: str = ""

    @property
    def is_a_house(self) -> bool:
        """True if it is one building, not a whole street."""
        return self.low is not None and bool(self.name)

    def same_house(self, other: "Street") -> bool:
        """True for the same street name and overlapping house numbers; see `same_number`."""
        return self.name == other.name and self.same_number(other)

    def same_number(self, other: "Street") -> bool:
        """True if the house numbers overlap. Letters are compared only if both have one, fractions always."""
        if self.low is None or self.high is None or other.low is None or other.high is None:
            return False
        if self.fraction != other.fraction:
            return False
        letters_differ = self.letter and other.letter and self.letter != other.letter
        return self.low <= other.high and other.low <= self.high and not letters_differ

    def nearly_same_name(self, other: "Street") -> bool:
        """True if one of the names is misspelled, or lacks its type or its direction."""
        mine, others = set(self.name.split()), set(other.name.split())
        directions, other_directions = mine & _DIRECTIONS, others & _DIRECTIONS
        if not mine or not others or (directions and other_directions and directions != other_directions):
            return False
        if mine < others or others < mine:
            return mine ^ others <= _TYPES | _DIRECTIONS and bool(mine & others - _TYPES)
        return mine & _TYPES == others & _TYPES and fuzz.ratio(self.name, other.name) >= _SPELLED_ALIKE


@dataclass(frozen=True)
class Address:
    """An address in comparable form."""

    street: Street
    unit: str
    is_upstairs: bool
    locality: Locality


@lru_cache(maxsize=4096)
def read_street(address: str) -> Street:
    """The street of an address in comparable form; its name is empty if there is none."""
    text = clean_street(address)
    number = read_number(text)
    rest = _STATE_HIGHWAY.sub("highway ", fold(text[number.end :]))
    name = " ".join(long_forms(rest.removeprefix("the ").split()))
    return Street(number.low, number.high, number.letter, name, number.fraction)


@lru_cache(maxsize=4096)
def read_address(address: str) -> Address:
    """The whole address in comparable form."""
    unit = read_unit(address)
    return Address(read_street(address), unit.name, unit.is_upstairs, read_locality(address, clean_street(address)))


def house(target: Address, other: Address) -> House:
    """How much of street and house number two addresses share, regardless of their towns."""
    mine, others = target.street, other.street
    if not mine.name or not others.name:
        return House.NOTHING
    if not mine.same_house(others):
        if not mine.nearly_same_name(others):
            return House.STREET if mine.name == others.name else House.NOTHING
        return House.NEARLY if mine.same_number(others) else House.STREET
    return House.BUILDING if target.unit and other.unit and target.unit != other.unit else House.SAME


def in_city(city: str, address: str) -> bool:
    """True if the address is in the city or one of its suburbs; a street named after the city does not count."""
    return nearness(surroundings(city), read_address(address).locality) >= Nearness.TOWN


def is_exact_address(query: RegisterQuery, address: str) -> bool:
    """True if the address is the house and city of the query, and not a service address."""
    street = read_street(query.street)
    is_the_house = street.is_a_house and street.same_house(read_street(address)) and in_city(query.city, address)
    return is_the_house and not is_service_address(address)


def long_forms(words: list[str]) -> Iterable[str]:
    """Each word without abbreviation; "st" is a street at the end or before a direction, else a saint."""
    for word, following in pairwise([*words, ""]):
        is_saint = word == "st" and following not in {"", *_DIRECTIONS}
        yield "saint" if is_saint else _LONG_FORM.get(word, word)
