"""Reads the register's search results. Strict: a page that cannot be read is an error, never an empty result.

A row is a company if it has a link with a company number; header rows have none.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from selectolax.lexbor import LexborHTMLParser, LexborNode

from registration.companies.models import FoundCompany
from registration.companies.website.errors import not_understood
from registration.companies.website.page_values import PageNotReadError, classes, parsed, read_date, required_part, text

MOST_ROWS = 1_000
"""The register shows at most 200 companies a page."""

_NO_RESULTS = re.compile(
    r"\b(?:no|0) (?:matching )?(?:results|companies|entities|matches|records)\b(?: were| was)? (?:found|returned)"
    r"|\bthere (?:are|were) no (?:matching )?(?:results|companies|entities|matches|records)\b|\bdid not match any",
    re.IGNORECASE,
)
_QUOTED_NUMBER = re.compile(r"""['"](?:[^'"]*/)?(\d{1,9})(?:/[a-z]*)?['"]""", re.IGNORECASE)
_PATH_WITH_NUMBER = re.compile(r"/companies/(\d{1,9})(?:[/?#]|$)")
_NZBN = re.compile(r"NZBN:?\s*(\d{13})")
_IN_BRACKETS = re.compile(r"\([^()]*\)")


@dataclass(frozen=True)
class ResultsPage:
    """One page of results, and the `href` of the link to the next one."""

    companies: tuple[FoundCompany, ...]
    next_link: str | None


def read_results(html: str, url: str) -> ResultsPage:
    """The companies of a results page; empty if the page states so. Raises RegisterPageNotUnderstood with the page."""
    try:
        return _results(parsed(html))
    except PageNotReadError as error:
        raise not_understood(str(error), html, url) from None


def _results(page: LexborHTMLParser) -> ResultsPage:
    body = page.body
    rows = [row for row in page.css(".dataList tr") if row.css_first(".link[href]") and not row.css_first("th")]
    if not rows:
        if body is not None and _NO_RESULTS.search(" ".join(body.text(separator=" ").split())):
            return ResultsPage((), None)
        has_list = page.css_first(".dataList") is not None
        reason = "the list of results has no companies" if has_list else "there is no list of results"
        raise PageNotReadError(f"{reason}, and no message that nothing was found")
    if len(rows) > MOST_ROWS:
        raise PageNotReadError(f"the list of results has {len(rows)} rows")
    return ResultsPage(tuple(map(_company, rows)), _next_link(page.css(".pagingNext")))


def _company(row: LexborNode) -> FoundCompany:
    name = required_part(row, "span.entityName")
    info = text(required_part(row, ".entityInfo"))
    nzbn = _NZBN.search(info)
    return FoundCompany(
        company_number=_number(required_part(row, ".link[href]")),
        company_name=text(name),
        nzbn=nzbn[1] if nzbn else None,
        registered_address=_address(_cell(name)),
        status=_status(row, info),
        incorporation_date=_incorporated(row.css_first(".incorporationDate")),
    )


def _cell(name: LexborNode) -> LexborNode:
    """The table cell with the company's name; another cell may hold an image."""
    part: LexborNode | None = name
    while part is not None and part.tag != "tr":
        if part.tag == "td":
            return part
        part = part.parent
    raise PageNotReadError("span.entityName is in no cell of its row")


def _address(cell: LexborNode) -> str:
    """The second `div` of the cell; empty if that is the incorporation date."""
    divisions = [child for child in cell.iter() if child.tag == "div"]
    if len(divisions) < 2 or "incorporationdate" in classes(divisions[1]):
        return ""
    return text(divisions[1])


def _number(link: LexborNode) -> str:
    address = link.attributes.get("href") or ""
    match = _QUOTED_NUMBER.search(address) or _PATH_WITH_NUMBER.search(address)
    if match is None:
        raise PageNotReadError("a link of the results has no company number")
    return match[1]


def _status(row: LexborNode, info: str) -> str:
    """`removed` is a class of the row; any other status is the text beside number and NZBN."""
    if "removed" in classes(row):
        return "Removed"
    status = " ".join(_IN_BRACKETS.sub(" ", info).strip(" -\N{EN DASH}").split())
    if not status:
        raise PageNotReadError("a row of the results has no status")
    return status


def _incorporated(part: LexborNode | None) -> date | None:
    """The incorporation date after its label; None if the label has no date."""
    shown = text(part) if part else ""
    return read_date(shown) if shown.rpartition(":")[2].strip() else None


def _next_link(nodes: Iterable[LexborNode]) -> str | None:
    """The link in `.pagingNext`; None on the last page, where it is disabled."""
    for node in nodes:
        link = node if node.tag == "a" else node.css_first("a")
        if link is None:
            continue
        if address := link.attributes.get("href"):
            return address
        if "disabled" not in classes(link) | classes(node):
            raise PageNotReadError("the link to the next page has no address")
    return None
