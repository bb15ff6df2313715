"""Single values: what is accepted, the one form in which it is stored, and what is refused with which reason."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from registration.kit.values import Blank, Colour, Email, Line, Phone, Value, WebUrl, reasons


def _accepted(kind: Any, value: object) -> object:
    return TypeAdapter[object](kind).validate_python(value)


def _refused(kind: Any, value: object) -> str:
    with pytest.raises(ValidationError) as caught:
        _accepted(kind, value)
    [reason] = reasons(caught.value)
    return reason


@pytest.mark.parametrize(
    "written,stored",
    [
        ("09 379 1234", "+6493791234"),
        ("(09) 379-1234", "+6493791234"),
        ("+64 21 123 4567", "+64211234567"),
        ("021 123 4567", "+64211234567"),
        ("0064 3 379 1234", "+6433791234"),
        ("0800 367 222", "+64800367222"),
    ],
)
def test_phone_is_stored_as_e164(written: str, stored: str) -> None:
    """However a New Zealand number is written, it is stored in one form."""
    assert _accepted(Phone, written) == stored


@pytest.mark.parametrize("written", ["12", "call us", "+61 2 9374 4000", "09 379 1234 ext 5", "09 379 12345678"])
def test_phone_that_is_no_new_zealand_number_is_refused(written: str) -> None:
    """Foreign, short, extended and invented numbers are named in the reason."""
    assert _refused(Phone, written).startswith(f"'{written}' is not a New Zealand phone number")


def test_email_is_lower_case() -> None:
    """An e-mail is a key of accounts, so it has one spelling."""
    assert _accepted(Email, " Owner@JaxBurger.co.NZ ") == "owner@jaxburger.co.nz"


@pytest.mark.parametrize("written", ["owner", "owner@", "a b@c.nz", "owner@nowhere"])
def test_email_that_is_none_is_refused(written: str) -> None:
    """What is not an address is refused with a reason."""
    assert "not a valid email address" in _refused(Email, written)


def test_colour_is_lower_case() -> None:
    """Colours have one spelling."""
    assert _accepted(Colour, " #FF8800 ") == "#ff8800"


@pytest.mark.parametrize("written", ["red", "#f80", "ff8800", "#ff88001", "#gg8800", ""])
def test_colour_of_another_form_is_refused(written: str) -> None:
    """Only #rrggbb is a colour."""
    assert _refused(Colour, written) == f"a colour is written #rrggbb, not {written!r}"


def test_link_is_kept_as_written() -> None:
    """A link is checked, not rewritten."""
    assert (
        _accepted(WebUrl, " https://www.ubereats.com/nz/store/jax?x=1 ") == "https://www.ubereats.com/nz/store/jax?x=1"
    )


@pytest.mark.parametrize("written", ["ubereats.com/jax", "ftp://x.nz", "https://", "javascript:x", "http://a b.nz"])
def test_link_without_scheme_or_host_is_refused(written: str) -> None:
    """A link needs http or https and a host."""
    assert _refused(WebUrl, written).startswith(f"{written!r} is not a link")


def test_line_collapses_blanks() -> None:
    """Line breaks and doubled blanks in a text become one blank."""
    assert _accepted(Line, "  Jax\n Burger   Shack ") == "Jax Burger Shack"


@pytest.mark.parametrize(
    "written",
    ["Whetu\N{COMBINING MACRON}", "\N{ZERO WIDTH SPACE}Whet\N{SOFT HYPHEN}ū\N{ZERO WIDTH NO-BREAK SPACE}"],
)
def test_line_is_what_a_person_sees(written: str) -> None:
    """Two texts that look the same are the same: accents in one form, and nothing between that nobody sees."""
    assert _accepted(Line, written) == "Whetū"


@pytest.mark.parametrize(
    "written,reason",
    [
        (" ", "is empty"),
        ("\N{ZERO WIDTH SPACE}", "is empty"),
        ("x" * 301, "is longer than 300 characters"),
        ("a\x00b", "contains control characters"),
    ],
)
def test_line_is_short_and_printable(written: str, reason: str) -> None:
    """Empty, endless and unprintable texts are refused."""
    assert _refused(Line, written) == reason


def test_blank_is_absent() -> None:
    """A blank cell is no value."""
    assert _accepted(Blank[Phone], "  ") is None


def test_reasons_name_the_place_of_each_value() -> None:
    """Reasons are one line each, with the place in front and plain words for missing and unknown fields."""

    class Pair(Value):
        phone: Phone
        colour: Colour

    with pytest.raises(ValidationError) as caught:
        Pair.model_validate({"colour": "red", "size": 1})
    assert reasons(caught.value) == (
        "phone: is missing",
        "colour: a colour is written #rrggbb, not 'red'",
        "size: is not a known field",
    )
