"""Cells of CSV files that people edit in a spreadsheet: no text from outside is a formula.

A cell that begins with `=`, `+`, `-`, `@` or a tab is executed by spreadsheets (OWASP: CSV injection). Such a text is
written with an apostrophe in front, and read back without it. So is what follows a semicolon, a tab or a line end
inside of a text: in a file whose cells are separated by commas, a spreadsheet that separates by something else begins
a cell there, whatever quotes are around the whole.
"""

import re
from collections.abc import Callable

from registration.models.texts import is_control

_CELL_MAY_BEGIN = re.compile(r"([;\t\r\n])")
_FORMULA = re.compile(r"'*\s*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def to_cell(value: object) -> str:
    """The text of a cell; None is blank. What could be a formula, or already looks defused, gets an apostrophe.

    Control characters are left out.
    """
    text = "" if value is None else "".join(map(_printable, str(value)))
    return _defused(_each_after_the_first(text, _defused))


def from_cell(cell: str) -> str:
    """What was written with `to_cell`, or typed by a person, who may leave the apostrophe out."""
    return _each_after_the_first(_as_it_was(cell), _as_it_was)


def _defused(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _as_it_was(text: str) -> str:
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def _each_after_the_first(text: str, change: Callable[[str], str]) -> str:
    """The text with what another spreadsheet would begin a cell with changed, but for its own beginning."""
    first, *others = _CELL_MAY_BEGIN.split(text)
    others[1::2] = map(change, others[1::2])
    return first + "".join(others)


def _printable(character: str) -> str:
    return "" if is_control(character) and character not in "\t\r\n" else character
