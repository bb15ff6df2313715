"""Reads the detail page of one company. Strict: a missing panel or label is an error, never an empty value."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from registration.clients.companies_pages import PageNotReadError, one, read_date, text
from registration.clients.register_errors import not_understood
from registration.models.company_details import CompanyDetails, Director, RegisterAddress, Shareholder, title_case

_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")
_LONGEST_NUMBER = 30
_NZBN_LABELS = {
    "gst_numbers": "gst number",
    "phones": "phone number",
    "emails": "email address",
    "trading_names": "trading name",
    "websites": "website",
    "industry_classifications": "industry classification",
}


def read_company(html: str, url: str, company_number: str) -> CompanyDetails:
    """The full entry. Raises RegisterPageNotUnderstood with the page, also if it is of another company."""
    try:
        details = _details(LexborHTMLParser(html))
        if details.company_number != company_number:
            raise PageNotReadError(f"it is of company {details.company_number}, not {company_number}")
    except PageNotReadError as error:
        raise not_understood(str(error), html, url) from None
    return details


def _details(page: LexborHTMLParser) -> CompanyDetails:
    body = page.body
    if body is None:
        raise PageNotReadError("it is empty")
    summary = _labelled(body)
    incorporated = summary.get("incorporation date")
    return CompanyDetails(
        company_name=text(one(body, ".entityName")),
        company_number=_required(summary, "company number"),
        nzbn=summary.get("nzbn"),
        status=_required(summary, "company status"),
        incorporation_date=read_date(incorporated) if incorporated else None,
        entity_type=summary.get("entity type"),
        addresses=_addresses(one(body, "#addressPanel")),
        directors=_directors(one(body, "#directorsPanel")),
        shareholders=_shareholders(one(body, "#allocations")),
        **_nzbn_details(one(body, "#nzbnDetailsPanel")),
    )


def _pairs(node: LexborNode) -> Iterator[tuple[str, str]]:
    """Every "Label: value" under `node`; labels without their colon."""
    for label in node.css("label"):
        if label.parent is not None:
            name = text(label)
            yield name.rstrip(": "), text(label.parent).removeprefix(name).strip()


def _labelled(node: LexborNode) -> dict[str, str]:
    """The values by their label in lower case; of several the first."""
    values: dict[str, str] = {}
    for label, value in _pairs(node):
        _ = values.setdefault(label.lower(), value)
    return values


def _required(values: dict[str, str], label: str) -> str:
    value = values.get(label)
    if not value:
        raise PageNotReadError(f"{label!r} is missing")
    return value


def _addresses(panel: LexborNode) -> tuple[RegisterAddress, ...]:
    found = tuple(RegisterAddress(type=label, text=value) for label, value in _pairs(panel))
    if not found:
        raise PageNotReadError("the address panel has no addresses")
    return found


def _directors(panel: LexborNode) -> tuple[Director, ...]:
    return tuple(_director(cell) for cell in panel.css("td.director"))


def _director(cell: LexborNode) -> Director:
    values = _labelled(cell)
    name = _required(values, "full legal name")
    ceased = values.get("ceased date")
    return Director(
        name=title_case(name),
        full_legal_name=name,
        appointed=read_date(_required(values, "appointment date")),
        ceased=read_date(ceased) if ceased else None,
        address=values.get("residential address"),
    )


def _shareholders(allocations: LexborNode) -> tuple[Shareholder, ...]:
    return tuple(holder for part in allocations.css(".allocationDetail") for holder in _holders(part))


def _holders(allocation: LexborNode) -> tuple[Shareholder, ...]:
    """The holders of one allocation; several hold it jointly and each repeats its numbers."""
    shares = int(_number(one(allocation, ".shares")))
    percentage = _number(one(allocation, ".percentage"))
    holders = allocation.css(".shareholder")
    if not holders:
        raise PageNotReadError("an allocation has no holders")
    kind = "joint" if len(holders) > 1 else "sole"
    return tuple(
        Shareholder(
            name=text(one(holder, ".holderName")),
            type="company" if holder.css_first(".holderCompany") else "individual",
            held=kind,
            shares=shares,
            percentage=percentage,
        )
        for holder in holders
    )


def _number(node: LexborNode) -> float:
    match = _DIGITS.search(text(node))
    if match is None or len(match[0]) > _LONGEST_NUMBER:
        raise PageNotReadError(f"{text(node)!r} is not a number")
    return float(match[0].replace(",", ""))


def _nzbn_details(panel: LexborNode) -> dict[str, tuple[str, ...]]:
    """The values by field; a label without values says "Not provided"."""
    values: dict[str, tuple[str, ...]] = {}
    for label in panel.css("label"):
        field = next((field for field, start in _NZBN_LABELS.items() if text(label).lower().startswith(start)), None)
        if field and label.parent is not None:
            values[field] = tuple(text(value) for value in label.parent.css(".value"))
    if not values:
        raise PageNotReadError("the NZBN panel has none of its labels")
    return values
