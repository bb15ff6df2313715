"""Files and JSON from outside, read within limits of size and depth, and JSON that is safe to print."""

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn, cast

from pydantic import JsonValue

from registration.errors import BadFile
from registration.kit.text import storable_value

MOST_BYTES = 20_000_000
"""About a hundred thousand restaurants."""
MOST_DEPTH = 100
"""The deepest nesting of lists and objects; to process a deeper value could exceed Python's recursion limit."""
_MOST_DIGITS = 30
_TOO_DEEP = f"it is nested more than {MOST_DEPTH} deep"
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters and lone surrogates; blanks and line ends of all systems are text."""
_CONTROL = "contains control characters"
_INTERPRETED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """The content of the file. Raises BadFile if it is longer than `most` bytes, OSError if it cannot be read."""
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise BadFile(f"{path.name} is longer than {most / 1e6:g} MB: check that it is the right file")
    return content


def read_json(content: str | bytes) -> JsonValue:
    """The parsed value, its texts cleaned by `strip_control_characters`.

    Raises ValueError with the reason: not JSON, nested too deep, a number that is not finite or has too many digits.
    """
    try:
        value: JsonValue = json.loads(
            content, parse_constant=_refuse_constant, parse_int=_short_enough, parse_float=_finite
        )
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    _check_depth(value)
    return storable_value(value)


def unstorable(value: object) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What a database cannot keep of a parsed JSON value, at every depth: the keys that lead to it, and the reason.

    Texts and names with control characters or lone surrogates, numbers that are not finite or have too many digits,
    values that are nested too deep. No reason repeats a value, and no key is one of those that cannot be kept.
    """
    containers: list[tuple[tuple[str | int, ...], object]] = [((), [value])]
    while containers:
        place, outer = containers.pop()
        if len(place) > MOST_DEPTH:
            yield place[1:], _TOO_DEEP
            continue
        for key, member in _by_key(outer):
            if isinstance(key, str) and _UNSTORABLE.search(key):
                yield place[1:], f"the name of a field {_CONTROL}"
            elif isinstance(member, dict | list):
                containers.append(((*place, key), cast("object", member)))
            elif reason := _why_unstorable(member):
                yield (*place[1:], key) if place else (), reason


def _by_key(value: object) -> list[tuple[str | int, object]]:
    if isinstance(value, dict):
        return list(cast("dict[str | int, object]", value).items())
    return list(enumerate(cast("list[object]", value)))


def _why_unstorable(value: object) -> str | None:
    match value:
        case str() if _UNSTORABLE.search(value):
            return _CONTROL
        case float() if not math.isfinite(value):
            return "is not a finite number"
        case int() if abs(value) >= 10**_MOST_DIGITS:
            return f"has more than {_MOST_DIGITS} digits"
        case _:
            return None


def _check_depth(value: JsonValue) -> None:
    inside = [value]
    for _ in range(MOST_DEPTH + 1):
        inside = [member for outer in inside for member in _members(outer)]
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


def json_text(value: Any) -> str:
    """Indented JSON; ids and times are texts. Characters that a terminal would interpret are escaped."""
    document = json.dumps(value, default=str, ensure_ascii=False, indent=2)
    return _INTERPRETED.sub(lambda match: f"\\u{ord(match[0]):04x}", document)
