"""How single values of the NZBN API are read: leniently. Null, absent and blank are the same."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic.alias_generators import to_camel

from registration.models.signs import unescaped

T = TypeVar("T")

_REGISTER_TIME = ZoneInfo("Pacific/Auckland")


class NzbnAnswer(BaseModel):
    """Base of all parts of an answer: frozen, in camel case outside; what is not read is ignored."""

    model_config = ConfigDict(
        frozen=True, alias_generator=to_camel, coerce_numbers_to_str=True, hide_input_in_errors=True
    )


def _one_line(value: object) -> object:
    return (" ".join(unescaped(value).split()) or None) if isinstance(value, str) else value


def _day(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    moment = datetime.fromisoformat(value.strip())
    return (moment.astimezone(_REGISTER_TIME) if moment.tzinfo else moment).date()


def _without_nulls(value: object) -> object:
    if value is None:
        return ()
    return [one for one in value if one is not None] if isinstance(value, list) else value


Text = Annotated[str | None, BeforeValidator(_one_line)]
"""A text on one line; names were entered with HTML entities in them."""

Day = Annotated[date | None, BeforeValidator(_day)]
"""The day in New Zealand of what the API writes as a moment ("2016-03-14T00:00:00.000+1300")."""

Many = Annotated[tuple[T, ...], BeforeValidator(_without_nulls)]
"""A list, in which nulls say nothing."""


def is_over(end: date | None) -> bool:
    """Whether what ends on a day has ended; an end that is still to come was only announced."""
    return end is not None and end <= datetime.now(_REGISTER_TIME).date()


def is_to_come(start: date | None) -> bool:
    """Whether what begins on a day was only announced so far."""
    return start is not None and start > datetime.now(_REGISTER_TIME).date()


def joined(parts: Iterable[str | None], by: str) -> str | None:
    """The parts that are there; None if none is."""
    return by.join(filter(None, parts)) or None


def present(parts: Iterable[T | None]) -> tuple[T, ...]:
    """Those that are there."""
    return tuple(part for part in parts if part)
