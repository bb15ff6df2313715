"""The proposal of the configuration gate: the restaurant's data, overridden by the batch's defaults, then by the
round's.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
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
_WORDS = {"steps_enabled": "sub-steps"}


@dataclass(frozen=True)
class Proposal:
    """A configuration to confirm or change; `problems` names invalid stored values that were left out, and why.

    `from_register`: the contact is a director of the company, proposed because the restaurant has none.
    """

    config: YoloConfig
    problems: tuple[str, ...] = ()
    from_register: bool = False


class _StoredValues:
    """Reads stored values as typed ones; an invalid value becomes a problem and is proposed as missing."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def text(self, label: str, stored: str | None, kind: TypeAdapter[str]) -> str | None:
        """A text of one kind; None if it is blank or invalid."""
        if stored is None or not stored.strip():
            return None
        return self._read(label, lambda: kind.validate_python(stored))

    def hours(self, restaurant: RestaurantData) -> tuple[DayHours, ...]:
        """The opening hours; () if there are none or they are invalid."""
        stored = restaurant.opening_hours or restaurant.opening_hours_text
        return (self._read("opening hours", lambda: read_opening_hours(stored)) if stored else None) or ()

    def _read(self, label: str, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except ValueError as error:
            reason = reasons(error)[0] if isinstance(error, ValidationError) else str(error)
            problem = f"{label}: {reason}"
            if problem not in self.problems:
                self.problems.append(problem)
            return None


def header_images(restaurant: RestaurantData) -> tuple[HeaderImageSource, ...]:
    """The header images that the restaurant has, best first."""
    return tuple(source for source in HeaderImageSource if source.value in restaurant.images)


def propose(
    restaurant: RestaurantData,
    menu: MenuChoice | None,
    *layers: ConfigLayer,
    off: Collection[SubStepName] = (),
    directors: Sequence[str] = (),
) -> Proposal:
    """The proposal for one restaurant; sub-steps in `off` (by the organisation's feature flags) are off unless a layer
    says otherwise.

    `menu` is the newest active menu with items. Later `layers` override earlier ones: the batch's `default_config`,
    then the answer "for all restaurants". The first of the company's `directors` is proposed as the contact if the
    restaurant has none.
    """
    stored = _StoredValues()
    email = stored.text("e-mail", restaurant.account_email, _EMAIL)
    phone = stored.text("phone", restaurant.phone, _PHONE)
    contact = stored.text("contact name", restaurant.contact_name, _LINE)
    director = None if contact or not directors else stored.text("director", directors[0], _LINE)
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
        onboarding=OnboardingSection(user_name=contact or director, user_email=email),
        steps_enabled=_steps(layers, off),
    )
    return Proposal(config, tuple(stored.problems), from_register=director is not None)


def _website(restaurant: RestaurantData, stored: _StoredValues, layers: Iterable[WebsiteLayer]) -> WebsiteSection:
    images = header_images(restaurant)
    cuisines = (stored.text("cuisine", name, _LINE) for name in (restaurant.cuisine or ())[:MOST_CUISINES])
    values: dict[str, object] = {
        "theme": restaurant.theme or Theme.DARK,
        "cuisines": [cuisine for cuisine in cuisines if cuisine],
        "primary_color": stored.text("primary colour", restaurant.primary_color, _COLOUR),
        "secondary_color": stored.text("secondary colour", restaurant.secondary_color, _COLOUR),
        "configure_header": bool(images),
        "header_image_source": images[0] if images else None,
    }
    for layer in layers:
        changes = layer.model_dump(exclude_none=True)
        if layer.header_image_source not in images:
            changes.pop("header_image_source", None)
        values |= changes
    return WebsiteSection.model_validate(values)


def _payment(layers: Iterable[ConfigLayer]) -> PaymentSection:
    choices = [layer.payment.include_stripe_link for layer in layers if layer.payment.include_stripe_link is not None]
    return PaymentSection(include_stripe_link=choices[-1] if choices else False)


def _steps(layers: Iterable[ConfigLayer], off: Collection[SubStepName]) -> frozenset[SubStepName]:
    flags = {name: name not in off for name in SubStepName}
    for layer in layers:
        flags |= layer.steps_enabled
    return frozenset(name for name, on in flags.items() if on)


def changed_since(shown: YoloConfig, proposed: YoloConfig) -> str | None:
    """Why a person must review the proposal again; None if the shown configuration still equals the proposal."""
    sections = [name for name in YoloConfig.model_fields if getattr(shown, name) != getattr(proposed, name)]
    named = ", ".join(_WORDS.get(name, name) for name in sections)
    return f"the proposal has changed since it was shown ({named}): review it again" if sections else None


def with_layer(shown: YoloConfig, layer: ConfigLayer, header_images: Collection[HeaderImageSource]) -> YoloConfig:
    """The shown configuration with `layer` over it; text colours that follow the theme continue to follow it."""
    website = shown.website.model_dump()
    for name in TEXT_COLOURS:
        if follows_theme(shown.website, name):
            del website[name]
    values = layer.website.model_dump(exclude_none=True)
    if values.get("header_image_source") not in header_images:
        values.pop("header_image_source", None)
    flags = {name: shown.is_enabled(name) for name in SubStepName} | layer.steps_enabled
    return YoloConfig.model_validate(
        shown.model_dump()
        | {
            "website": website | values,
            "payment": shown.payment.model_dump() | layer.payment.model_dump(exclude_none=True),
            "steps_enabled": flags,
        }
    )


def with_contact(config: YoloConfig, name: str | None) -> YoloConfig:
    """The configuration with the contact that was picked; None leaves it as it is."""
    if name is None:
        return config
    return config.model_copy(update={"onboarding": config.onboarding.model_copy(update={"user_name": name})})


def merged_layers(under: ConfigLayer, over: ConfigLayer) -> ConfigLayer:
    """Both layers in one; where both have a value, that of `over`."""
    sections = {
        name: getattr(under, name).model_dump(exclude_none=True) | getattr(over, name).model_dump(exclude_none=True)
        for name in ("website", "payment")
    }
    return ConfigLayer.model_validate({**sections, "steps_enabled": under.steps_enabled | over.steps_enabled})
