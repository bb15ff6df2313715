"""Cleans a restaurant's name for the register, which knows no branches and no remarks in brackets."""

import re

from registration.matching.places import is_place
from registration.models.signs import as_read, without_signs

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_BRANCH = re.compile(r"(?P<name>.*\S)\s+[-–—@|]\s+(?P<branch>[^\s].*)")


def clean_name(name: str, city: str = "") -> str:
    """`name` without signs, brackets and trailing branch markers that are places; `city` counts as a place.

    "Pizza™ (X) Palace" → "Pizza Palace", "KFC - Queen St" → "KFC". If nothing is left, the name without signs stays;
    it is empty if that has no letter or digit.
    """
    original = without_signs(as_read(name))
    cleaned = original
    while (shorter := _once(cleaned, city)) != cleaned:
        cleaned = shorter
    return cleaned if any(character.isalnum() for character in cleaned) else original


def _once(name: str, city: str) -> str:
    text = " ".join(_BRACKETS.sub(" ", name).split())
    match = _BRANCH.fullmatch(text)
    if match and is_place(match["branch"], [city] if city else []):
        return match["name"].rstrip(" -–—@|,")
    return text
