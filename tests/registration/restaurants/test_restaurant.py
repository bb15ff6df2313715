"""Restaurants as they come in and as they are read."""

from uuid import uuid4

import pytest
from pydantic import ValidationError

from registration.database.tables.platform import Restaurant
from registration.kit.opening_hours_text import format_opening_hours
from registration.restaurants.models import NewRestaurant, RestaurantData, Theme


def test_a_row_becomes_typed_values() -> None:
    """Texts of phones, hours and cuisines become values; blank cells become None."""
    restaurant = NewRestaurant.model_validate(
        {
            "name": "Jax",
            "phone": "09 379 1234",
            "cuisine": "Thai; Indian;",
            "opening_hours": "Mon 9:00-17:00",
            "city": "",
        }
    )
    assert restaurant.phone == "+6493791234"
    assert restaurant.cuisine == ("Thai", "Indian")
    assert format_opening_hours(restaurant.opening_hours or ()) == "Mon 09:00-17:00"
    assert restaurant.city is None


def test_a_new_restaurant_cannot_be_changed() -> None:
    """Values are frozen."""
    restaurant = NewRestaurant(name="Jax")
    with pytest.raises(ValidationError, match="frozen"):
        restaurant.name = "Max"


def test_a_name_is_no_longer_than_the_platforms_column() -> None:
    """A longer one would be refused by the platform's database, in the middle of the list."""
    assert NewRestaurant(name="x" * 255).name == "x" * 255
    with pytest.raises(ValidationError, match="is longer than 255 characters"):
        NewRestaurant(name="x" * 256)


def test_a_stored_row_is_read_as_it_is() -> None:
    """Stored values come from many hands; reading them never fails for a bad phone or colour."""
    row = Restaurant(
        id=uuid4(),
        organisation_id=uuid4(),
        name="Jax",
        phone="ask Bob",
        primary_color="red",
        theme="dark",
        cuisine=["Thai"],
    )
    data = RestaurantData.model_validate(row)
    assert (data.phone, data.primary_color, data.theme, data.cuisine) == ("ask Bob", "red", Theme.DARK, ("Thai",))


def test_every_field_that_is_read_is_a_column() -> None:
    """RestaurantData names columns of the restaurants table only."""
    assert set(RestaurantData.model_fields) - {"images"} <= set(Restaurant.__table__.columns.keys())


def test_the_account_email_is_the_users_first() -> None:
    """user_email, else email, else contact_email."""
    data = RestaurantData(
        id=uuid4(), organisation_id=uuid4(), name="Jax", email="shop@jax.nz", contact_email="bob@jax.nz"
    )
    assert data.account_email == "shop@jax.nz"
    assert data.model_copy(update={"user_email": "owner@jax.nz"}).account_email == "owner@jax.nz"
    assert data.model_copy(update={"email": None}).account_email == "bob@jax.nz"
