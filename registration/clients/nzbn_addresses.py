"""Addresses of the NZBN API. Types are plain texts: there are more of them than its description lists, and none."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from pydantic import model_validator

from registration.clients.nzbn_values import Day, Given, Many, NzbnAnswer, Text, joined
from registration.clients.register_days import is_over, is_to_come

_REGISTERED = "REGISTERED"
_LABELS = {
    _REGISTERED: "Registered office address",
    "SERVICE": "Address for service",
    "SHAREREGISTER": "Share register address",
}
"""As the register's website writes them; any other type is its own label."""
_HOMES = ("PHYSICAL", "")
"""Where a person lives: first what says so, then what says nothing; any other type, as ALTERNATIVE, after them."""
_COUNTRIES = {"NZ": "New Zealand"}


class Address(NzbnAnswer):
    """An address; it is current from its start, if it has one, to its end."""

    address_type: Text = None
    start_date: Day = None
    end_date: Day = None
    care_of: Text = None
    address1: Given = None
    address2: Given = None
    address3: Given = None
    address4: Given = None
    post_code: Text = None
    country_code: Text = None

    @property
    def kind(self) -> str:
        """The type as it is compared."""
        return (self.address_type or "").upper()

    @property
    def is_current(self) -> bool:
        """Whether it holds today and says something."""
        return not is_over(self.end_date) and not is_to_come(self.start_date) and self.text is not None

    @property
    def label(self) -> str:
        """The type for people, as "Address for service"."""
        return _LABELS.get(self.kind, f"{self.kind.replace('_', ' ')} address".strip().capitalize())

    @property
    def text(self) -> str | None:
        """The address on one line, as the website writes it; None if it is empty."""
        place = joined((self.address1, self.address2, self.address3, self.address4, self.post_code), ", ")
        country = _COUNTRIES.get(self.country_code or "", self.country_code)
        return joined((self._care_of, place, country), ", ") if place else None

    @property
    def _care_of(self) -> str | None:
        whom = self.care_of
        return whom if whom is None or whom.upper().startswith(("C/", "CARE OF")) else f"c/- {whom}"


class Addresses(NzbnAnswer):
    """All addresses of an entity."""

    address_list: Many[Address] = ()

    @model_validator(mode="before")
    @classmethod
    def _bare_list(cls, value: Any) -> Any:
        """The list, or its only address, may come without the object around it."""
        is_address = isinstance(value, dict) and "address1" in value and "addressList" not in value
        return {"addressList": value} if isinstance(value, list) or is_address else value

    @property
    def current(self) -> tuple[Address, ...]:
        """Those that hold today."""
        return tuple(address for address in self.address_list if address.is_current)

    @property
    def registered(self) -> str | None:
        """The text of the registered office; of several the one that began last."""
        return latest_text(address for address in self.address_list if address.kind == _REGISTERED)


def latest_text(addresses: Iterable[Address]) -> str | None:
    """The text of the address that holds today; of several the one that began last."""
    return _text_of_best(addresses, lambda address: address.start_date or date.min)


def home_text(addresses: Iterable[Address]) -> str | None:
    """The text of the physical address that holds today; without one, of what is nearest to it."""
    return _text_of_best(addresses, lambda address: (-_rank_of_home(address), address.start_date or date.min))


def _rank_of_home(address: Address) -> int:
    return _HOMES.index(address.kind) if address.kind in _HOMES else len(_HOMES)


def _text_of_best(addresses: Iterable[Address], worth: Callable[[Address], Any]) -> str | None:
    best = max((address for address in addresses if address.is_current), key=worth, default=None)
    return best.text if best else None
