"""Copies of pages that were not understood: bounded, without secrets, packed and unpacked."""

import os
import time

import pytest

from registration.companies.page_evidence import (
    MOST_BYTES,
    MOST_CHARACTERS,
    EvidenceKind,
    page_copy,
    pieces_of,
    unpacked,
)
from registration.errors import NotUnderstood

URL = "http://register.example/search?q=kai&session_id=f00dcafe"
FORM = """
<form action="/go;jsessionid=A1B2C3D4E5"><input type="PASSWORD" value="hush&amp;hush">
<input value='0' type='hidden' name=start><input type=hidden name=_view value="dDwtMTI3OTMz+NzM=">
<a href="/next?state=dDwtMTI3OTMz%2BNzM%3D&amp;page=2">next</a> hush&amp;hush
<script>var csrfToken = 'deadbeef01'; const page = {"secret": "s3cr3tly"}; var query = "Kai";</script>
"""


def test_secrets_of_a_page_are_not_copied() -> None:
    """Passwords, hidden values wherever they are repeated, session ids; the rest is as it was sent."""
    copy = page_copy(URL, FORM)
    for secret in ("hush", "dDwtMTI3OTMz", "A1B2C3D4E5", "deadbeef01", "s3cr3tly", "f00dcafe"):
        assert secret not in copy.html + copy.url
    assert "<input value='0' type='hidden' name=start>" in copy.html
    assert 'var query = "Kai"' in copy.html
    assert copy.url == "http://register.example/search?q=kai&session_id=***"


def test_a_secret_at_the_end_of_what_is_kept_is_not_copied() -> None:
    """Its field ends beyond the bound."""
    field = '<input type="hidden" value="dDwtMTI3OTMz-NzM">'
    copy = page_copy(URL, "x" * (MOST_CHARACTERS - len(field) + 8) + field + "y" * 10)
    assert "dDwt" not in copy.html


def test_hidden_values_do_not_move_the_end_into_what_is_kept() -> None:
    """A long value near the beginning is hidden, and a field is half at the end of what is searched."""
    long = f'<input type="hidden" value="{"v" * 20_000}">'
    whole = '<input type="hidden" value="dDwtMTI3OTMz-NzM">'
    html = long + "x" * (MOST_CHARACTERS + 5_000 - len(long) - len(whole) + 8) + whole
    copy = page_copy(URL, html)
    assert "dDwt" not in copy.html
    assert len(copy.html) > MOST_CHARACTERS - 30_000


def test_a_value_with_tags_is_not_copied() -> None:
    """Also in a field within a script or a comment."""
    in_script = """<script>"<input type=hidden value='first<b>value'>"</script>"""
    copy = page_copy(URL, f'{in_script}<!-- <input type=hidden value="second<i>one"> -->')
    assert "first<b>value" not in copy.html
    assert "second<i>one" not in copy.html


def test_deep_nesting_costs_no_time() -> None:
    """The event loop stands still meanwhile, and with it the extension of the lease."""
    begun = time.process_time()
    page_copy(URL, "<div>" * 40_000 + '<input type=hidden value="dDwtMTI3OTMz">')
    assert time.process_time() - begun < 1


def test_a_long_page_is_cut_and_a_large_picture_left_out() -> None:
    """Also one whose characters are four bytes each; control characters and lone surrogates are removed."""
    long = page_copy(URL, "\N{SLICE OF PIZZA}" * (MOST_CHARACTERS + 1), os.urandom(MOST_BYTES + 1))
    [html] = pieces_of(long)
    assert (html.kind, html.size, html.is_cut) == (EvidenceKind.HTML, MOST_BYTES, True)
    short = page_copy(URL, "\x00<p>\ud800Ōtaki", os.urandom(MOST_BYTES))
    html, screenshot = pieces_of(short)
    assert unpacked(html.content, html.sha256).decode() == "<p>Ōtaki"
    assert (html.is_cut, screenshot.size) == (False, MOST_BYTES)
    assert unpacked(screenshot.content, screenshot.sha256) == short.screenshot


def test_what_was_changed_in_the_database_is_not_shown() -> None:
    """Neither other content nor none."""
    html, other = pieces_of(page_copy(URL, "<p>Kai"))[0], pieces_of(page_copy(URL, "<p>Moa"))[0]
    for content in (other.content, b"", html.content[:-9]):
        with pytest.raises(NotUnderstood, match="checksum"):
            unpacked(content, html.sha256)
