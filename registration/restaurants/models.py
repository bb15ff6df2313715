"""A restaurant: as imported, and as the steps read it."""

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, JsonValue

from registration.kit.opening_hours import OpeningHours
from registration.kit.opening_hours_text import parse_opening_hours
from registration.kit.symbols import listed
from registration.kit.values import Address, Blank, Colour, Cuisines, Email, IdNumber, Line, Phone, Value, WebUrl

LONGEST_NAME = 255
"""The length of the platform's column."""


class Theme(StrEnum):
    """The look of a restaurant's website."""

    LIGHT = "light"
    DARK = "dark"


class ImageName(StrEnum):
    """The columns of a restaurant that hold an image: an address, or a data URI of hundreds of kB."""

    LOGO = "logo_url"
    HOSTED_LOGO = "hosted_logo_url"
    WEBSITE = "website_og_image"
    UBEREATS = "ubereats_og_image"
    DOORDASH = "doordash_og_image"
    FACEBOOK = "facebook_cover_image"


def _split_cuisines(value: object) -> object:
    return listed(value) if isinstance(value, str) else value


def _parse_hours(value: object) -> object:
    return parse_opening_hours(value) if isinstance(value, str) else value


def _fits_the_platform(name: str) -> str:
    if len(name) > LONGEST_NAME:
        raise ValueError(f"is longer than {LONGEST_NAME} characters")
    return name


RestaurantName = Annotated[Line, AfterValidator(_fits_the_platform)]
"""A name that fits into the platform's column."""


class NewRestaurant(Value):
    """A restaurant to import: one row of the CSV. Blank cells are None; texts of hours and cuisines are parsed."""

    name: RestaurantName
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


class RestaurantEdit(Value):
    """Changes of a restaurant, read as an import reads them: a field that is not set stays, a blank one is emptied.

    `user_email` is the e-mail of the account; it follows `email` where both are the same.
    """

    name: RestaurantName = ""
    address: Blank[Address] = None
    city: Blank[Address] = None
    phone: Blank[Phone] = None
    email: Blank[Email] = None
    user_email: Blank[Email] = None
    contact_name: Blank[Line] = None
    contact_email: Blank[Email] = None
    contact_phone: Blank[Phone] = None
    website_url: Blank[WebUrl] = None
    ubereats_url: Blank[WebUrl] = None
    doordash_url: Blank[WebUrl] = None
    cuisine: Annotated[Cuisines, BeforeValidator(_split_cuisines)] = ()
    opening_hours: Blank[Annotated[OpeningHours, BeforeValidator(_parse_hours)]] = None
    theme: Blank[Theme] = None
    primary_color: Blank[Colour] = None
    secondary_color: Blank[Colour] = None
    external_id: Blank[IdNumber] = None

    @property
    def columns(self) -> dict[str, Any]:
        """The set fields as the columns store them; without `external_id`, which is no column."""
        values = self.model_dump(mode="json", include=self.model_fields_set, exclude={"external_id"})
        if "cuisine" in values:
            values["cuisine"] = values["cuisine"] or None
        if "opening_hours" in values:
            values |= {"opening_hours": values["opening_hours"] or [], "opening_hours_text": None}
        return values


class RestaurantData(BaseModel):
    """The fields of a stored restaurant that the steps read.

    Stored values have many sources (scraped leads, the platform, people) and are not validated here; `proposals`
    validates them. Built from a row with `model_validate(row)`. `images` names the columns that hold an image;
    `detail_queries` reads the images themselves.
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
    images: frozenset[ImageName] = frozenset()

    @property
    def has_logo(self) -> bool:
        """True if branding was extracted."""
        return ImageName.LOGO in self.images

    @property
    def delivery_url(self) -> str | None:
        """The URL from which a menu can be extracted."""
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
