"""A configuration in words, for people who are told what was set up (pure). It contains no secret."""

from collections.abc import Iterator

from registration.configuration.models import YoloConfig
from registration.configuration.website import LogoTint, TextColourChoice
from registration.kit.opening_hours_text import format_opening_hours
from registration.workflow.sub_steps import SubStepName

_NONE = "none"


def config_in_words(config: YoloConfig, menu: str | None = None) -> dict[str, str]:
    """The settings by label, in the order of the configuration's form; `menu` describes the selected menu."""
    return dict([*_account(config), *_restaurant(config), ("menu", menu or _NONE), *_website(config), *_rest(config)])


def _account(config: YoloConfig) -> Iterator[tuple[str, str]]:
    yield "account", config.account.email or _NONE
    yield "account phone", config.account.phone or _NONE


def _restaurant(config: YoloConfig) -> Iterator[tuple[str, str]]:
    restaurant = config.restaurant
    yield "name", restaurant.name or _NONE
    yield "address", ", ".join(filter(None, (restaurant.address, restaurant.city))) or _NONE
    yield "phone", restaurant.phone or _NONE
    yield "opening hours", format_opening_hours(restaurant.opening_hours) if restaurant.opening_hours else _NONE


def _website(config: YoloConfig) -> Iterator[tuple[str, str]]:
    website = config.website
    header = website.header_image_source if website.configure_header else None
    yield "theme", website.theme
    yield "cuisines", ", ".join(website.cuisines) or _NONE
    yield "colours", f"{website.primary_color or _NONE} and {website.secondary_color or _NONE}"
    yield "gradients", "off" if website.disable_gradients else "on"
    yield "header image", header.replace("_", " ") if header else _NONE
    yield "header logo", _tints(website.header_logo_dark_tint, website.header_logo_light_tint)
    yield "navigation logo", _tints(website.nav_logo_dark_tint, website.nav_logo_light_tint)
    yield "navigation text", _colour(website.nav_text_color)
    yield "card text", _colour(website.card_text_color)
    yield "dishes", f"as {website.item_layout}"


def _rest(config: YoloConfig) -> Iterator[tuple[str, str]]:
    person = config.onboarding
    yield "Stripe link", "asked for" if config.payment.include_stripe_link else "not asked for"
    yield "onboarding user", ", ".join(filter(None, (person.user_name, person.user_email))) or _NONE
    yield "switched off", ", ".join(name for name in SubStepName if not config.is_enabled(name)) or _NONE


def _tints(dark: LogoTint, light: LogoTint) -> str:
    return f"{_colour(dark)} on dark, {_colour(light)} on light"


def _colour(choice: LogoTint | TextColourChoice) -> str:
    if choice.colour:
        return choice.colour
    return "untinted" if choice.choice == _NONE else str(choice.choice)
