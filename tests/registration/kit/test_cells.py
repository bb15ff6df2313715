"""Cells of spreadsheets: nothing becomes a formula, and everything is read back as it was."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.kit.csv import from_cell, to_cell

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
    assert to_cell(text).startswith("'")
    assert to_cell(text).endswith(text[-2:])
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


@pytest.mark.parametrize("text", ["Kai;=cmd|' /C calc'!A0", "Kai\t+1", "Kai\n@SUM(A1)", "Kai;\t -1", "Kai;＝1"])
def test_what_another_spreadsheet_would_take_for_a_formula_gets_an_apostrophe(text: str) -> None:
    """Such a one separates cells by semicolons or tabs, and quotes in the middle of a line are letters to it."""
    for quoted in (to_cell(text), f'"{to_cell(text)}"'):
        cells = re.split("[;\t\n]", f"first,{quoted},last")
        assert not any(cell.strip(' "').startswith(("=", "+", "-", "@", "＝")) for cell in cells)
    assert from_cell(to_cell(text)) == text


@given(st.text(alphabet=";\t\n\r'=+-@ ax＝"))
def test_no_part_of_a_text_is_a_formula_and_every_text_comes_back(text: str) -> None:
    """However it is split."""
    cell = to_cell(text)
    assert from_cell(cell) == text
    assert not any(part.strip().startswith(("=", "+", "-", "@", "＝")) for part in re.split("[;\t\r\n]", cell))


def test_control_characters_are_no_part_of_a_cell() -> None:
    """A file may be looked at on a terminal."""
    assert to_cell("Kai\x1b]0;x\x07\x00") == "Kai]0;x"
