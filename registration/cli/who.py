"""Who says it, and why: kept with everything that a person does."""

from typing import Annotated

from cyclopts import Parameter
from pydantic import TypeAdapter, ValidationError

from registration.cli.desk import person
from registration.errors import Refused
from registration.models.values import Line, reasons
from registration.store.moves import Because

By = Annotated[
    str | None,
    Parameter(name="--by", help="Who says so, for the record. Default: the name of your account on this machine."),
]
Why = Annotated[str | None, Parameter(name="--why", help="Why, for the record.")]

_LINE: TypeAdapter[str] = TypeAdapter(Line)


def who(by: str | None) -> str:
    """The name that is kept. Raises Refused for one that is none."""
    return line_of("--by", by or person())


def because(by: str | None, why: str | None) -> Because:
    """Name and reason. Raises Refused for a text that is none, or has several lines."""
    return Because(who(by), None if why is None else line_of("--why", why))


def line_of(option: str, value: str) -> str:
    """A text on one line. Raises Refused for one that is none."""
    try:
        return _LINE.validate_python(value)
    except ValidationError as error:
        raise Refused(f"{option} {'; '.join(reasons(error))}") from error
