"""Reads the register's search results. Strict: what is not understood is an error, never an empty result."""

import re
import time
from dataclasses import dataclass
from datetime import date

from selectolax.lexbor import LexborHTMLParser, LexborNode

from registration.clients.register_errors import not_understood
from registration.models.company import FoundCompany
from registration.models.signs import unescaped
from registration.storable import storable_text

_NO_RESULTS = re.compile(
    r"\bno (?:results|companies|entities|matches)\b(?: were)? found|did not match any", re.IGNORECASE
)
_QUOTED_NUMBER = re.compile(r"""['"](\d{1,9})['"]""")
_NZBN = re.compile(r"NZBN:?\s*(\d{13})")
_IN_BRACKETS = re.compile(r"\([^()]*\)")


@dataclass(frozen=True)
class ResultsPage:
    """One page of results, and the link to the next one as it stands in the page."""

    companies: tuple[FoundCompany, ...]
    next_link: str | None


class PageNotReadError(Exception):
    """What is wrong with a page; becomes RegisterPageNotUnderstood with the page as evidence."""


def read_results(html: str, url: str) -> ResultsPage:
    """The companies of a results page, none if it says so. Raises RegisterPageNotUnderstood with the page."""
    try:
        return _results(LexborHTMLParser(html))
    except PageNotReadError as error:
        raise not_understood(str(error), html, url) from None


def _results(page: LexborHTMLParser) -> ResultsPage:
    table = page.css_first(".dataList")
    if table is None:
        if page.body is None or not _NO_RESULTS.search(page.body.text(separator=" ")):
            raise PageNotReadError("neither a list of results nor a message that there are none")
        return ResultsPage((), None)
    rows = page.css(".dataList tr")
    if not rows:
        raise PageNotReadError("the list of results has no rows")
    following = page.css_first(".pagingNext")
    return ResultsPage(tuple(_company(row) for row in rows), _link(following) if following else None)


def _company(row: LexborNode) -> FoundCompany:
    info = text(one(row, ".entityInfo"))
    divisions = [child for child in one(row, "td").iter() if child.tag == "div"]
    if len(divisions) < 2:
        raise PageNotReadError("a row of the results has no address")
    nzbn = _NZBN.search(info)
    incorporated = row.css_first(".incorporationDate label")
    return FoundCompany(
        company_number=_number(one(row, ".link[href]")),
        company_name=text(one(row, "span.entityName")),
        nzbn=nzbn[1] if nzbn else None,
        registered_address=text(divisions[1]),
        status=_status(row, info),
        incorporation_date=read_date(text(incorporated)) if incorporated else None,
        previous_names=_names(row, ".previousName"),
        trading_names=_names(row, ".tradingName"),
    )


def _number(link: LexborNode) -> str:
    match = _QUOTED_NUMBER.search(link.attributes.get("href") or "")
    if match is None:
        raise PageNotReadError("a link of the results names no company number")
    return match[1]


def _status(row: LexborNode, info: str) -> str:
    """`removed` is a class of the row; otherwise the words beside number and NZBN."""
    if "removed" in (row.attributes.get("class") or "").split():
        return "Removed"
    status = _IN_BRACKETS.sub(" ", info).strip(" -–")
    if not status:
        raise PageNotReadError("a row of the results says no status")
    return status


def _names(row: LexborNode, selector: str) -> tuple[str, ...]:
    return tuple(text(node).partition(":")[2].strip() for node in row.css(selector))


def _link(node: LexborNode) -> str:
    link = node.attributes.get("href")
    if not link:
        raise PageNotReadError("the link to the next page leads nowhere")
    return link


def one(node: LexborNode, selector: str) -> LexborNode:
    """The first part that fits; PageNotReadError if there is none."""
    found = node.css_first(selector)
    if found is None:
        raise PageNotReadError(f"{selector} is missing")
    return found


def text(node: LexborNode) -> str:
    """The text of a part on one line, without control characters, which a page may hold as &#27;.

    Some names were entered with HTML entities in them, which the page escapes once more.
    """
    words = map(storable_text, unescaped(node.text(separator=" ")).split())
    return " ".join(filter(None, words))


def read_date(written: str) -> date:
    """A date as the register writes it ("01 Oct 2020"), with or without its label."""
    try:
        parsed = time.strptime(written.rpartition(":")[2].strip(), "%d %b %Y")
    except ValueError:
        raise PageNotReadError(f"{written!r} is not a date") from None
    return date(parsed.tm_year, parsed.tm_mon, parsed.tm_mday)
