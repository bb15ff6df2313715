"""Reads scraped values: a valid value is stored in our own format, an invalid one gets a remark."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from pydantic import JsonValue, TypeAdapter, ValidationError

from registration.errors import Refused
from registration.kit.corrections import describe_correction
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
    """Reads the values of one lead; `remarks` describe values that a person should check."""

    def __init__(self) -> None:
        self.remarks: list[str] = []

    def required(self, label: str, value: str) -> str:
        """A text that every restaurant needs. Raises Refused."""
        try:
            read = LINE.validate_python(value)
        except ValidationError as error:
            raise Refused(f"its {label} {reasons(error)[0]}; correct it on the lead") from error
        self._remark(label, value)
        return read

    def text(self, label: str, value: str | None, kind: TypeAdapter[str] = LINE) -> str | None:
        """A text of one kind; an invalid one stays as scraped, and the configuration gate asks for it."""
        if value is None or not value.strip():
            return None
        read = self._read(label, "kept as it was scraped", lambda: kind.validate_python(value))
        if read is None:
            return value.strip()
        self._remark(label, value, is_phone=kind is PHONE, is_address=kind is ADDRESS)
        return read

    def link(self, label: str, value: str | None) -> str | None:
        """A valid public link, else None: links are not checked again before they are used."""
        if value is None or not value.strip():
            return None
        return self._read(label, "left out", lambda: _LINK.validate_python(value))

    def texts(self, label: str, values: Iterable[str | None]) -> list[str]:
        """The texts without blank and repeated ones."""
        return list(dict.fromkeys(text for text in (self.text(label, value) for value in values) if text))

    def hours(self, *stored: JsonValue) -> tuple[DayHours, ...]:
        """The opening hours, from the first source that can be read completely, else from the first that can be read in
        part.

        () if there are none or no day can be read.
        """
        read: list[ScrapedHours] = []
        unreadable: list[str] = []
        for source in filter(None, stored):
            try:
                read.append(read_scraped_hours(source))
            except ValueError as error:
                unreadable.append(str(error))
        complete = (source for source in read if not source.problems)
        partial = (source for source in read if source.hours)
        best = next(complete, None) or next(partial, None)
        failed = [*unreadable, *(problem for source in read for problem in source.problems)]
        problems = best.problems if best else failed
        self.remarks += [f"opening hours: {problem}; left out" for problem in problems]
        return best.hours if best else ()

    def _remark(self, label: str, value: str, *, is_phone: bool = False, is_address: bool = False) -> None:
        if changed := describe_correction(value, is_phone=is_phone, is_address=is_address):
            self.remarks.append(f"{label}: {changed}")

    def _read(self, label: str, otherwise: str, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except ValueError as error:
            reason = reasons(error)[0] if isinstance(error, ValidationError) else str(error)
            self.remarks.append(f"{label}: {reason}; {otherwise}")
            return None
