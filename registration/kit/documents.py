"""Files and JSON from outside, read within bounds, and JSON that is written for people and programs."""

import json
import re
from pathlib import Path
from typing import Any, NoReturn

from pydantic import JsonValue

from registration.errors import BadFile
from registration.kit.text import storable_value

MOST_BYTES = 20_000_000
"""A hundred thousand restaurants."""


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """The content. Raises BadFile if it is longer, OSError if it cannot be read."""
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise BadFile(f"{path.name} is longer than {most / 1e6:g} MB, which no such file is: is it the right one?")
    return content


MOST_DEPTH = 100
"""Lists and objects inside each other; Python's own limit is met by those who process the value."""

_MOST_DIGITS = 30
_TOO_DEEP = f"it is nested more than {MOST_DEPTH} deep"


def read_json(content: str | bytes) -> JsonValue:
    """The value, its texts cleaned by `storable_text`. Raises ValueError with the reason: no JSON, too deep, a number
    that is not finite or has too many digits.
    """
    try:
        value: JsonValue = json.loads(
            content, parse_constant=_refuse_constant, parse_int=_short_enough, parse_float=_finite
        )
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    _check_depth(value)
    return storable_value(value)


def _check_depth(value: JsonValue) -> None:
    inside = [value]
    for _ in range(MOST_DEPTH + 1):
        inside = [one for outer in inside for one in _members(outer)]
        if not inside:
            return
    raise ValueError(_TOO_DEEP)


def _members(value: JsonValue) -> list[JsonValue]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _short_enough(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"a number has {len(digits)} digits")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"the number {digits[:20]} is too large")
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number in JSON")


_OBEYED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def json_text(value: Any) -> str:
    """One document; ids and times as text. JSON itself escapes the control characters below the blank."""
    document = json.dumps(value, default=str, ensure_ascii=False, indent=2)
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", document)
