"""The full register entry of one company."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Literal, TypeVar

from registration.kit.values import Value

T = TypeVar("T")


class RegisterAddress(Value):
    """An address of a company, as "Registered office"."""

    type: str
    text: str


class Director(Value):
    """A director; `full_legal_name` as on the register, `name` the full name in title case.

    `is_held` is whether the role is held today, where the date of its end does not tell it.
    """

    name: str
    full_legal_name: str
    appointed: date | None = None
    ceased: date | None = None
    is_held: bool | None = None
    address: str | None = None

    @property
    def is_active(self) -> bool:
        """Whether the role is held today."""
        return self.ceased is None if self.is_held is None else self.is_held


class Shareholder(Value):
    """One holder of an allocation of shares; joint holders share one allocation and repeat its numbers."""

    name: str
    type: Literal["individual", "company"]
    held: Literal["sole", "joint"] = "sole"
    shares: int | None = None
    percentage: float | None = None


_OF_EVERY_COMPANY = ("addresses", "directors", "shareholders")


class CompanyDetails(Value):
    """The full register entry of one company.

    `missing` names the fields of which the register showed nothing, not even that there is none; `partial` those of
    which it showed only a part.
    """

    company_name: str
    company_number: str
    nzbn: str | None = None
    status: str
    incorporation_date: date | None = None
    entity_type: str | None = None
    addresses: tuple[RegisterAddress, ...] = ()
    directors: tuple[Director, ...] = ()
    shareholders: tuple[Shareholder, ...] = ()
    gst_numbers: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    trading_names: tuple[str, ...] = ()
    websites: tuple[str, ...] = ()
    industry_classifications: tuple[str, ...] = ()
    previous_names: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()

    @property
    def gaps(self) -> tuple[str, ...]:
        """What every company has and the register did not show, or only in part."""
        absent = tuple(name for name in _OF_EVERY_COMPANY if name in self.missing)
        return (*absent, *(f"some {name}" for name in self.partial))

    @property
    def first_active_director(self) -> Director | None:
        """The first director of the register's list who has not ceased."""
        return _first(director for director in self.directors if director.is_active)

    @property
    def gst_number(self) -> str | None:
        """The first GST number."""
        return _first(self.gst_numbers)

    @property
    def contact_email(self) -> str | None:
        """The first e-mail."""
        return _first(self.emails)

    @property
    def contact_phone(self) -> str | None:
        """The first phone."""
        return _first(self.phones)


def _first(values: Iterable[T]) -> T | None:
    return next(iter(values), None)


def title_case(name: str) -> str:
    """A name from the register as people write it: "Sean O'BRIEN-MCKAY" → "Sean O'Brien-McKay"."""
    return re.sub(r"[^\W\d_]+", lambda part: _capitalised(part[0]), name)


def _capitalised(word: str) -> str:
    if len(word) > 1 and not word.isupper():
        return word
    plain = word.capitalize()
    return f"Mc{plain[2:].capitalize()}" if plain.startswith("Mc") and len(plain) > 3 else plain
