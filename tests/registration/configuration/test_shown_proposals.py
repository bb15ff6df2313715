"""Going ahead with a proposal that was shown."""

from uuid import uuid4

import pytest

from registration.configuration.models import ConfigLayer, YoloConfig
from registration.configuration.proposals import changed_since, header_images, propose, with_layer
from registration.restaurants.models import ImageName, RestaurantData

RESTAURANT = RestaurantData(
    id=uuid4(),
    organisation_id=uuid4(),
    name="Jax Burger Shack",
    email="owner@jax.co.nz",
    primary_color="#aa0000",
    images=frozenset({ImageName.FACEBOOK, ImageName.WEBSITE}),
)


def _shown() -> YoloConfig:
    """What was proposed, as it comes back from the database."""
    return YoloConfig.model_validate_json(propose(RESTAURANT, None).config.model_dump_json())


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"website": {"theme": "light"}},
        {"website": {"theme": "light", "nav_text_color": {"choice": "white"}, "item_layout": "list"}},
        {"website": {"header_image_source": "facebook_cover_image"}},
        {"website": {"header_image_source": "doordash_og_image"}},
        {"payment": {"include_stripe_link": True}, "steps_enabled": {"itemTags": False}},
    ],
)
def test_what_is_said_for_all_lies_over_it_as_over_a_new_proposal(said: dict[str, object]) -> None:
    """The same rules: a text colour follows the theme, a header image only where the restaurant has it."""
    layer = ConfigLayer.model_validate(said)
    assert with_layer(_shown(), layer, header_images(RESTAURANT)) == propose(RESTAURANT, None, layer).config


def test_what_has_not_changed_is_no_reason() -> None:
    """Also after the way through the database."""
    assert changed_since(_shown(), propose(RESTAURANT, None).config) is None


def test_every_section_that_differs_is_named() -> None:
    """A person knows where to look."""
    layer = ConfigLayer.model_validate({"payment": {"include_stripe_link": True}, "steps_enabled": {"itemTags": False}})
    reason = changed_since(_shown(), propose(RESTAURANT.model_copy(update={"name": "Jax"}), None, layer).config)
    assert reason == "the proposal has changed since it was shown (restaurant, payment, sub-steps): review it again"
