"""Numbers that a spreadsheet spoilt, because it took a phone number, a postcode or an id for a quantity."""

import re

from registration.kit.symbols import plain

_AT_THE_END = re.compile(
    r"(?P<place>.*?(?P<word>[^\W\d_]{3,})[.,]?[\s,]+)(?P<digits>\d{3,4})(?P<decimals>[.,]0+)?"
    r"(?P<country>,?\s*(?:New\s+Zealand|Aotearoa|NZ))?",
    re.IGNORECASE,
)
_NUMBERED = frozenset({
    "unit", "shop", "suite", "level", "floor", "flat", "room", "apartment", "apt", "lot", "box", "bag", "number",
    "kiosk", "street", "road", "avenue", "ave", "lane", "drive", "place", "terrace", "crescent", "way", "highway",
    "quay", "parade", "delivery", "route", "building", "stall", "store", "hangar", "pier", "wharf",
})  # fmt: skip
"""A number behind one of these is its own."""
_LOWEST = 110


def with_postcode(text: str) -> str:
    """The text with its postcode as New Zealand writes it, in four digits; as it is if it has none."""
    match = _AT_THE_END.fullmatch(text)
    if match is None:
        return text
    digits = match["digits"]
    lost = len(digits) == 3 and int(digits) >= _LOWEST and match["word"].casefold() not in _NUMBERED
    if not (lost or (len(digits) == 4 and match["decimals"])):
        return text
    return f"{match['place']}{digits.zfill(4)}{match['country'] or ''}"


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
"""More significant digits a spreadsheet does not show of a long number."""
_KEPT_DIGITS = 15
"""More it does not keep."""
_LOST = "a spreadsheet seems to have rounded this number; write it in full, a phone with its first 0 or +64"


def unquoted(cell: str) -> str:
    """A cell without what says that it is a text: `="021 123"` and `'021 123` are 021 123."""
    match = _FORMULA_OF_TEXT.fullmatch(cell.strip())
    return cell if match is None else next(part for part in match.groups() if part is not None)


def no_value(cell: str) -> str | None:
    """Why a cell holds no value: a spreadsheet wrote `#####`, `#REF!` or `Err:502` instead of it; else None."""
    if not _NO_VALUE.fullmatch(cell.strip()):
        return None
    return f"{cell.strip()!r} stands where the spreadsheet could not show a value; write it anew"


def whole_number(text: str) -> str:
    """`text` with a number in digits alone, if it is one that a spreadsheet wrote otherwise; else as it is.

    Raises ValueError if digits of it are lost.
    """
    number = plain(unquoted(text)).strip()
    if unseen := no_value(number):
        raise ValueError(unseen)
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
    """An id or the number of a company, in digits alone if a spreadsheet wrote it otherwise.

    Ids may be any texts: only what no id looks like is read or refused. Raises ValueError if digits of it are lost.
    """
    number = plain(unquoted(text)).strip()
    if unseen := no_value(number):
        raise ValueError(unseen)
    if "+" in number and _SHORTENED.fullmatch(number):
        return whole_number(number)
    if match := _ID_WITH_DECIMALS.fullmatch(number):
        number = match[1]
    if number.isdecimal() and len(number) > _KEPT_DIGITS and len(number.rstrip("0")) <= _KEPT_DIGITS:
        raise ValueError(f"{text.strip()!r}: {_LOST}")
    return number if number.isdecimal() else unquoted(text)


def was_a_number(text: str) -> bool:
    """Whether a spreadsheet took the text for a number, so that a leading 0 or + may be lost: 212345678."""
    number = plain(unquoted(text)).strip()
    return number != whole_number(text) or (number.isdecimal() and not number.startswith("0"))


def _is_rounded(number: str) -> bool:
    """Whether a plain number looks like one that was shown shortened and then saved: 64211200000, 212346000."""
    if not number.isdecimal() or number.startswith("0"):
        return False
    digits = number.rstrip("0")
    zeros = len(number) - len(digits)
    shown = len(number) > _SHOWN_DIGITS + 1 and len(digits) <= _SHOWN_DIGITS and zeros > 2
    return shown or (len(number) > _KEPT_DIGITS and len(digits) <= _KEPT_DIGITS)
