"""What looks the same is the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.kit.text import as_seen, folded, visible

WHETU = "Whet\N{LATIN SMALL LETTER U WITH MACRON}"


@pytest.mark.parametrize(
    "written",
    [
        WHETU,
        "Whetu\N{COMBINING MACRON}",
        "\N{ZERO WIDTH NO-BREAK SPACE}" + WHETU,
        "\N{RIGHT-TO-LEFT OVERRIDE}Whe\N{SOFT HYPHEN}t\N{ZERO WIDTH SPACE}\N{LATIN SMALL LETTER U WITH MACRON}",
        f" \n{WHETU}\t",
    ],
)
def test_a_text_is_what_a_person_sees(written: str) -> None:
    """However it was typed, copied or saved."""
    assert as_seen(written) == WHETU


def test_what_changes_the_look_stays() -> None:
    """Joiners make one picture of several; other accents are other letters."""
    family = "\N{MAN}\N{ZERO WIDTH JOINER}\N{COOKING}"
    assert as_seen(family) == family
    assert as_seen(WHETU) != as_seen("Whetu")


def test_lines_stay_where_they_mean_something() -> None:
    """An address on several lines keeps them, until it is wanted on one."""
    assert visible(f"12 {WHETU} St\nNelson") == f"12 {WHETU} St\nNelson"


@given(st.text())
def test_what_is_seen_is_seen_as_the_same_again(text: str) -> None:
    """Also where something unseen stood between a letter and its accent."""
    assert as_seen(as_seen(text)) == as_seen(text)


def test_capitals_do_not_make_another_name() -> None:
    """Nor do blanks."""
    assert folded(f"{WHETU.upper()}  Ramen") == folded(f"{WHETU} ramen")
