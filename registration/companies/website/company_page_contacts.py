"""The NZBN details of a company's page: GST and phone numbers, e-mails, trading names, websites, industries.

They are in a panel of their own, or in a table below the summary; each value is a line, a link or an element.
"""

import re
from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborNode

from registration.companies.register_values import format_phone, is_placeholder, phones_before_faxes
from registration.companies.website.page_values import is_current, label_names, parts_after, text

_FIELDS = {
    "gst_numbers": frozenset({"gstnumber", "gst number(s)", "gst numbers", "gst number"}),
    "phones": frozenset({"phone", "phone number(s)", "phone numbers", "phone number"}),
    "emails": frozenset({"email", "email address(es)", "email addresses", "email address"}),
    "trading_names": frozenset({"tradingname", "trading name(s)", "trading names", "trading name"}),
    "websites": frozenset({"website", "website(s)", "websites"}),
    "industry_classifications": frozenset(
        {"businessclassification", "industryclassification", "industry classification(s)", "industry classifications"}
    ),
}
"""The `for` attribute and the texts of each field's label."""

_LISTED_BY_COMMA = frozenset({"gst_numbers", "phones", "emails", "websites"})
_BETWEEN = re.compile(r"[,;]\s+")
_PURPOSE = re.compile(r"\s*\((?P<purpose>[^()]*[^\W\d][^()]*)\)\s*$")
_FAX = re.compile(r"\bfax", re.IGNORECASE)
_VIEW_MORE = re.compile(r"(?:view|show|see) (?:more|less|all)|edit", re.IGNORECASE)
_BREAKS = frozenset({"br", "div", "p", "li", "a", "tr", "hr"})


def contact_details(body: LexborNode) -> dict[str, tuple[str, ...] | None]:
    """The values by field; None if the page does not have the label."""
    values: dict[str, tuple[str, ...] | None] = dict.fromkeys(_FIELDS)
    for label in body.css("label"):
        names = label_names(label)
        for field, known in _FIELDS.items():
            if not known.isdisjoint(names) and is_current(label):
                values[field] = tuple(dict.fromkeys((*(values[field] or ()), *_values(field, label))))
    return values


def _values(field: str, label: LexborNode) -> tuple[str, ...]:
    lines = _with_purposes(line for part in parts_after(label) for line in _lines(part))
    if field in _LISTED_BY_COMMA:
        lines = [value for line in lines for value in _BETWEEN.split(line)]
    lines = [line for line in lines if not _VIEW_MORE.fullmatch(line) and not is_placeholder(line)]
    if field == "phones":
        lines = phones_before_faxes((format_phone(_plain(line)), _is_fax(line)) for line in lines)
    elif field in _LISTED_BY_COMMA:
        lines = [_plain(line) for line in lines]
    return tuple(filter(None, lines))


def _with_purposes(lines: Iterable[str]) -> list[str]:
    """The values; a text in brackets belongs to the link before it, and commas between links are dropped."""
    values: list[str] = []
    for line in lines:
        value = line.strip(" ,;")
        if values and _PURPOSE.fullmatch(value):
            values[-1] += f" {value}"
        elif value:
            values.append(value)
    return values


def _plain(value: str) -> str:
    """The value without its purpose: "office@kiwi.example (Sales)"."""
    return _PURPOSE.sub("", value)


def _is_fax(value: str) -> bool:
    purpose = _PURPOSE.search(value)
    return purpose is not None and _FAX.search(purpose["purpose"]) is not None


def _lines(part: LexborNode) -> Iterator[str]:
    """The values that an element shows one below the other."""
    if part.is_text_node or not any(part.css_first(tag) for tag in _BREAKS):
        yield text(part)
        return
    line: list[str] = []
    for child in part.iter(include_text=True):
        if not child.is_text_node and child.tag in _BREAKS:
            yield " ".join(line)
            line = []
            yield from _lines(child) if child.tag != "br" else ()
        elif not child.is_comment_node:
            line.append(text(child))
    yield " ".join(line)
