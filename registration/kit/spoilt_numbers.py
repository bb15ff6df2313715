"""Numbers damaged by a spreadsheet that took a phone number, a postcode or an id for a quantity."""

import re

from registration.kit.symbols import plain

_AT_THE_END = re.compile(
    r"(?P<before>.*?(?P<word>[^\W\d_]{3,})[.,]?[\s,]+)(?P<digits>\d{3,4})(?P<decimals>[.,]0+)?"
    r"(?P<country>,?\s*(?:New\s+Zealand|Aotearoa|NZ))?",
    re.IGNORECASE,
)
_NUMBERED = frozenset({
    "unit", "shop", "suite", "level", "floor", "flat", "room", "apartment", "apt", "lot", "box", "bag", "number",
    "kiosk", "street", "road", "avenue", "ave", "lane", "drive", "place", "terrace", "crescent", "way", "highway",
    "quay", "parade", "delivery", "route", "building", "stall", "store", "hangar", "pier", "wharf",
})  # fmt: skip
"""A number after one of these words belongs to the word, so it is no postcode."""
_LOWEST = 110
_SHORTENED = re.compile(r"(?P<whole>\d)(?:[.,](?P<rest>\d+))?E\+?(?P<exponent>\d{1,3})", re.IGNORECASE)
_ALMOST_SHORTENED = re.compile(r"\dE[+-]?\d", re.IGNORECASE)
_WITH_DECIMALS = re.compile(r"(\+?[\d ]{5,}|\d{1,3}(?:,\d{3}){1,4})(?:\.0+|,0{1,2})")
_ID_WITH_DECIMALS = re.compile(r"(\d{5,})(?:\.0+|,0{1,2})")
_WITH_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3}){2,4}")
_FORMULA_OF_TEXT = re.compile(r"=?\s*\"(.*)\"|'(.*)", re.DOTALL)
_NO_VALUE = re.compile(
    r"#{2,}|#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|ERROR!|SPILL!|CALC!)|Err:\d{3}", re.IGNORECASE
)
_SHOWN_DIGITS = 6
"""Spreadsheets show at most this many significant digits of a long number."""
_KEPT_DIGITS = 15
"""Spreadsheets store at most this many significant digits."""
_LOST = "a spreadsheet seems to have rounded this number; write it in full, a phone with its first 0 or +64"


def with_postcode(text: str) -> str:
    """The text with its postcode restored to four digits; unchanged if it has none."""
    match = _AT_THE_END.fullmatch(text)
    if match is None:
        return text
    digits = match["digits"]
    lost = len(digits) == 3 and int(digits) >= _LOWEST and match["word"].casefold() not in _NUMBERED
    if not (lost or (len(digits) == 4 and match["decimals"])):
        return text
    return f"{match['before']}{digits.zfill(4)}{match['country'] or ''}"


def unquoted(cell: str) -> str:
    """A cell without the marks of a text cell: `="021 123"` and `'021 123` become 021 123."""
    match = _FORMULA_OF_TEXT.fullmatch(cell.strip())
    return cell if match is None else next(part for part in match.groups() if part is not None)


def no_value(cell: str) -> str | None:
    """Why a cell holds no value: a spreadsheet wrote `#####`, `#REF!` or `Err:502` instead; None if it holds one."""
    if not _NO_VALUE.fullmatch(cell.strip()):
        return None
    return f"{cell.strip()!r} replaces a value that the spreadsheet could not show; enter the value again"


def whole_number(text: str) -> str:
    """The digits of a number that a spreadsheet reformatted; any other text unchanged.

    Raises ValueError if digits were lost.
    """
    number = plain(unquoted(text)).strip()
    if reason := no_value(number):
        raise ValueError(reason)
    if match := _SHORTENED.fullmatch(number):
        rest, exponent = (match["rest"] or "").rstrip("0"), int(match["exponent"])
        if exponent != len(rest):
            raise ValueError(f"{text.strip()!r}: {_LOST}")
        return match["whole"] + rest
    if match := _WITH_DECIMALS.fullmatch(number):
        number = match[1]
    if _WITH_THOUSANDS.fullmatch(number):
        number = number.replace(",", "")
    if _ALMOST_SHORTENED.search(number) or _is_rounded(number):
        raise ValueError(f"{text.strip()!r}: {_LOST}")
    return number


def id_text(text: str) -> str:
    """An id or a company number, restored to its digits if a spreadsheet reformatted it.

    Since an id may be any text, only formats that no id has are converted or refused. Raises ValueError if digits were
    lost.
    """
    number = plain(unquoted(text)).strip()
    if reason := no_value(number):
        raise ValueError(reason)
    if "+" in number and _SHORTENED.fullmatch(number):
        return whole_number(number)
    if match := _ID_WITH_DECIMALS.fullmatch(number):
        number = match[1]
    if number.isdecimal() and len(number) > _KEPT_DIGITS and len(number.rstrip("0")) <= _KEPT_DIGITS:
        raise ValueError(f"{text.strip()!r}: {_LOST}")
    return number if number.isdecimal() else unquoted(text)


def was_a_number(text: str) -> bool:
    """True if a spreadsheet took the text for a number, so that a leading 0 or + may be lost: 212345678."""
    number = plain(unquoted(text)).strip()
    return number != whole_number(text) or (number.isdecimal() and not number.startswith("0"))


def _is_rounded(number: str) -> bool:
    """True if a number looks as if it was shown rounded and saved so: 64211200000, 212346000."""
    if not number.isdecimal() or number.startswith("0"):
        return False
    digits = number.rstrip("0")
    zeros = len(number) - len(digits)
    shown = len(number) > _SHOWN_DIGITS + 1 and len(digits) <= _SHOWN_DIGITS and zeros > 2
    return shown or (len(number) > _KEPT_DIGITS and len(digits) <= _KEPT_DIGITS)
