"""Cells of spreadsheets: nothing becomes a formula, and everything is read back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.cells import from_cell, to_cell

_FORMULAS = [
    "=1+1",
    "+64 9 379 1234",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "'=1",
    "''+1",
    "＝1",
    "＋1",
    "－1",
    "＠1",
]


@pytest.mark.parametrize("text", _FORMULAS)
def test_what_could_be_a_formula_gets_an_apostrophe(text: str) -> None:
    """And comes back without it."""
    assert to_cell(text) == f"'{text}"
    assert from_cell(to_cell(text)) == text


@pytest.mark.parametrize("text", ["Kai", "'t Hof", "O'Brien = good", "1+1", "", "https://kai.example"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    """An apostrophe at the front is a letter like any other."""
    assert to_cell(text) == text
    assert from_cell(text) == text


def test_nothing_is_blank() -> None:
    """None is no text."""
    assert to_cell(None) == ""


@given(st.text(alphabet="'=+-@\t\r\n ax＝"))
def test_every_text_comes_back(text: str) -> None:
    """Whatever it begins with; and no cell begins with what spreadsheets execute."""
    cell = to_cell(text)
    assert from_cell(cell) == text
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))
