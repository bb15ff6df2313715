"""What a form was submitted with, before it is read."""

import unicodedata
from collections.abc import Mapping
from typing import Any


def storable(submitted: Mapping[str, Any]) -> dict[str, Any]:
    """`submitted` without the control characters and lone surrogates that the database cannot keep."""
    return {_text(key): _storable(value) for key, value in submitted.items()}


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return storable(value)
    return [_storable(one) for one in value] if isinstance(value, list) else value


def _text(text: str) -> str:
    return "".join(one for one in text if one in "\n\t" or unicodedata.category(one) not in ("Cc", "Cs"))
