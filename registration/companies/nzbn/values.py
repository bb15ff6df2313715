"""Values of the NZBN API, read leniently: null, absent and blank are equal, and unknown types are kept."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, TypeVar, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic.alias_generators import to_camel

from registration.companies.register_values import REGISTER_TIME, is_future, is_over, is_placeholder
from registration.kit.symbols import unescaped
from registration.kit.text import strip_control_characters

T = TypeVar("T")

MOST_CHARACTERS = 1_000
"""The limit for one text; the longest names and addresses of the register have about 200."""
MOST_PARTS = 10_000
"""The limit for one list."""
_REGISTERED = "REGISTERED"
_LABELS = {
    _REGISTERED: "Registered office address",
    "SERVICE": "Address for service",
    "SHAREREGISTER": "Share register address",
}
"""The labels of the register's website; any other type is its own label."""
_HOMES = ("PHYSICAL", "")
"""Address types of a person's home, the best first: a physical address, then one without a type; any other type is
last.
"""
_COUNTRIES = {"NZ": "New Zealand"}


class NzbnAnswer(BaseModel):
    """Base of all parts of an answer: frozen, camel case on the wire; unread fields are ignored."""

    model_config = ConfigDict(
        frozen=True, alias_generator=to_camel, coerce_numbers_to_str=True, hide_input_in_errors=True
    )


def _one_line(value: object) -> object:
    if not isinstance(value, str):
        return value
    line = " ".join(strip_control_characters(unescaped(value)).split())
    if len(line) > MOST_CHARACTERS:
        raise ValueError(f"is longer than {MOST_CHARACTERS} characters")
    return line or None


def _real_text(value: object) -> object:
    return None if isinstance(value, str) and is_placeholder(value) else _one_line(value)


def _day(value: object) -> object:
    """The date in New Zealand; None for a moment outside the calendar, which stands for "never" or "unknown"."""
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
    return [part for part in listed if part is not None]


def _one_or_many(value: object, read: ValidatorFunctionWrapHandler) -> Any:
    """Parse a list that may be wrapped in an object, or a single part, which must have a known field."""
    if not isinstance(value, Mapping):
        return read(_parts(value))
    around = cast("Mapping[str, object]", value)
    try:
        parts = read([around])
    except ValidationError:
        parts = ()
    if any(isinstance(part, NzbnAnswer) and part.model_fields_set for part in parts):
        return parts
    lists = [part for name, part in around.items() if isinstance(part, list) and name != "links"]
    if len(lists) != 1:
        raise ValueError("is neither a list nor one of its parts")
    return read(_parts(lists[0]))


Text = Annotated[str | None, BeforeValidator(_one_line)]
"""A text on one line, with HTML entities decoded: some names were entered with them."""

RealText = Annotated[str | None, BeforeValidator(_real_text)]
"""A Text, or None for a placeholder such as "No trading name"."""

Day = Annotated[date | None, BeforeValidator(_day)]
"""The date in New Zealand of a timestamp of the API ("2016-03-14T00:00:00.000+1300")."""

Many = Annotated[tuple[T, ...], WrapValidator(_one_or_many)]
"""A list; nulls in it are dropped."""


def joined(parts: Iterable[str | None], by: str) -> str | None:
    """The parts that are not empty, joined; None if there are none."""
    return by.join(filter(None, parts)) or None


def present(parts: Iterable[T | None]) -> tuple[T, ...]:
    """The parts that are not empty, without repetitions."""
    return tuple(dict.fromkeys(part for part in parts if part))


class Address(NzbnAnswer):
    """An address; valid from its start date, if it has one, to its end date."""

    address_type: Text = None
    start_date: Day = None
    end_date: Day = None
    care_of: Text = None
    address1: RealText = None
    address2: RealText = None
    address3: RealText = None
    address4: RealText = None
    post_code: Text = None
    country_code: Text = None

    @property
    def kind(self) -> str:
        """The type in comparable form."""
        return (self.address_type or "").upper()

    @property
    def is_current(self) -> bool:
        """True if the address is valid today and not empty."""
        return not is_over(self.end_date) and not is_future(self.start_date) and self.text is not None

    @property
    def label(self) -> str:
        """The type as a readable label, such as "Address for service"."""
        return _LABELS.get(self.kind, f"{self.kind.replace('_', ' ')} address".strip().capitalize())

    @property
    def text(self) -> str | None:
        """The address on one line, formatted as on the website; None if it is empty."""
        lines = joined((self.address1, self.address2, self.address3, self.address4, self.post_code), ", ")
        country = _COUNTRIES.get(self.country_code or "", self.country_code)
        return joined((self._care_of, lines, country), ", ") if lines else None

    @property
    def _care_of(self) -> str | None:
        recipient = self.care_of
        return recipient if recipient is None or recipient.upper().startswith(("C/", "CARE OF")) else f"c/- {recipient}"


class Addresses(NzbnAnswer):
    """All addresses of an entity."""

    address_list: Many[Address] = ()

    @model_validator(mode="before")
    @classmethod
    def _bare_list(cls, value: Any) -> Any:
        """Accept the list, or a single address, without the object around it."""
        is_address = isinstance(value, dict) and "address1" in value and "addressList" not in value
        return {"addressList": value} if isinstance(value, list) or is_address else value

    @property
    def current(self) -> tuple[Address, ...]:
        """The addresses that are valid today."""
        return tuple(address for address in self.address_list if address.is_current)

    @property
    def registered(self) -> str | None:
        """The registered office on one line; of several the one with the latest start."""
        return latest_text(address for address in self.address_list if address.kind == _REGISTERED)


def latest_text(addresses: Iterable[Address]) -> str | None:
    """The address that is valid today on one line; of several the one with the latest start."""
    return _text_of_best(addresses, lambda address: address.start_date or date.min)


def home_text(addresses: Iterable[Address]) -> str | None:
    """The physical address that is valid today on one line; if there is none, the nearest equivalent."""
    return _text_of_best(addresses, lambda address: (-_rank_of_home(address), address.start_date or date.min))


def _rank_of_home(address: Address) -> int:
    return _HOMES.index(address.kind) if address.kind in _HOMES else len(_HOMES)


def _text_of_best(addresses: Iterable[Address], worth: Callable[[Address], Any]) -> str | None:
    best = max((address for address in addresses if address.is_current), key=worth, default=None)
    return best.text if best else None
