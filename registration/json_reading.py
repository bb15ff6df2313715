"""JSON from outside, read within bounds: whatever a document holds, reading it ends in a value or a ValueError."""

import json
from typing import NoReturn

from pydantic import JsonValue

from registration.storable import storable_value

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
