"""Texts and documents from outside, without what the database cannot keep and no reader sees."""

from collections.abc import Mapping
from typing import Any

from registration.models.texts import is_control


def storable(document: Mapping[str, Any]) -> dict[str, Any]:
    """`document` with every text in it, keys included, as `storable_text` gives it."""
    return {storable_text(key): storable_value(value) for key, value in document.items()}


def storable_value(value: Any) -> Any:
    """A value of a document as the database can store it."""
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, Mapping):
        return storable(value)
    return [storable_value(one) for one in value] if isinstance(value, list) else value


def storable_text(text: str) -> str:
    """`text` without control characters, but for line feed and tab, and without lone surrogates."""
    return "".join(one for one in text if one in "\n\t" or not is_control(one))
