"""Ids as people paste them."""

from uuid import UUID

import pytest

from registration.errors import Refused
from registration.kit.values import parse_ids

A, B = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    "text",
    [f"{A} {B}", f"{A},{B}", f"{A}\r\n{B}\n", f" {A} ;\t{B},", f'["{A}", "{B}"]', f"{A.hex}\n{B.hex}"],
)
def test_ids_may_be_separated_by_anything(text: str) -> None:
    """Lines, blanks, commas, a JSON list."""
    assert parse_ids(text) == (A, B)


def test_nothing_is_no_ids() -> None:
    """Blanks and lines alone."""
    assert parse_ids(" \n ,") == ()


def test_every_word_that_is_no_id_is_named() -> None:
    """The first five; nobody reads fifty."""
    with pytest.raises(Refused, match=r"'RES-1', 'x': no restaurant's id"):
        parse_ids(f"RES-1 {A} x")
    with pytest.raises(Refused, match=r"'5' and 2 more: no lead's id"):
        parse_ids("1 2 3 4 5 6 7", of="lead")
