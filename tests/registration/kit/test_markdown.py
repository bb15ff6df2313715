"""Names from outside in Markdown: whoever renders it sees a text, and only the links that were meant."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from registration.kit.markdown import address, bold, escape, link, link_to, plain

EVIL = "Kai](https://evil.example/login) ![x](https://evil.example/x.png) <img src=x> <!channel> @here"
PAGE = "http://127.0.0.1:4200/runs/flow-run/1"

_MARKUP = st.text(alphabet="ab[]()<>!*_`\\#@~|:/.&;= \n\"'", max_size=60)


def _links(markdown: str) -> list[str]:
    """Where the links and pictures of a text lead, as the UI would render it."""
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown)
    return re.findall(r"(?:href|src)=\"([^\"]*)\"", html)


@given(_MARKUP)
@pytest.mark.parametrize("write", [escape, bold, plain])
def test_no_name_is_a_link_or_a_picture(write: object, name: str) -> None:
    """Escaped, in bold, or with look-alikes."""
    assert callable(write)
    for text in (name, f"{EVIL} {name}", f"{name} {EVIL}"):
        assert _links(f"x {write(text)} y") == []


@given(_MARKUP)
@pytest.mark.parametrize("write", [link, link_to])
def test_a_link_leads_where_it_was_meant_to(write: object, name: str) -> None:
    """Whatever its text."""
    assert callable(write)
    for text in (name, f"{EVIL} {name}"):
        assert _links(f"x {write(text, PAGE)} y") == [PAGE]


@given(_MARKUP)
def test_a_link_ends_where_its_address_ends(rest: str) -> None:
    """Whatever the address: pages of others have addresses of their own making."""
    found = _links(f"x {link('the page', PAGE + rest)} y")
    assert len(found) == 1
    assert found[0].startswith(PAGE)
    assert len(_links(f"x [the page]({address(PAGE + rest)}) y")) == 1


@pytest.mark.parametrize("mark", ["<!channel>", "<@U123>", "@everyone", "<http://evil.example|x>", "[x](http://x.nz)"])
def test_a_plain_text_calls_nobody_and_leads_nowhere(mark: str) -> None:
    """Channels that notices go to have marks of their own; no address in it makes a link of itself."""
    text = plain(f"Kai {mark}")
    assert not set(text) & set("<>@[]`*_")
    assert "://" not in text
    assert text.startswith("Kai ")
