"""The panels of a company's page: addresses, directors, shareholders. Former entries never count as current."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from registration.companies.details import Director, RegisterAddress, Shareholder, title_case
from registration.companies.register_values import is_over, is_placeholder
from registration.companies.website.page_values import (
    PageNotReadError,
    is_current,
    is_inside,
    label_names,
    optional_date,
    text,
    value_after,
    values_of,
)

_DIRECTOR = {
    "name": frozenset({"fullname", "full legal name"}),
    "address": frozenset({"residentialaddress", "residential address"}),
    "appointed": frozenset({"appointmentdate", "appointment date"}),
    "ceased": frozenset({"ceaseddate", "ceased date"}),
}
_TOTAL = {"total": frozenset({"total number of shares"})}
_ADDRESS = re.compile(r"address\b|office\b")
_SHARES = re.compile(r"\d[\d,]*")
_PERCENTAGE = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d+)?|\.\d+) ?%")
_MOST_DIGITS = 18
_SHOWING = re.compile(r"\bshowing (\d{1,4}) of (\d{1,4}) directors?\b", re.IGNORECASE)
_LEGAL_ENDING = re.compile(
    r"\b(?:limited|ltd|incorporated|inc|l\.?p|llp|llc|plc|gmbh|corporation|partnership|trust|society|co-operative)\.?"
    r"(?: \([^()]*\))?$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Holders:
    """The shareholders that a page shows; it may show only the holders of the largest parcels."""

    shareholders: tuple[Shareholder, ...]
    are_all: bool


def addresses_of(body: LexborNode) -> tuple[RegisterAddress, ...] | None:
    """The current addresses with their labels; None without the panel."""
    panel = body.css_first("#addressPanel")
    if panel is None:
        return None
    addresses = list(_addresses(panel))
    if addresses and not any(address for _, address in addresses):
        raise PageNotReadError(f"{addresses[0][0]!r} has no address")
    return tuple(
        RegisterAddress(type=label, text=address) for label, address in addresses if not is_placeholder(address)
    )


def _addresses(panel: LexborNode) -> Iterator[tuple[str, str]]:
    """The labels of current addresses with their values, which may be empty."""
    for label in panel.css("label"):
        name = text(label).rstrip(": ")
        if is_current(label) and not is_inside(label, "panelnote") and _ADDRESS.search(name.casefold()):
            yield name, value_after(label, "addressline")


def directors_of(body: LexborNode) -> tuple[Director, ...] | None:
    """The current directors, then the former ones, each in the order of the page; None without the panel."""
    panel = body.css_first("#directorsPanel")
    if panel is None:
        return None
    if any(_is_name_of_a_director(label) and not is_inside(label, "director") for label in panel.css("label")):
        raise PageNotReadError("the name of a director is not in .director")
    parts = panel.css(".director")
    current = [_director(part, is_former=False) for part in parts if is_current(part)]
    former = [_director(part, is_former=True) for part in parts if not is_current(part)]
    return (*current, *former)


def shows_all_directors(body: LexborNode) -> bool:
    """False if the page states that it shows only some of the directors."""
    panel = body.css_first("#directorsPanel")
    shown = _SHOWING.search(" ".join(panel.text(separator=" ").split())) if panel else None
    return shown is None or int(shown[1]) >= int(shown[2])


def _is_name_of_a_director(label: LexborNode) -> bool:
    return not _DIRECTOR["name"].isdisjoint(label_names(label))


def _director(part: LexborNode, *, is_former: bool) -> Director:
    """A director; in the list of former directors the role is not held, even if the page has no date of its end."""
    values = values_of(part, _DIRECTOR)
    name = values.get("name")
    if name is None:
        raise PageNotReadError("'full legal name' is missing")
    ceased = optional_date(values.get("ceased"))
    is_held = not is_former and not is_over(ceased)
    return Director(
        name=title_case(name),
        full_legal_name=name,
        appointed=optional_date(values.get("appointed")),
        ceased=ceased,
        is_held=None if is_held is (ceased is None) else is_held,
        address=values.get("address"),
    )


def shareholders_of(body: LexborNode) -> Holders | None:
    """The holders of all allocations; None without the panel."""
    panel = body.css_first("#shareholdersPanel") or body.css_first("#allocations")
    if panel is None:
        return None
    if any(is_current(part) and not is_inside(part, "allocationdetail") for part in panel.css(".shareLabel")):
        raise PageNotReadError("shares are not in .allocationDetail")
    allocations = [part for part in panel.css(".allocationDetail") if is_current(part)]
    total = values_of(panel, _TOTAL).get("total", "")
    return Holders(
        shareholders=tuple(holder for part in allocations for holder in _holders(part)),
        are_all=is_placeholder(total) or _number(total) <= sum(map(_shares, allocations)),
    )


def _holders(allocation: LexborNode) -> tuple[Shareholder, ...]:
    """The holders of one allocation; joint holders each repeat its numbers."""
    values = allocation.css(".labelValue.col2")
    if not values or (len(values) > 1 and len(values) % 2):
        raise PageNotReadError(f"an allocation has {len(values)} values, not pairs of a name and an address")
    names = [part for part in values[::2] if text(part)]
    if len(names) != len(values[::2]):
        raise PageNotReadError("a holder of shares has no name")
    shares, percentage = _shares(allocation), _percentage(allocation)
    return tuple(
        Shareholder(
            name=text(part),
            type="company" if _is_company(part) else "individual",
            held="joint" if len(names) > 1 else "sole",
            shares=shares,
            percentage=percentage,
        )
        for part in names
    )


def _is_company(holder: LexborNode) -> bool:
    """True for a link to a company, or for a name in capitals with a legal ending: companies of other registers have no
    link.
    """
    name = text(holder)
    return holder.css_first("a[href]") is not None or (name.isupper() and _LEGAL_ENDING.search(name) is not None)


def _shares(allocation: LexborNode) -> int:
    """The number of shares, from the hidden field; a page without that field shows the number before the percentage."""
    hidden = allocation.css_first("input[name=shares]")
    shown = allocation.css_first(".shareLabel")
    if hidden is not None:
        return _number(hidden.attributes.get("value") or "")
    if shown is None or shown.parent is None:
        raise PageNotReadError("input[name=shares] is missing")
    return _number(text(shown.parent).partition(":")[2].removesuffix(text(shown)))


def _percentage(allocation: LexborNode) -> float | None:
    label = allocation.css_first(".shareLabel")
    if label is None:
        return None
    match = _PERCENTAGE.search(text(label))
    if match is None:
        raise PageNotReadError(f"{text(label)!r} is not a percentage")
    return float(match[1])


def _number(written: str) -> int:
    match = _SHARES.fullmatch(written.strip())
    if match is None or len(match[0]) > _MOST_DIGITS:
        raise PageNotReadError(f"{written[:40]!r} is not a number")
    return int(match[0].replace(",", ""))
