"""A restaurant: as it comes in, and as the steps read it."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, JsonValue

from registration.kit.opening_hours import OpeningHours
from registration.kit.opening_hours_text import parse_opening_hours
from registration.kit.symbols import listed
from registration.kit.values import Address, Blank, Cuisines, Email, IdNumber, Line, Phone, Value, WebUrl

LONGEST_NAME = 255
"""What the platform's own column holds."""


class Theme(StrEnum):
    """The look of a restaurant's website."""

    LIGHT = "light"
    DARK = "dark"


def _split_cuisines(value: object) -> object:
    return listed(value) if isinstance(value, str) else value


def _parse_hours(value: object) -> object:
    return parse_opening_hours(value) if isinstance(value, str) else value


def _fits_the_platform(name: str) -> str:
    if len(name) > LONGEST_NAME:
        raise ValueError(f"is longer than {LONGEST_NAME} characters")
    return name


class NewRestaurant(Value):
    """A restaurant to import: one row of the CSV. Blank cells are None; texts of hours and cuisines are parsed."""

    name: Annotated[Line, AfterValidator(_fits_the_platform)]
    address: Blank[Address] = None
    city: Blank[Address] = None
    phone: Blank[Phone] = None
    email: Blank[Email] = None
    contact_name: Blank[Line] = None
    website_url: Blank[WebUrl] = None
    ubereats_url: Blank[WebUrl] = None
    doordash_url: Blank[WebUrl] = None
    cuisine: Annotated[Cuisines, BeforeValidator(_split_cuisines)] = ()
    opening_hours: Blank[Annotated[OpeningHours, BeforeValidator(_parse_hours)]] = None
    external_id: Blank[IdNumber] = None


class RestaurantData(BaseModel):
    """What the steps read of a stored restaurant.

    Stored values come from many hands (scraped leads, the platform, people), so they are read as they are; what is
    proposed from them is validated in `proposals`. Built from a row with `model_validate(row)`.
    """

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: UUID
    organisation_id: UUID
    name: str
    address: str | None = None
    city: str | None = None
    phone: str | None = None
    email: str | None = None
    user_email: str | None = None
    contact_name: str | None = None
    contact_email: str | None = None
    contact_phone: str | None = None
    company_name: str | None = None
    company_number: str | None = None
    nzbn: str | None = None
    gst_number: str | None = None
    full_legal_name: str | None = None
    website_url: str | None = None
    ubereats_url: str | None = None
    doordash_url: str | None = None
    opening_hours: JsonValue = None
    opening_hours_text: str | None = None
    cuisine: tuple[str, ...] | None = None
    theme: Theme | None = None
    primary_color: str | None = None
    secondary_color: str | None = None
    logo_url: str | None = None
    website_og_image: str | None = None
    facebook_cover_image: str | None = None
    ubereats_og_image: str | None = None
    doordash_og_image: str | None = None
    hosted_logo_url: str | None = None
    stripe_connect_url: str | None = None

    @property
    def delivery_url(self) -> str | None:
        """Where a menu can be extracted from."""
        return self.ubereats_url or self.doordash_url

    @property
    def account_email(self) -> str | None:
        """The e-mail of the account: user_email, else email, else contact_email."""
        return self.user_email or self.email or self.contact_email


class MenuChoice(Value):
    """A menu that can be selected, with the number of its items; `nuts`: a dish is tagged as containing nuts."""

    id: UUID
    version: int
    items: int
    nuts: bool = False
