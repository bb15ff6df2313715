"""Reads the detail page of one company and checks that it shows the right company.

Fields that every company has are required. An absent panel leaves its field empty and is named in `missing`; a panel
that cannot be read is an error.
"""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from registration.companies.details import CompanyDetails
from registration.companies.register_values import is_placeholder
from registration.companies.website.company_page_contacts import contact_details
from registration.companies.website.company_page_panels import (
    addresses_of,
    directors_of,
    shareholders_of,
    shows_all_directors,
)
from registration.companies.website.errors import not_understood
from registration.companies.website.page_values import (
    PageNotReadError,
    is_current,
    optional_date,
    parsed,
    text,
    values_of,
)

_SUMMARY = {
    "number": frozenset({"companynumber", "company number"}),
    "nzbn": frozenset({"nzbn", "nz business number"}),
    "incorporated": frozenset({"incorporationdate", "incorporation date"}),
    "status": frozenset({"companystatus", "company status"}),
    "type": frozenset({"entitytype", "entity type"}),
}
"""The `for` attribute and the texts of each field's label; from 2015 to 2017 the NZBN's label was its long name."""

_NZBN = re.compile(r"(?<!\d)\d{13}(?!\d)")
_NUMBER = re.compile(r"(?<!\d)\d{1,9}(?!\d)")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_FORMER_NAME = re.compile(r"\s*\((?:from|to)\b[^()]*\)\s*$", re.IGNORECASE)


def read_company(html: str, url: str, company_number: str) -> CompanyDetails:
    """The full entry. Raises RegisterPageNotUnderstood with the page, also if it shows another company."""
    try:
        details = _details(parsed(html))
        if details.company_number != company_number:
            raise PageNotReadError(f"it shows company {details.company_number} instead of {company_number}")
    except PageNotReadError as error:
        raise not_understood(str(error), html, url) from None
    return details


def _details(page: LexborHTMLParser) -> CompanyDetails:
    body = page.body
    if body is None:
        raise PageNotReadError("it is empty")
    heading = _heading(body)
    summary = {name: value for name, value in values_of(body, _SUMMARY).items() if not is_placeholder(value)}
    holders = shareholders_of(body)
    values = {
        "nzbn": _nzbn(summary.get("nzbn")),
        "incorporation_date": optional_date(summary.get("incorporated")),
        "entity_type": summary.get("type"),
        "addresses": addresses_of(body),
        "directors": directors_of(body),
        "shareholders": holders.shareholders if holders else None,
        **contact_details(body),
    }
    shown = {name: value for name, value in values.items() if value is not None}
    return CompanyDetails.model_validate(
        shown
        | {
            "company_name": _name(heading),
            "company_number": _number(heading, summary.get("number")),
            "status": summary.get("status") or _status(heading),
            "previous_names": _previous_names(body),
            "missing": tuple(name for name in values if name not in shown),
            "partial": (
                *(() if shows_all_directors(body) else ("directors",)),
                *(("shareholders",) if holders and not holders.are_all else ()),
            ),
        }
    )


def _heading(body: LexborNode) -> LexborNode:
    """The heading with the company's name; a page may have other headings."""
    for heading in body.css("h1"):
        if heading.css_first(".entityIdentifier") is not None:
            return heading
    raise PageNotReadError("h1 with .entityIdentifier is missing")


def _identifier(heading: LexborNode) -> str:
    return " ".join(text(part) for part in heading.css(".entityIdentifier"))


def _name(heading: LexborNode) -> str:
    """The heading's text before number and status."""
    identifier = _identifier(heading)
    name = text(heading).partition(identifier)[0].strip() if identifier else ""
    if not name:
        raise PageNotReadError("the heading has no company name")
    return name


def _number(heading: LexborNode, labelled: str | None) -> str:
    """The company number in label and heading, which must not contradict each other."""
    numbers = {
        match[0] for line in (labelled, _identifier(heading)) if line and (match := _NUMBER.search(line)) is not None
    }
    if len(numbers) != 1:
        several = f"it shows several company numbers: {', '.join(sorted(numbers))}"
        raise PageNotReadError(several if numbers else "it shows no company number")
    return numbers.pop()


def _nzbn(written: str | None) -> str | None:
    if written is None:
        return None
    match = _NZBN.search("".join(written.split()))
    if match is None:
        raise PageNotReadError(f"{written!r} is not an NZBN")
    return match[0]


def _status(heading: LexborNode) -> str:
    status = _IN_BRACKETS.sub(" ", _identifier(heading)).strip(" -\N{EN DASH}")
    if not status:
        raise PageNotReadError("'company status' is missing")
    return " ".join(status.split())


def _previous_names(body: LexborNode) -> tuple[str, ...]:
    names = (_FORMER_NAME.sub("", text(label)) for label in body.css(".previousNames label") if is_current(label))
    return tuple(dict.fromkeys(filter(None, names)))
