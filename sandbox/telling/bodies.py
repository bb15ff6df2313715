"""What the endpoints want to be sent: nothing missing, nothing of another type; what is unknown is ignored."""

from typing import Literal
from uuid import UUID

from pydantic import AliasChoices, Field

from sandbox.telling.wire import (
    Day,
    Email,
    HeaderImage,
    Part,
    Password,
    Phone,
    RegistrationType,
    Text,
    TextColour,
    Time,
    Tint,
    WebAddress,
)


class RestaurantBody(Part):
    """A request about a restaurant; alone it is enough to configure the services, or to ask."""

    restaurant_id: UUID


class MenuBody(Part):
    """A request about a menu, which tells the restaurant."""

    menu_id: UUID


class AccountBody(RestaurantBody):
    """Open an account; without a phone number the platform takes the restaurant's."""

    email: Email
    password: Password
    phone: Phone | None


class CodeBody(RestaurantBody):
    """Generate the code of a website."""

    no_gradient: bool


class OnboardingUserBody(RestaurantBody):
    """Create a user of the onboarding portal; without a password the platform makes one."""

    user_name: Text
    user_email: Email
    user_password: Password | None = None


class OpenHours(Part):
    """From and to, 24 h; `close` before `open` is after midnight."""

    open: Time
    close: Time


class DayHours(Part):
    """One opening time of one day."""

    day: Day
    hours: OpenHours


class RegistrationBody(RestaurantBody):
    """Register a restaurant under an account; what is null the platform takes from the restaurant's row."""

    registration_type: RegistrationType
    email: Email
    password: Password
    restaurant_name: Text
    address: Text | None
    phone: Phone | None
    hours: list[DayHours] = Field(min_length=1)
    city: Text | None


class HeaderConfig(Part):
    """The picture on top of the website."""

    enabled: bool
    background_source: HeaderImage | None


class ItemsConfig(Part):
    """How dishes are laid out."""

    layout: Literal["list", "card"]


class TextColourConfig(Part):
    """Colours of text."""

    nav_text: TextColour
    box_text: TextColour


class TintConfig(Part):
    """How a logo is tinted; None leaves it as it is."""

    dark_color: Tint | None
    light_color: Tint | None


class WebsiteBody(RestaurantBody):
    """Configure the website."""

    code_injection_id: UUID | None = None
    file_paths: dict[str, str] | None = None
    header_config: HeaderConfig
    items_config: ItemsConfig
    text_color_config: TextColourConfig
    nav_logo_tint_config: TintConfig
    header_logo_tint_config: TintConfig


class PaymentBody(RestaurantBody):
    """Configure payment."""

    include_connect_link: bool


class RestaurantMenuBody(RestaurantBody):
    """Do something with a menu of a restaurant."""

    menu_id: UUID


class OnboardingRecordBody(RestaurantBody):
    """Bring the onboarding record up to date."""

    user_email: Email
    contact_person: Text | None


class MenuExtractionBody(RestaurantBody):
    """Read a menu from a delivery platform's page, by either name of its address."""

    url: WebAddress = Field(validation_alias=AliasChoices("storeUrl", "url"))
    extract_option_sets: bool = True
    validate_images: bool = True


class BrandingBody(RestaurantBody):
    """Read logo and colours from a restaurant's own website, by either name of its address."""

    url: WebAddress = Field(validation_alias=AliasChoices("sourceUrl", "url"))
