"""Reading scraped values: what is clear is stored in the house's form, what is not gets a remark."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from pydantic import JsonValue, TypeAdapter, ValidationError

from registration.errors import Refused
from registration.kit.corrections import read_otherwise
from registration.kit.opening_hours import DayHours
from registration.kit.values import Address, Email, Line, Phone, WebUrl, reasons
from registration.leads.hours.reading import read_scraped_hours
from registration.leads.hours.week import ScrapedHours

T = TypeVar("T")

EMAIL: TypeAdapter[str] = TypeAdapter(Email)
LINE: TypeAdapter[str] = TypeAdapter(Line)
ADDRESS: TypeAdapter[str] = TypeAdapter(Address)
PHONE: TypeAdapter[str] = TypeAdapter(Phone)
_LINK: TypeAdapter[str] = TypeAdapter(WebUrl)


class ScrapedValues:
    """Reads the values of one lead; `remarks` says in words what about them needs a look."""

    def __init__(self) -> None:
        self.remarks: list[str] = []

    def required(self, label: str, value: str) -> str:
        """A text without which there is no restaurant. Raises Refused."""
        try:
            read = LINE.validate_python(value)
        except ValidationError as error:
            raise Refused(f"its {label} {reasons(error)[0]}; put it right on the lead") from error
        self._remark(label, value)
        return read

    def text(self, label: str, value: str | None, kind: TypeAdapter[str] = LINE) -> str | None:
        """A text of a kind; one that is not of it stays as it was scraped, for the configuration to ask about."""
        if value is None or not value.strip():
            return None
        read = self._read(label, "kept as it was scraped", lambda: kind.validate_python(value))
        if read is None:
            return value.strip()
        self._remark(label, value, is_phone=kind is PHONE, is_address=kind is ADDRESS)
        return read

    def link(self, label: str, value: str | None) -> str | None:
        """A link that can be followed, else None: nobody looks at links again before they are used."""
        if value is None or not value.strip():
            return None
        return self._read(label, "left out", lambda: _LINK.validate_python(value))

    def texts(self, label: str, values: Iterable[str | None]) -> list[str]:
        """Each of them once, without the blank ones."""
        return list(dict.fromkeys(one for one in (self.text(label, value) for value in values) if one))

    def hours(self, *stored: JsonValue) -> tuple[DayHours, ...]:
        """The opening hours, from the first form that is understood in full, else from the first that is in part.

        () if there are none or no day is understood.
        """
        read: list[ScrapedHours] = []
        why: list[str] = []
        for one in filter(None, stored):
            try:
                read.append(read_scraped_hours(one))
            except ValueError as error:
                why.append(str(error))
        best = next((one for one in read if not one.problems), next((one for one in read if one.hours), None))
        problems = best.problems if best else [*why, *(problem for one in read for problem in one.problems)]
        self.remarks += [f"opening hours: {problem}; left out" for problem in problems]
        return best.hours if best else ()

    def _remark(self, label: str, value: str, *, is_phone: bool = False, is_address: bool = False) -> None:
        if changed := read_otherwise(value, is_phone=is_phone, is_address=is_address):
            self.remarks.append(f"{label}: {changed}")

    def _read(self, label: str, otherwise: str, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except ValueError as error:
            why = reasons(error)[0] if isinstance(error, ValidationError) else str(error)
            self.remarks.append(f"{label}: {why}; {otherwise}")
            return None
