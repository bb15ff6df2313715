"""What the configuration gate proposes: the restaurant's data, over it the batch's defaults, over it the round's."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from registration.configuration.models import (
    AccountSection,
    ConfigLayer,
    MenuSection,
    OnboardingSection,
    PaymentSection,
    RestaurantSection,
    WebsiteLayer,
    WebsiteSection,
    YoloConfig,
    follows_theme,
)
from registration.configuration.website import TEXT_COLOURS, HeaderImageSource
from registration.kit.opening_hours import DayHours
from registration.kit.opening_hours_text import read_opening_hours
from registration.kit.values import MOST_CUISINES, Address, Colour, Email, Line, Phone, reasons
from registration.restaurants.models import MenuChoice, RestaurantData, Theme
from registration.workflow.sub_steps import SubStepName

T = TypeVar("T")

_EMAIL: TypeAdapter[str] = TypeAdapter(Email)
_PHONE: TypeAdapter[str] = TypeAdapter(Phone)
_COLOUR: TypeAdapter[str] = TypeAdapter(Colour)
_LINE: TypeAdapter[str] = TypeAdapter(Line)
_ADDRESS: TypeAdapter[str] = TypeAdapter(Address)


@dataclass(frozen=True)
class Proposal:
    """A configuration to confirm or change; `problems` names stored values that were left out, and why."""

    config: YoloConfig
    problems: tuple[str, ...] = ()


class _StoredValues:
    """Reads stored values as typed ones; what breaks a rule becomes a problem and is proposed as missing."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def text(self, label: str, stored: str | None, kind: TypeAdapter[str]) -> str | None:
        """A text of one kind; None if it is blank or refused."""
        if stored is None or not stored.strip():
            return None
        return self._read(label, lambda: kind.validate_python(stored))

    def hours(self, restaurant: RestaurantData) -> tuple[DayHours, ...]:
        """The opening hours; () if there are none or they are refused."""
        stored = restaurant.opening_hours or restaurant.opening_hours_text
        return (self._read("opening hours", lambda: read_opening_hours(stored)) if stored else None) or ()

    def _read(self, label: str, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except ValueError as error:
            why = reasons(error)[0] if isinstance(error, ValidationError) else str(error)
            problem = f"{label}: {why}"
            if problem not in self.problems:
                self.problems.append(problem)
            return None


def header_images(restaurant: RestaurantData) -> tuple[HeaderImageSource, ...]:
    """The header images that the restaurant has, best first."""
    images = {
        HeaderImageSource.WEBSITE_OG_IMAGE: restaurant.website_og_image,
        HeaderImageSource.FACEBOOK_COVER_IMAGE: restaurant.facebook_cover_image,
        HeaderImageSource.UBEREATS_OG_IMAGE: restaurant.ubereats_og_image,
        HeaderImageSource.DOORDASH_OG_IMAGE: restaurant.doordash_og_image,
    }
    return tuple(source for source in HeaderImageSource if images[source])


def propose(
    restaurant: RestaurantData, menu: MenuChoice | None, *layers: ConfigLayer, off: Collection[SubStepName] = ()
) -> Proposal:
    """The proposal for one restaurant; sub-steps that its organisation may not use are `off` unless a layer says so.

    `menu` is its newest active menu with items. Of the `layers` a later one lies over an earlier one: the batch's
    `default_config`, then "for all restaurants".
    """
    stored = _StoredValues()
    email = stored.text("e-mail", restaurant.account_email, _EMAIL)
    phone = stored.text("phone", restaurant.phone, _PHONE)
    config = YoloConfig(
        account=AccountSection(email=email, phone=phone),
        restaurant=RestaurantSection(
            name=stored.text("name", restaurant.name, _LINE),
            address=stored.text("address", restaurant.address, _ADDRESS),
            city=stored.text("city", restaurant.city, _ADDRESS),
            phone=phone,
            opening_hours=stored.hours(restaurant),
        ),
        menu=MenuSection(selected_menu_id=menu.id if menu else None),
        website=_website(restaurant, stored, [layer.website for layer in layers]),
        payment=_payment(layers),
        onboarding=OnboardingSection(
            user_name=stored.text("contact name", restaurant.contact_name, _LINE), user_email=email
        ),
        steps_enabled=_steps(layers, off),
    )
    return Proposal(config, tuple(stored.problems))


def _website(restaurant: RestaurantData, stored: _StoredValues, layers: Iterable[WebsiteLayer]) -> WebsiteSection:
    images = header_images(restaurant)
    cuisines = (stored.text("cuisine", name, _LINE) for name in (restaurant.cuisine or ())[:MOST_CUISINES])
    values: dict[str, object] = {
        "theme": restaurant.theme or Theme.DARK,
        "cuisines": [one for one in cuisines if one],
        "primary_color": stored.text("primary colour", restaurant.primary_color, _COLOUR),
        "secondary_color": stored.text("secondary colour", restaurant.secondary_color, _COLOUR),
        "configure_header": bool(images),
        "header_image_source": images[0] if images else None,
    }
    for layer in layers:
        said = layer.model_dump(exclude_none=True)
        if layer.header_image_source not in images:
            said.pop("header_image_source", None)
        values |= said
    return WebsiteSection.model_validate(values)


def _payment(layers: Iterable[ConfigLayer]) -> PaymentSection:
    said = [layer.payment.include_stripe_link for layer in layers if layer.payment.include_stripe_link is not None]
    return PaymentSection(include_stripe_link=said[-1] if said else False)


def _steps(layers: Iterable[ConfigLayer], off: Collection[SubStepName]) -> frozenset[SubStepName]:
    flags = {name: name not in off for name in SubStepName}
    for layer in layers:
        flags |= layer.steps_enabled
    return frozenset(name for name, on in flags.items() if on)


_WORDS = {"steps_enabled": "sub-steps"}


def changed_since(shown: YoloConfig, proposed: YoloConfig) -> str | None:
    """Why nobody can go ahead with what was shown, None if it is what is proposed."""
    sections = [name for name in YoloConfig.model_fields if getattr(shown, name) != getattr(proposed, name)]
    named = ", ".join(_WORDS.get(name, name) for name in sections)
    return f"what is proposed has changed since it was shown ({named}): look again" if sections else None


def laid_over(shown: YoloConfig, layer: ConfigLayer, header_images: Collection[HeaderImageSource]) -> YoloConfig:
    """What was shown with what was said for all over it; text colours that follow the theme go on following it."""
    website = shown.website.model_dump()
    for name in TEXT_COLOURS:
        if follows_theme(shown.website, name):
            del website[name]
    said = layer.website.model_dump(exclude_none=True)
    if said.get("header_image_source") not in header_images:
        said.pop("header_image_source", None)
    flags = {name: shown.is_enabled(name) for name in SubStepName} | layer.steps_enabled
    return YoloConfig.model_validate(
        shown.model_dump()
        | {
            "website": website | said,
            "payment": shown.payment.model_dump() | layer.payment.model_dump(exclude_none=True),
            "steps_enabled": flags,
        }
    )
