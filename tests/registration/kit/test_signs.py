"""Signs in texts: entities, and the many forms of blanks, dashes and digits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from registration.kit.corrections import describe_correction
from registration.kit.symbols import plain, unescaped, without_signs
from registration.kit.values import Email, Line, Phone, WebUrl


@pytest.mark.parametrize(
    "written, meant",
    [
        ("Smith &amp; Sons", "Smith & Sons"),
        ("Smith &amp;amp; Sons", "Smith & Sons"),
        ("Smith &amp Sons", "Smith & Sons"),
        ("Joe&#39;s", "Joe's"),
        ("Joe&#x27;s", "Joe's"),
        ("Caf&eacute; Wh&#257;nau", "Café Whānau"),
        ("1&nbsp;Queen St", "1\N{NO-BREAK SPACE}Queen St"),
        ("&lt;b&gt;", "<b>"),
    ],
)
def test_entities_are_what_they_stand_for(written: str, meant: str) -> None:
    """By name and by number, escaped once or twice; the reader of the text gets a remark."""
    assert unescaped(written) == meant
    assert describe_correction(written) is not None


@pytest.mark.parametrize("text", ["Smith & Sons", "AT&T", "A&B; C", "https://kai.example/?a=1&copy=2&reg=3", "a &b; c"])
def test_an_ampersand_alone_is_no_entity(text: str) -> None:
    """The parameters of a link stay as they are."""
    assert unescaped(text) == text
    assert describe_correction(text) is None


def test_every_kind_of_value_is_read_without_entities() -> None:
    """Names, e-mails, phones and links are copied from the source of a page."""
    read = [
        TypeAdapter[str](Line).validate_python("Smith &amp;amp; Sons&nbsp;"),
        TypeAdapter[str](Email).validate_python("kai&#64;kai.example"),
        TypeAdapter[str](Phone).validate_python("&#43;64&nbsp;21&nbsp;123&nbsp;4567"),
        TypeAdapter[str](WebUrl).validate_python("https://kai.example/?a=1&amp;b=2"),
    ]
    assert read == ["Smith & Sons", "kai@kai.example", "+64211234567", "https://kai.example/?a=1&b=2"]


@pytest.mark.parametrize(
    "blank", "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"
)
def test_a_phone_may_have_any_blank_between_its_digits(blank: str) -> None:
    """As spreadsheets, word processors and pages set them."""
    assert TypeAdapter[str](Phone).validate_python(f"021{blank}123{blank}4567") == "+64211234567"


@pytest.mark.parametrize(
    "dash", "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u00b7\u2022\u00ad\u200b"
)
def test_a_phone_may_have_any_dash_between_its_digits(dash: str) -> None:
    """Also a dot, and what nobody sees."""
    assert TypeAdapter[str](Phone).validate_python(f"021{dash}123{dash}4567") == "+64211234567"


def test_digits_of_full_width_are_digits() -> None:
    """As keyboards of East Asia type them."""
    assert TypeAdapter[str](Phone).validate_python("＋６４　２１　１２３　４５６７") == "+64211234567"
    assert plain("１１：３０～２１：００") == "11:30~21:00"


@given(st.text())
def test_what_was_made_plain_stays_so(text: str) -> None:
    """Once is as good as twice."""
    assert plain(plain(text)) == plain(text)
    assert without_signs(without_signs(text)) == without_signs(text)
    assert unescaped(unescaped(text)) == unescaped(text)
