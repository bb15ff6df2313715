"""Cells of CSV files that people edit in a spreadsheet: what separates them, and no text from outside is a formula.

A cell that begins with `=`, `+`, `-`, `@` or a tab is executed by spreadsheets (OWASP: CSV injection). Such a text is
written with an apostrophe in front, and read back without it.
"""

import re

_SEPARATORS = (",", ";", "\t")
_FORMULA = re.compile(r"'*\s*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def separator_of(text: str) -> str:
    """What the cells of a CSV text are separated by, as its header shows: in some languages not by commas."""
    header = text.partition("\n")[0]
    return max(_SEPARATORS, key=header.count)


def to_cell(value: object) -> str:
    """The text of a cell; None is blank. What could be a formula, or already looks defused, gets an apostrophe."""
    text = "" if value is None else str(value)
    return f"'{text}" if _FORMULA.match(text) else text


def from_cell(cell: str) -> str:
    """What was written with `to_cell`, or typed by a person, who may leave the apostrophe out."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell
