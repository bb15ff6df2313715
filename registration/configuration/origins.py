"""Where each value of a proposed configuration comes from, for the person who confirms it (pure)."""

from collections.abc import Collection, Iterator
from enum import StrEnum
from typing import Final

from registration.configuration.models import ConfigLayer, PaymentLayer, WebsiteLayer
from registration.configuration.proposals import header_images
from registration.configuration.state import ConfigState
from registration.configuration.website import HeaderImageSource

_SUB_STEPS: Final = "steps_enabled"


class Origin(StrEnum):
    """The source of a proposed value, each goes over those before it; what a person types is of none of them."""

    STANDARD = "standard"
    FEATURES = "features that are off"
    RESTAURANT = "restaurant"
    REGISTER = "register"
    PICKED = "picked from the register"
    BATCH = "batch default"
    FOR_ALL = "for all"


def origins(state: ConfigState) -> dict[str, Origin]:
    """The origin of each proposed value, by the name of its field in the configuration; a missing value has none."""
    config, website = state.proposal.config, state.proposal.config.website
    stored = {
        **{name: getattr(config.restaurant, name) for name in ("name", "address", "city", "phone", "opening_hours")},
        **{name: getattr(website, name) for name in ("cuisines", "primary_color", "secondary_color")},
        "email": config.account.email,
        "user_name": config.onboarding.user_name,
        "selected_menu_id": config.menu.selected_menu_id,
        "theme": state.restaurant.theme,
        "header_image_source": website.header_image_source,
    }
    standard = WebsiteLayer.model_fields.keys() | PaymentLayer.model_fields.keys() | {_SUB_STEPS}
    found = dict.fromkeys(standard - stored.keys() | {"theme"}, Origin.STANDARD)
    found |= {name: Origin.RESTAURANT for name, value in stored.items() if value}
    if website.header_image_source:
        del found["configure_header"]
    if state.off:
        found[_SUB_STEPS] = Origin.FEATURES
    if state.proposal.from_register:
        found["user_name"] = Origin.REGISTER
    if state.inputs.contact is not None:
        found["user_name"] = Origin.PICKED
    images = header_images(state.restaurant)
    for layer, origin in ((state.inputs.default_config, Origin.BATCH), (state.inputs.for_all, Origin.FOR_ALL)):
        found |= dict.fromkeys(set_by(layer, images), origin)
    return found


def set_by(layer: ConfigLayer, images: Collection[HeaderImageSource]) -> Iterator[str]:
    """The fields that a layer sets for a restaurant with these header images."""
    for name, value in (*layer.website, *layer.payment):
        if value is not None and (name != "header_image_source" or value in images):
            yield name
    if layer.steps_enabled:
        yield _SUB_STEPS
