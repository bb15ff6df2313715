"""How single values of the NZBN API are read: leniently. Null, absent and blank are the same."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, TypeVar, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic.alias_generators import to_camel

from registration.clients.placeholders import is_placeholder
from registration.clients.register_days import REGISTER_TIME
from registration.models.signs import unescaped
from registration.storable import storable_text

T = TypeVar("T")

MOST_CHARACTERS = 1_000
"""Of one text; the longest names and addresses of the register have some 200."""
MOST_PARTS = 10_000
"""Of one list."""


class NzbnAnswer(BaseModel):
    """Base of all parts of an answer: frozen, in camel case outside; what is not read is ignored."""

    model_config = ConfigDict(
        frozen=True, alias_generator=to_camel, coerce_numbers_to_str=True, hide_input_in_errors=True
    )


def _one_line(value: object) -> object:
    if not isinstance(value, str):
        return value
    line = " ".join(storable_text(unescaped(value)).split())
    if len(line) > MOST_CHARACTERS:
        raise ValueError(f"is longer than {MOST_CHARACTERS} characters")
    return line or None


def _given(value: object) -> object:
    return None if isinstance(value, str) and is_placeholder(value) else _one_line(value)


def _day(value: object) -> object:
    """None for a moment that no calendar here can hold: an end that is never, a start that nobody knows."""
    if not isinstance(value, str):
        return value
    if is_placeholder(value):
        return None
    moment = datetime.fromisoformat(value.strip())
    try:
        return (moment.astimezone(REGISTER_TIME) if moment.tzinfo else moment).date()
    except OverflowError:
        return None


def _parts(value: object) -> object:
    """The list without nulls."""
    if value is None:
        return ()
    if not isinstance(value, list):
        return value
    listed = cast("list[object]", value)
    if len(listed) > MOST_PARTS:
        raise ValueError(f"has more than {MOST_PARTS} parts")
    return [one for one in listed if one is not None]


def _one_or_many(value: object, read: ValidatorFunctionWrapHandler) -> Any:
    """A list may be the only one of an object around it, or a part by itself, which must hold something known."""
    if not isinstance(value, Mapping):
        return read(_parts(value))
    around = cast("Mapping[str, object]", value)
    try:
        found = read([around])
    except ValidationError:
        found = ()
    if any(isinstance(one, NzbnAnswer) and one.model_fields_set for one in found):
        return found
    lists = [part for name, part in around.items() if isinstance(part, list) and name != "links"]
    if len(lists) != 1:
        raise ValueError("is neither a list nor one of its parts")
    return read(_parts(lists[0]))


Text = Annotated[str | None, BeforeValidator(_one_line)]
"""A text on one line; names were entered with HTML entities in them."""

Given = Annotated[str | None, BeforeValidator(_given)]
"""The same, None for words that say that nothing was given, as "No trading name"."""

Day = Annotated[date | None, BeforeValidator(_day)]
"""The day in New Zealand of what the API writes as a moment ("2016-03-14T00:00:00.000+1300")."""

Many = Annotated[tuple[T, ...], WrapValidator(_one_or_many)]
"""A list, in which nulls say nothing."""


def joined(parts: Iterable[str | None], by: str) -> str | None:
    """The parts that are there; None if none is."""
    return by.join(filter(None, parts)) or None


def present(parts: Iterable[T | None]) -> tuple[T, ...]:
    """Those that are there, each once."""
    return tuple(dict.fromkeys(part for part in parts if part))
