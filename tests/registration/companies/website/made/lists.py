"""Made pages of search results."""

from dataclasses import dataclass
from html import escape

from tests.registration.companies.website.made.markup import SAVED, Markup


@dataclass(frozen=True)
class MadeRow:
    """A company of a list; None leaves a part out. `href` has the number where `{}` stands."""

    number: str = "1234567"
    name: str = "KIWI CAFE LIMITED"
    nzbn: str | None = "9429000000008"
    status: str = "Registered"
    address: str | None = "Level 2, 9 Weka Street, Wellington, 6011, New Zealand"
    incorporated: str | None = "17 Jun 2014"
    removed: bool = False
    href: str = "javascript:showCompany('{}')"
    picture: bool = False


HEADER = "<thead><tr class='head'><th><a class='link' href='javascript:sort()'>Company</a></th></tr></thead>"
HEADER_ROW = "<tr><td>Company</td></tr>"
NONE_FOUND = "<p class='message'>No results found.</p>"


def row(made: MadeRow, m: Markup = SAVED) -> str:
    """One row of a list."""
    link = m.part("a", m.part("span", m.value(made.name), class_="entityName"), class_="link", href=_href(made))
    nzbn = f" (NZBN: {made.nzbn})" if made.nzbn else ""
    parts = [m.part("div", link, m.part("span", f"({made.number}){nzbn} {made.status}", class_="entityInfo"))]
    if made.address is not None:
        parts.append(m.part("div", m.value(made.address)))
    if made.incorporated is not None:
        date = m.part("label", f"Incorporated: {made.incorporated}")
        parts.append(m.part("div", date, class_="incorporationDate"))
    picture = ["<td><img src='ltd.png'></td>"] if made.picture else []
    return m.part("tr", *picture, m.part("td", *parts), class_="removed" if made.removed else "odd")


def _href(made: MadeRow) -> str:
    return escape(made.href.format(made.number), quote=True).replace("&#x27;", "&#39;")


def results_page(*rows: str, header: str = "", paging: str = "", m: Markup = SAVED) -> str:
    """A page with a list of rows."""
    body = m.part("tbody", *rows)
    listed = m.part("div", m.part("table", header, body), class_="dataList")
    return f"<html><body><form><input name='q'></form>{listed}{paging}</body></html>"
