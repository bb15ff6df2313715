"""What the configuration gate proposes."""

from typing import Any
from uuid import uuid4

import pytest

from registration.configuration.models import ConfigLayer
from registration.configuration.proposals import propose
from registration.configuration.website import HeaderImageSource, ItemLayout, TextColour
from registration.kit.opening_hours_text import format_opening_hours
from registration.restaurants.models import MenuChoice, RestaurantData
from registration.workflow.sub_steps import SubStepName


def _restaurant(**values: Any) -> RestaurantData:
    return RestaurantData.model_validate(
        {"id": uuid4(), "organisation_id": uuid4(), "name": "Jax Burger Shack"} | values
    )


def _layer(**sections: Any) -> ConfigLayer:
    return ConfigLayer.model_validate(sections)


def test_a_full_restaurant_is_proposed_as_it_is() -> None:
    """Every section takes its values from the restaurant's columns and the menu."""
    menu = MenuChoice(id=uuid4(), version=3, items=40)
    proposal = propose(
        _restaurant(
            user_email="Owner@Jax.co.nz",
            email="shop@jax.co.nz",
            phone="09 379 1234",
            address="1 Queen St",
            city="Auckland",
            contact_name="Jack Tan",
            opening_hours=[{"day": "Monday", "hours": {"open": "11:00", "close": "21:00"}}],
            cuisine=["Burgers"],
            theme="light",
            primary_color="#AA0000",
            secondary_color="#00bb00",
            images=["facebook_cover_image", "ubereats_og_image"],
        ),
        menu,
    )
    config = proposal.config
    assert proposal.problems == ()
    assert (config.account.email, config.onboarding.user_email) == ("owner@jax.co.nz", "owner@jax.co.nz")
    assert (config.account.phone, config.restaurant.phone) == ("+6493791234", "+6493791234")
    assert (config.restaurant.name, config.onboarding.user_name) == ("Jax Burger Shack", "Jack Tan")
    assert format_opening_hours(config.restaurant.opening_hours) == "Mon 11:00-21:00"
    assert config.menu.selected_menu_id == menu.id
    assert (config.website.primary_color, config.website.secondary_color) == ("#aa0000", "#00bb00")
    assert config.website.nav_text_color.choice is TextColour.SECONDARY
    assert config.website.configure_header
    assert config.website.header_image_source is HeaderImageSource.FACEBOOK_COVER_IMAGE
    assert config.steps_enabled == frozenset(SubStepName)


def test_an_empty_restaurant_invents_nothing() -> None:
    """What the restaurant does not have is missing in the proposal: no colours, no menu, no header."""
    config = propose(_restaurant(), None).config
    missing = (
        config.account.email,
        config.restaurant.phone,
        config.menu.selected_menu_id,
        config.website.primary_color,
    )
    assert missing == (None, None, None, None)
    assert config.restaurant.opening_hours == ()
    assert not config.website.configure_header


def test_stored_values_that_break_a_rule_are_problems() -> None:
    """A bad phone, e-mail, colour or opening hours is left out and named once."""
    restaurant = _restaurant(
        phone="ask Bob", email="nobody", primary_color="red", opening_hours_text="when Bob is up", contact_name=" "
    )
    proposal = propose(restaurant, None)
    assert proposal.config.account.phone is None
    assert [problem.partition(":")[0] for problem in proposal.problems] == [
        "e-mail",
        "phone",
        "opening hours",
        "primary colour",
    ]


def test_hours_stored_as_text_are_proposed() -> None:
    """Without a list of hours the text is read."""
    config = propose(_restaurant(opening_hours_text="daily 10:00-20:00"), None).config
    assert format_opening_hours(config.restaurant.opening_hours) == "daily 10:00-20:00"


def test_the_later_layer_lies_over_the_earlier_and_both_over_the_restaurant() -> None:
    """Restaurant, then the batch's defaults, then "for all restaurants"; what a layer leaves out stays."""
    batch = _layer(
        website={"theme": "light", "item_layout": "list"},
        payment={"include_stripe_link": True},
        steps_enabled={"itemTags": False, "optionSets": False},
    )
    everyone = _layer(website={"theme": "dark"}, steps_enabled={"optionSets": True})
    config = propose(_restaurant(theme="light"), None, batch, everyone).config
    assert (config.website.theme, config.website.item_layout) == ("dark", ItemLayout.LIST)
    assert config.payment.include_stripe_link
    assert config.steps_enabled == frozenset(SubStepName) - {SubStepName.ITEM_TAGS}


def test_a_changed_theme_changes_the_texts_that_follow_it() -> None:
    """Text colours follow the theme that is proposed in the end, unless a layer gives them."""
    assert (
        propose(
            _restaurant(theme="light"), None, _layer(website={"theme": "dark"})
        ).config.website.nav_text_color.choice
        == "white"
    )
    website = propose(
        _restaurant(), None, _layer(website={"theme": "light", "nav_text_color": "#FF8800"})
    ).config.website
    assert (website.nav_text_color.colour, website.card_text_color.choice) == ("#ff8800", "secondary")


def test_a_director_is_proposed_as_the_contact() -> None:
    """Only where the restaurant has none; the proposal says that it comes from the register."""
    directors = ("Mere Walker", "Hemi Tane")
    proposal = propose(_restaurant(), None, directors=directors)
    assert (proposal.config.onboarding.user_name, proposal.from_register) == ("Mere Walker", True)
    known = propose(_restaurant(contact_name="Hemi Tane"), None, directors=directors)
    assert (known.config.onboarding.user_name, known.from_register) == ("Hemi Tane", False)


@pytest.mark.parametrize(
    "preferred,used", [("doordash_og_image", "doordash_og_image"), ("facebook_cover_image", "website_og_image")]
)
def test_a_preferred_header_image_is_used_where_it_exists(preferred: str, used: str) -> None:
    """A preference for all restaurants does not send a restaurant looking for an image that it has not got."""
    restaurant = _restaurant(images=["website_og_image", "doordash_og_image"])
    config = propose(restaurant, None, _layer(website={"header_image_source": preferred})).config
    assert config.website.header_image_source == used
