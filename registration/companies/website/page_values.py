"""Reads elements and single values of the register's pages, independently of the markup around them."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode

from registration.kit.symbols import unescaped
from registration.kit.text import strip_control_characters

MOST_CHARACTERS = 1_000
"""The limit for a value on one line; the longest names and addresses of the register have about 200."""

_INVISIBLE = ["script", "style", "noscript", "template"]
_NO_VALUE = frozenset({"verifiedlabel", "verifyaddress", "panelnote"})
"""Classes of elements beside or inside a value that do not belong to it, such as "Valid NZ Address"."""

_NO_VALUES = ".verifiedLabel, .verifyAddress, .panelNote"
_LINKS = frozenset({"a", "button"})
_MOST_LEVELS = 4
_DEEPEST = 200
_DATE = re.compile(r"\b(\d{1,2}) ([A-Za-z]{3})[a-z]* (\d{4})\b")
_BEFORE_COMMA = re.compile(r"\s+,")
_ORDER_IN_PAGE = re.compile(r"\d+$")


class PageNotReadError(Exception):
    """A fault of a page; becomes RegisterPageNotUnderstood with the page as evidence."""


def parsed(html: str) -> LexborHTMLParser:
    """The page without scripts and styles, whose text is invisible."""
    page = LexborHTMLParser(html)
    page.strip_tags(_INVISIBLE)
    return page


def required_part(node: LexborNode, selector: str) -> LexborNode:
    """The first element that matches. Raises PageNotReadError if there is none."""
    part = node.css_first(selector)
    if part is None:
        raise PageNotReadError(f"{selector} is missing")
    return part


def text(node: LexborNode) -> str:
    """The text of an element on one line, without control characters, which a page may contain as &#27;.

    HTML entities are decoded once more: some names were entered with them. Raises PageNotReadError if the text is too
    long for a value.
    """
    line = _one_line(node)
    if len(line) > MOST_CHARACTERS:
        raise PageNotReadError(f"a value has {len(line)} characters: {line[:40]!r}…")
    return line


def _one_line(node: LexborNode) -> str:
    words = map(strip_control_characters, unescaped(_visible_text(node)).split())
    return _BEFORE_COMMA.sub(",", " ".join(filter(None, words)))


def _visible_text(node: LexborNode) -> str:
    if node.is_text_node or node.css_first(_NO_VALUES) is None:
        return node.text(separator=" ")
    parts = [part for part in node.traverse(include_text=True) if part.is_text_node]
    return " ".join(
        part.text() for part in parts if not any(_NO_VALUE & classes(ancestor) for ancestor in _around(part))
    )


def _around(node: LexborNode) -> Iterator[LexborNode]:
    """The element and its ancestors. Raises PageNotReadError if the nesting is too deep."""
    part: LexborNode | None = node
    for _ in range(_DEEPEST):
        if part is None:
            return
        yield part
        part = part.parent
    raise PageNotReadError(f"its parts are nested more than {_DEEPEST} deep")


def classes(node: LexborNode) -> frozenset[str]:
    """The classes of an element, in lower case."""
    return frozenset((node.attributes.get("class") or "").casefold().split())


def is_inside(node: LexborNode, of_class: str) -> bool:
    """True if the element or one of its ancestors has the class."""
    return any(of_class in classes(part) for part in _around(node))


def is_current(node: LexborNode) -> bool:
    """True if the element is not in a block of former entries."""
    return not is_inside(node, "historic")


def label_names(label: LexborNode) -> tuple[str, ...]:
    """The names of a label in lower case: its `for` attribute without an order number, and its text."""
    field = _ORDER_IN_PAGE.sub("", (label.attributes.get("for") or "").strip().casefold())
    return tuple(filter(None, (field, _one_line(label).rstrip(": ").casefold())))


def values_of(node: LexborNode, fields: Mapping[str, frozenset[str]]) -> dict[str, str]:
    """The values after the labels under `node`, by field; `fields` has the possible label names of each.

    If several labels belong to one field, the first with a value counts.
    """
    values: dict[str, str] = {}
    for label in node.css("label"):
        names = label_names(label)
        for field, known in fields.items():
            if field not in values and not known.isdisjoint(names) and (value := value_after(label)):
                values[field] = value
    return values


def value_after(label: LexborNode, of_class: str = "") -> str:
    """The value after a label, in its row or in the next cell; empty if there is none.

    If some of the elements have `of_class`, only those are the value.
    """
    parts = parts_after(label)
    marked = [part for part in parts if of_class in classes(part)]
    return _BEFORE_COMMA.sub(",", " ".join(filter(None, map(text, marked or parts))))


def parts_after(label: LexborNode) -> tuple[LexborNode, ...]:
    """The elements of a label's value, up to the next label; links only if there is nothing else."""
    part: LexborNode | None = label
    for _ in range(_MOST_LEVELS):
        if part is None or part.tag in ("tr", "body"):
            break
        siblings = [sibling for sibling in _following(part) if not _NO_VALUE & classes(sibling) and _one_line(sibling)]
        if siblings:
            return tuple(sibling for sibling in siblings if sibling.tag not in _LINKS) or tuple(siblings)
        if "row" in classes(part):
            break
        part = part.parent
    return ()


def _following(part: LexborNode) -> Iterator[LexborNode]:
    """The siblings of an element up to the next one with a label."""
    sibling = part.next
    while sibling is not None:
        if sibling.tag == "label" or (not sibling.is_text_node and sibling.css_first("label") is not None):
            return
        if not sibling.is_comment_node:
            yield sibling
        sibling = sibling.next


def read_date(written: str) -> date:
    """A date as the register writes it ("01 Oct 2020"), with or without a label."""
    match = _DATE.search(written)
    if match is None:
        raise PageNotReadError(f"{written!r} is not a date")
    day, month, year = match.groups()
    try:
        return datetime.strptime(f"{day} {month} {year}", "%d %b %Y").date()  # noqa: DTZ007 - a day has no time zone
    except ValueError:
        raise PageNotReadError(f"{written!r} is not a date") from None


def optional_date(written: str | None) -> date | None:
    """A date as the register writes it; None for an absent one."""
    return read_date(written) if written else None
