"""Values of the NZBN API, read leniently: null, absent and blank are the same, and unknown types are kept."""

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

from registration.companies.register_values import REGISTER_TIME, is_over, is_placeholder, is_to_come
from registration.kit.symbols import unescaped
from registration.kit.text import storable_text

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
