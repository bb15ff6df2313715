"""A restaurant's configuration, and layers of defaults for many restaurants; a field that a layer omits stays as
proposed.
"""

from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field, PlainSerializer, TypeAdapter

from registration.configuration.website import HeaderImageSource, ItemLayout, LogoTint, TextColour, TextColourChoice
from registration.kit.opening_hours import OpeningHours
from registration.kit.values import Address, Blank, Colour, Cuisines, Email, Line, Phone, Value
from registration.restaurants.models import Theme
from registration.workflow.sub_steps import SubStepName

_FLAGS = TypeAdapter(dict[SubStepName, bool])


class WebsiteLayer(Value):
    """Fields of the website section; `header_image_source` is a preference, used if the restaurant has that image."""

    theme: Theme | None = None
    primary_color: Colour | None = None
    secondary_color: Colour | None = None
    disable_gradients: bool | None = None
    configure_header: bool | None = None
    header_image_source: HeaderImageSource | None = None
    header_logo_dark_tint: LogoTint | None = None
    header_logo_light_tint: LogoTint | None = None
    nav_logo_dark_tint: LogoTint | None = None
    nav_logo_light_tint: LogoTint | None = None
    nav_text_color: TextColourChoice | None = None
    card_text_color: TextColourChoice | None = None
    item_layout: ItemLayout | None = None


class PaymentLayer(Value):
    """Fields of the payment section."""

    include_stripe_link: bool | None = None


class ConfigLayer(Value):
    """A batch's `default_config`, or the answer "for all restaurants"; nothing in it is specific to one restaurant."""

    website: WebsiteLayer = WebsiteLayer()
    payment: PaymentLayer = PaymentLayer()
    steps_enabled: dict[SubStepName, bool] = Field(default_factory=dict[SubStepName, bool])


def _enabled(flags: object) -> frozenset[SubStepName]:
    if isinstance(flags, frozenset):
        return TypeAdapter(frozenset[SubStepName]).validate_python(flags)
    by_name = _FLAGS.validate_python(flags)
    return frozenset(name for name in SubStepName if by_name.get(name, True))


def _as_flags(enabled: frozenset[SubStepName]) -> dict[str, bool]:
    return {name.value: name in enabled for name in SubStepName}


StepsEnabled = Annotated[frozenset[SubStepName], BeforeValidator(_enabled), PlainSerializer(_as_flags)]
"""The enabled sub-steps. In JSON it is one flag per sub-step; unknown names are refused, a missing flag is on."""


class AccountSection(Value):
    """The platform account; its password is not part of the model."""

    email: Blank[Email] = None
    phone: Blank[Phone] = None


class RestaurantSection(Value):
    """The restaurant's data that is sent to the platform."""

    name: Blank[Line] = None
    address: Blank[Address] = None
    city: Blank[Address] = None
    phone: Blank[Phone] = None
    opening_hours: OpeningHours = ()


class MenuSection(Value):
    """The menu that is imported."""

    selected_menu_id: UUID | None = None


def _theme_text(website: dict[str, object]) -> TextColourChoice:
    """Text has the secondary colour on a light theme and is white on a dark one."""
    return TextColourChoice(choice=TextColour.SECONDARY if website.get("theme") == Theme.LIGHT else TextColour.WHITE)


class WebsiteSection(Value):
    """The look of the website. Text colours that are not set follow the theme."""

    theme: Theme = Theme.DARK
    cuisines: Cuisines = ()
    primary_color: Blank[Colour] = None
    secondary_color: Blank[Colour] = None
    disable_gradients: bool = False
    configure_header: bool = False
    header_image_source: HeaderImageSource | None = None
    header_logo_dark_tint: LogoTint = LogoTint()
    header_logo_light_tint: LogoTint = LogoTint()
    nav_logo_dark_tint: LogoTint = LogoTint()
    nav_logo_light_tint: LogoTint = LogoTint()
    nav_text_color: TextColourChoice = Field(default_factory=_theme_text)
    card_text_color: TextColourChoice = Field(default_factory=_theme_text)
    item_layout: ItemLayout = ItemLayout.CARD

    def hex_of(self, choice: LogoTint | TextColourChoice) -> str | None:
        """The #rrggbb of a choice on this website; None for no tint."""
        return choice.resolve(self.primary_color, self.secondary_color)


class PaymentSection(Value):
    """How payments are set up."""

    include_stripe_link: bool = False


class OnboardingSection(Value):
    """The onboarding user: name and e-mail of the restaurant's contact, who receives the account's password."""

    user_name: Blank[Line] = None
    user_email: Blank[Email] = None


class YoloConfig(Value):
    """The frozen configuration that step 6 executes. Only `steps_enabled` decides which sub-steps run."""

    account: AccountSection = AccountSection()
    restaurant: RestaurantSection = RestaurantSection()
    menu: MenuSection = MenuSection()
    website: WebsiteSection = WebsiteSection()
    payment: PaymentSection = PaymentSection()
    onboarding: OnboardingSection = OnboardingSection()
    steps_enabled: StepsEnabled = frozenset(SubStepName)

    def is_enabled(self, name: SubStepName) -> bool:
        """True if the sub-step runs."""
        return name in self.steps_enabled


def follows_theme(website: WebsiteSection, name: str) -> bool:
    """True if the text colour is the one that the theme sets."""
    return getattr(website, name) == getattr(WebsiteSection(theme=website.theme), name)
