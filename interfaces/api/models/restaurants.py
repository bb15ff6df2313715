"""Restaurants, their menus and images as the API shows them."""

import json
from functools import lru_cache
from typing import Any, Literal, cast
from uuid import UUID

from pydantic import Field, JsonValue

from interfaces.api.models.base import Answer, Body, Page, Timestamp
from registration.leads.hours.reading import read_scraped_hours
from registration.restaurants.detail_queries import ShownMenu, ShownRestaurant, StoredImage
from registration.restaurants.list_queries import ListedRestaurant
from registration.restaurants.models import ImageName

MADE_BY_US = "(made by the system)"
"""Stands where the original shows a password that can be guessed; its client takes any text for a password."""


class PlatformName(Body):
    """Where a menu was read from."""

    name: str


class Menu(Body):
    """A version of the menu."""

    id: UUID
    name: str
    version: str
    created_at: Timestamp | None
    item_count: int
    is_active: bool
    platforms: PlatformName | None
    platform: str | None
    source_url: str | None

    @classmethod
    def of(cls, menu: ShownMenu) -> "Menu":
        """A stored menu; where it was read from is not stored with it."""
        return cls(
            id=menu.id,
            name=f"Menu {menu.version}",
            version=str(menu.version),
            created_at=menu.created_at,
            item_count=menu.item_count,
            is_active=menu.is_active,
            platforms=None,
            platform=None,
            source_url=None,
        )


class Hours(Body):
    """From `open` to `close`, HH:MM; a `close` before `open` is on the next day."""

    open: str
    close: str


class DayHours(Body):
    """One sitting of one day."""

    day: str
    hours: Hours


class Restaurant(Body):
    """A restaurant. An image is an address: of the web, or of this API where it is stored in the database."""

    id: UUID
    name: str
    slug: str | None
    subdomain: str | None
    address: str | None
    city: str | None
    phone: str | None
    email: str | None
    user_email: str | None
    user_password_hint: str = Field(MADE_BY_US, description="No password: a constant for the original's client.")
    contact_name: str | None
    contact_email: str | None
    contact_phone: str | None
    company_name: str | None
    company_number: str | None
    nzbn: str | None
    gst_number: str | None
    full_legal_name: str | None
    opening_hours: list[DayHours] | None
    opening_hours_text: str | None
    cuisine: list[str] | None
    theme: Literal["light", "dark"] | None
    primary_color: str | None
    secondary_color: str | None
    logo_url: str | None
    logo_nobg_url: str | None = None
    logo_standard_url: str | None = None
    logo_thermal_url: str | None = None
    logo_thermal_alt_url: str | None = None
    logo_thermal_contrast_url: str | None = None
    logo_thermal_adaptive_url: str | None = None
    logo_favicon_url: str | None = None
    hosted_logo_url: str | None
    website_og_image: str | None
    ubereats_og_image: str | None
    doordash_og_image: str | None
    facebook_cover_image: str | None
    website_url: str | None
    facebook_url: str | None
    instagram_url: str | None
    ubereats_url: str | None
    doordash_url: str | None
    stripe_connect_url: str | None
    external_id: str | None
    created_at: Timestamp | None
    menus: list[Menu]

    @classmethod
    def of(cls, stored: ShownRestaurant) -> "Restaurant":
        """What is stored, as far as it can be read."""
        values: dict[str, Any] = {
            name: value
            for name, value in vars(stored).items()
            if name not in ("images", "menus", "opening_hours", "cuisine", "theme")
        }
        values |= {name.value: _address(stored.id, name, stored.images.get(name)) for name in ImageName}
        return cls(
            **values,
            opening_hours=_hours(stored.opening_hours),
            cuisine=None if stored.cuisine is None else list(stored.cuisine),
            theme=cast("Any", stored.theme) if stored.theme in ("light", "dark") else None,
            menus=[Menu.of(menu) for menu in stored.menus],
        )


def _address(restaurant_id: UUID, name: ImageName, image: StoredImage | None) -> str | None:
    if image is None:
        return None
    return image.address or f"/api/restaurants/{restaurant_id}/images/{name}"


def _hours(stored: JsonValue) -> list[DayHours] | None:
    """The sittings of the week; None where there are none, or they cannot be read."""
    return list(_read_hours(json.dumps(stored))) or None if stored else None


@lru_cache(maxsize=2048)
def _read_hours(document: str) -> tuple[DayHours, ...]:
    """The sittings, () as above. Results are kept: an open page asks for the same restaurants every few seconds, and
    reading their hours takes longer than everything else together.
    """
    try:
        read = read_scraped_hours(json.loads(document))
    except ValueError:
        return ()
    return tuple(DayHours(day=one.day, hours=Hours(open=one.hours.open, close=one.hours.close)) for one in read.hours)


class RestaurantAnswer(Answer):
    """One restaurant."""

    restaurant: Restaurant


class ActiveJob(Body):
    """The job of a restaurant in a batch that has not ended."""

    id: UUID
    batch_job_id: UUID


class RestaurantRow(Body):
    """A restaurant in the list."""

    id: UUID
    name: str
    address: str | None
    city: str | None
    cuisine: list[str]
    email: str | None
    phone: str | None
    has_menu: bool
    has_account: bool
    registered: bool
    active_job: ActiveJob | None

    @classmethod
    def of(cls, row: ListedRestaurant) -> "RestaurantRow":
        """One row of the list."""
        active = None
        if row.active_job_id and row.active_batch_id:
            active = ActiveJob(id=row.active_job_id, batch_job_id=row.active_batch_id)
        values: dict[str, Any] = {name: value for name, value in vars(row).items() if name in cls.model_fields}
        values |= {"cuisine": list(row.cuisine), "active_job": active}
        return cls(**values)


class RestaurantList(Page):
    """One page of the restaurants."""

    restaurants: list[RestaurantRow]
