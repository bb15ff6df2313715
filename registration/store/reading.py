"""Rows that are found together and understood one by one: one that cannot be read must cost nobody else anything."""

from collections.abc import Callable
from typing import Any, TypeVar

from registration.models.values import why

Value = TypeVar("Value")
Reader = Callable[[], Value]
"""Understands a row that was found; raises ValueError, which says what of it cannot be read."""


def reader(what: str, read: Callable[[Any], Value], row: object) -> Reader[Value]:
    """Reads `row`, which is called `what`, when it is asked to."""

    def now() -> Value:
        try:
            return read(row)
        except ValueError as error:
            raise ValueError(f"{what}: {why(error)}") from error

    return now
