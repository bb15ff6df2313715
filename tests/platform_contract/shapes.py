"""Whether a body has the shape that the contract says: members, their order, types, nulls, and the words that tell."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from tests.platform_contract.contract import contract

_WORDS = re.compile(r"(contains|begins with|lacks) `([^`]+)`")


def differences(seen: Any, wanted: Any, at: str = "body") -> Iterator[str]:
    """Every place where a body differs from the contract's; values that the contract invented may be others."""
    if isinstance(wanted, dict):
        yield from _members(seen, wanted, at)
    elif isinstance(wanted, list):
        yield from _elements(seen, wanted, at)
    elif isinstance(wanted, bool) or wanted is None:
        if seen is not wanted:
            yield f"{at}: {seen!r} instead of {wanted!r}"
    elif isinstance(wanted, int | float):
        if isinstance(seen, bool) or not isinstance(seen, int | float):
            yield f"{at}: {seen!r} is no number"
    elif not isinstance(seen, str) or bool(seen) != bool(wanted):
        yield f"{at}: {seen!r} is no text"


def _members(seen: Any, wanted: dict[str, Any], at: str) -> Iterator[str]:
    if not isinstance(seen, dict):
        yield f"{at}: {seen!r} is no object"
        return
    kept = set if _is_stored_json(at) else list
    if kept(seen) != kept(wanted):
        yield f"{at}: members {list(seen)} instead of {list(wanted)}"
        return
    for name, value in wanted.items():
        yield from differences(seen[name], value, f"{at}.{name}")


def _is_stored_json(at: str) -> bool:
    """Whether a place lies within a column of type jsonb, which keeps no order."""
    return not _stored_as_json().isdisjoint(at.split("."))


@cache
def _stored_as_json() -> frozenset[str]:
    tables = [contract().table(name) for name in contract().table_names()]
    columns = {name for table in tables for name, column in table.columns.items() if column.type == "jsonb"}
    return frozenset(columns | {"config"})


def _elements(seen: Any, wanted: list[Any], at: str) -> Iterator[str]:
    if not isinstance(seen, list) or bool(seen) != bool(wanted):
        yield f"{at}: {seen!r} instead of {len(wanted)} elements"
    elif len(wanted) == len(seen):
        for place, value in enumerate(wanted):
            yield from differences(seen[place], value, f"{at}[{place}]")
    else:
        for place, one in enumerate(seen):
            yield from differences(one, wanted[0], f"{at}[{place}]")


def telling_words(told_by: str | None) -> list[tuple[str, str]]:
    """The words by which a case is told: what is done with them, and the words."""
    return [(how, words) for how, words in _WORDS.findall(told_by or "") if words.isascii()]


def has_telling_words(body: dict[str, Any], how: str, words: str) -> bool:
    """Whether the texts of an answer have the words, or lack them where that tells."""
    said = "\n".join(str(value) for name, value in body.items() if name in ("error", "message", "details", "output"))
    if how == "begins with":
        return str(body.get("error", "")).startswith(words)
    return (words in said) is (how == "contains")
