"""Numbers that a spreadsheet spoilt, because it took a phone number or an id for a quantity.

What is lost (`6.42112E+10`, `#####`) is refused, what is only written otherwise (`64211234567.0`) is read.
"""

import re

from registration.models.signs import plain

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
