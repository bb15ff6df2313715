"""Builds the register query from a restaurant's name and address; the caller keeps the original."""

import re

from registration.companies.matching.streets import clean_street
from registration.companies.matching.towns import is_branch
from registration.companies.models import RegisterQuery
from registration.kit.symbols import as_read, fold, unescaped, without_signs

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_BRANCH = re.compile(r"(?P<name>.*\S)\s+[-–—@|]\s+(?P<branch>[^\s].*)")
__all__ = ["clean_city", "clean_name", "clean_query", "clean_street"]
_POSTCODE = re.compile(r"[\s,]+\d{3,4}(?:[.,]0+)?$")
"""A postcode, also if a spreadsheet turned it into a number: 0310 as 310, 1010 as 1010.0."""


def clean_name(name: str, city: str = "") -> str:
    """`name` without symbols, brackets and a trailing branch that is a location; `city` counts as a location.

    "Pizza™ (X) Palace" → "Pizza Palace", "KFC - Queen St" → "KFC". If the result has no letter or digit, only the
    symbols are removed; if that result has none either, it is empty.
    """
    original = without_signs(as_read(name))
    cleaned = original
    while (shorter := _clean_once(cleaned, city)) != cleaned:
        cleaned = shorter
    return cleaned if any(character.isalnum() for character in cleaned) else original


def _clean_once(name: str, city: str) -> str:
    text = " ".join(_BRACKETS.sub(" ", name).split())
    match = _BRANCH.fullmatch(text)
    if match and is_branch(match["branch"], [city] if city else []):
        return match["name"].rstrip(" -–—@|,")
    return text


def clean_city(city: str) -> str:
    """`city` on one line, without postcode."""
    return _POSTCODE.sub("", as_read(city)).strip(" ,")


def clean_query(name: str, address: str | None, city: str | None) -> RegisterQuery:
    """The first query for a restaurant; each part may be empty. Never raises."""
    town = clean_city(city or "")
    street = clean_street(unescaped(address or ""))
    is_only_the_town = fold(street) == fold(town)
    return RegisterQuery(name=clean_name(name, town), street="" if is_only_the_town else street, city=town)
