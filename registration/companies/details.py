"""The full register entry of one company."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Literal, TypeVar

from registration.kit.values import Value

T = TypeVar("T")
_OF_EVERY_COMPANY = ("addresses", "directors", "shareholders")


class RegisterAddress(Value):
    """An address of a company and its type, such as "Registered office"."""

    type: str
    text: str


class Director(Value):
    """A director: `full_legal_name` as on the register, `name` the full name in title case.

    `is_held` tells whether the role is held today; None if `ceased` tells it.
    """

    name: str
    full_legal_name: str
    appointed: date | None = None
    ceased: date | None = None
    is_held: bool | None = None
    address: str | None = None

    @property
    def is_active(self) -> bool:
        """True if the role is held today."""
        return self.ceased is None if self.is_held is None else self.is_held


class Shareholder(Value):
    """A holder of an allocation of shares; joint holders share one allocation and each repeats its numbers."""

    name: str
    type: Literal["individual", "company"]
    held: Literal["sole", "joint"] = "sole"
    shares: int | None = None
    percentage: float | None = None


class CompanyDetails(Value):
    """The full register entry of one company.

    `missing` names the fields about which the register showed nothing, not even that there is no value; `partial` the
    fields of which it showed only a part.
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
        """The fields that every company has, but that the register showed not at all or only in part."""
        absent = tuple(name for name in _OF_EVERY_COMPANY if name in self.missing)
        return (*absent, *(f"some {name}" for name in self.partial))

    @property
    def contacts(self) -> tuple[str, ...]:
        """The names of the active directors, in the register's order: those who may be the restaurant's contact."""
        return tuple(dict.fromkeys(director.name for director in self.directors if director.is_active))

    @property
    def people(self) -> dict[str, str]:
        """Persons of the entry by name, with their role: active directors first, then shareholders that are no company.

        A name that the register writes in two ways is one person, as the director's role names it.
        """
        roles = dict.fromkeys(self.contacts, "director")
        directors = {name.casefold(): name for name in roles}
        for holder in self.shareholders:
            if holder.type == "individual":
                name = directors.get(holder.name.casefold())
                roles[name or title_case(holder.name)] = "director and shareholder" if name else "shareholder"
        return roles

    @property
    def first_active_director(self) -> Director | None:
        """The first active director in the register's order."""
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


def entry_facts(entry: CompanyDetails) -> dict[str, tuple[str, ...]]:
    """The parts of an entry as texts, by label; parts without a value are left out."""
    facts = {
        "company": (f"{entry.company_name}, {entry.company_number}",),
        "NZBN": (entry.nzbn,) if entry.nzbn else (),
        "status": (entry.status,),
        "incorporated": (f"{entry.incorporation_date}",) if entry.incorporation_date else (),
        "type": (entry.entity_type,) if entry.entity_type else (),
        "directors": tuple(map(_director, entry.directors)),
        "shareholders": tuple(map(_shareholder, entry.shareholders)),
        "GST numbers": entry.gst_numbers,
        "phones": entry.phones,
        "e-mails": entry.emails,
        "websites": entry.websites,
        "addresses": tuple(f"{address.type}: {address.text}" for address in entry.addresses),
        "trading names": entry.trading_names,
        "previous names": entry.previous_names,
        "industries": entry.industry_classifications,
        "not shown by the register": entry.gaps,
    }
    return {label: texts for label, texts in facts.items() if texts}


def _director(director: Director) -> str:
    since = f" since {director.appointed}" if director.appointed else ""
    if director.is_active:
        return f"{director.name}{since}"
    return f"{director.name} (until {director.ceased})" if director.ceased else f"{director.name} (not any more)"


def _shareholder(holder: Shareholder) -> str:
    part = f"{holder.percentage:g} %" if holder.percentage is not None else f"{holder.shares} shares"
    known = holder.percentage is not None or holder.shares is not None
    return f"{holder.name}{f' {part}' if known else ''}{', jointly' if holder.held == 'joint' else ''}"


def _first(values: Iterable[T]) -> T | None:
    return next(iter(values), None)


def title_case(name: str) -> str:
    """A name from the register in title case: "Sean O'BRIEN-MCKAY" → "Sean O'Brien-McKay"."""
    return re.sub(r"[^\W\d_]+", lambda part: _capitalised(part[0]), name)


def _capitalised(word: str) -> str:
    if len(word) > 1 and not word.isupper():
        return word
    plain = word.capitalize()
    return f"Mc{plain[2:].capitalize()}" if plain.startswith("Mc") and len(plain) > 3 else plain
