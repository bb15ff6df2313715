"""How parts and single values of the register's pages are read, whatever markup stands around them."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode

from registration.kit.symbols import unescaped
from registration.kit.text import storable_text

MOST_CHARACTERS = 1_000
"""Of a value on one line; the longest names and addresses of the register have some 200."""

_INVISIBLE = ["script", "style", "noscript", "template"]
_NO_VALUE = frozenset({"verifiedlabel", "verifyaddress", "panelnote"})
"""Classes of what stands beside or in a value and is no part of it, as "Valid NZ Address"."""

_NO_VALUES = ".verifiedLabel, .verifyAddress, .panelNote"
_LINKS = frozenset({"a", "button"})
_MOST_LEVELS = 4
_DEEPEST = 200
_DATE = re.compile(r"\b(\d{1,2}) ([A-Za-z]{3})[a-z]* (\d{4})\b")
_BEFORE_COMMA = re.compile(r"\s+,")
_ORDER_IN_PAGE = re.compile(r"\d+$")


class PageNotReadError(Exception):
    """What is wrong with a page; becomes RegisterPageNotUnderstood with the page as evidence."""


def parsed(html: str) -> LexborHTMLParser:
    """The page without scripts and styles, whose text nobody sees."""
    page = LexborHTMLParser(html)
    page.strip_tags(_INVISIBLE)
    return page


def one(node: LexborNode, selector: str) -> LexborNode:
    """The first part that fits; PageNotReadError if there is none."""
    found = node.css_first(selector)
    if found is None:
        raise PageNotReadError(f"{selector} is missing")
    return found


def text(node: LexborNode) -> str:
    """The text of a part on one line, without control characters, which a page may hold as &#27;.

    Some names were entered with HTML entities in them, which the page escapes once more. PageNotReadError if it is too
    long for a value.
    """
    line = _one_line(node)
    if len(line) > MOST_CHARACTERS:
        raise PageNotReadError(f"a value has {len(line)} characters: {line[:40]!r}…")
    return line


def _one_line(node: LexborNode) -> str:
    words = map(storable_text, unescaped(_seen(node)).split())
    return _BEFORE_COMMA.sub(",", " ".join(filter(None, words)))


def _seen(node: LexborNode) -> str:
    if node.is_text_node or node.css_first(_NO_VALUES) is None:
        return node.text(separator=" ")
    parts = [part for part in node.traverse(include_text=True) if part.is_text_node]
    return " ".join(part.text() for part in parts if not any(_NO_VALUE & classes(one) for one in _around(part)))


def _around(node: LexborNode) -> Iterator[LexborNode]:
    """The part and those around it. PageNotReadError if they are more than any page has."""
    part: LexborNode | None = node
    for _ in range(_DEEPEST):
        if part is None:
            return
        yield part
        part = part.parent
    raise PageNotReadError(f"its parts are nested more than {_DEEPEST} deep")


def classes(node: LexborNode) -> frozenset[str]:
    """The classes of a part, in lower case."""
    return frozenset((node.attributes.get("class") or "").casefold().split())


def is_inside(node: LexborNode, of_class: str) -> bool:
    """Whether the part, or one around it, has a class."""
    return any(of_class in classes(part) for part in _around(node))


def is_current(node: LexborNode) -> bool:
    """Whether the part is not in a block of former entries."""
    return not is_inside(node, "historic")


def label_names(label: LexborNode) -> tuple[str, ...]:
    """By what a label is found, in lower case: what it is for, without an order number, and its text."""
    field = _ORDER_IN_PAGE.sub("", (label.attributes.get("for") or "").strip().casefold())
    return tuple(filter(None, (field, _one_line(label).rstrip(": ").casefold())))


def values_of(node: LexborNode, fields: Mapping[str, frozenset[str]]) -> dict[str, str]:
    """What stands after the labels under `node`, by field; `fields` are the names that the label of each may have.

    Of several labels of one field the first that has a value counts.
    """
    values: dict[str, str] = {}
    for label in node.css("label"):
        names = label_names(label)
        for field, known in fields.items():
            if field not in values and not known.isdisjoint(names) and (value := value_after(label)):
                values[field] = value
    return values


def value_after(label: LexborNode, of_class: str = "") -> str:
    """What stands after a label in its row, or in the next cell; empty if nothing does.

    Where parts of a class are among it, only those are the value.
    """
    parts = parts_after(label)
    marked = [part for part in parts if of_class in classes(part)]
    return _BEFORE_COMMA.sub(",", " ".join(filter(None, map(text, marked or parts))))


def parts_after(label: LexborNode) -> tuple[LexborNode, ...]:
    """The parts that are a label's value: up to the next label; links only where nothing else stands."""
    part: LexborNode | None = label
    for _ in range(_MOST_LEVELS):
        if part is None or part.tag in ("tr", "body"):
            break
        found = [one for one in _following(part) if not _NO_VALUE & classes(one) and _one_line(one)]
        if found:
            return tuple(one for one in found if one.tag not in _LINKS) or tuple(found)
        if "row" in classes(part):
            break
        part = part.parent
    return ()


def _following(part: LexborNode) -> Iterator[LexborNode]:
    """The siblings of a part up to the next one with a label."""
    sibling = part.next
    while sibling is not None:
        if sibling.tag == "label" or (not sibling.is_text_node and sibling.css_first("label") is not None):
            return
        if not sibling.is_comment_node:
            yield sibling
        sibling = sibling.next


def read_date(written: str) -> date:
    """A date as the register writes it ("01 Oct 2020"), with or without its label."""
    found = _DATE.search(written)
    if found is None:
        raise PageNotReadError(f"{written!r} is not a date")
    day, month, year = found.groups()
    try:
        return datetime.strptime(f"{day} {month} {year}", "%d %b %Y").date()  # noqa: DTZ007 - a day has no time zone
    except ValueError:
        raise PageNotReadError(f"{written!r} is not a date") from None


def optional_date(written: str | None) -> date | None:
    """The same where a date may be absent."""
    return read_date(written) if written else None
