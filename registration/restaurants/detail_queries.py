"""What is shown of restaurants: their columns, menus, and which images they have; images are read one by one.

A platform keeps images in these columns as addresses or as data URIs of hundreds of kB: lists and details never read
the latter.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import text

from registration.database.session import Transaction
from registration.errors import NotFound
from registration.restaurants.models import ImageName


@dataclass(frozen=True)
class StoredImage:
    """An image: its `address`, or None where the column holds the image itself."""

    address: str | None


@dataclass(frozen=True)
class ShownMenu:
    """A version of the menu and the number of its items."""

    id: UUID
    version: int
    created_at: datetime | None
    is_active: bool
    item_count: int


@dataclass(frozen=True)
class ShownRestaurant:
    """A restaurant as it is stored, without the bytes of its images; menus newest first."""

    id: UUID
    created_at: datetime | None
    name: str
    slug: str | None
    subdomain: str | None
    address: str | None
    city: str | None
    phone: str | None
    email: str | None
    user_email: str | None
    contact_name: str | None
    contact_email: str | None
    contact_phone: str | None
    company_name: str | None
    company_number: str | None
    nzbn: str | None
    gst_number: str | None
    full_legal_name: str | None
    opening_hours: JsonValue
    opening_hours_text: str | None
    cuisine: tuple[str, ...] | None
    theme: str | None
    primary_color: str | None
    secondary_color: str | None
    website_url: str | None
    facebook_url: str | None
    instagram_url: str | None
    ubereats_url: str | None
    doordash_url: str | None
    stripe_connect_url: str | None
    external_id: str | None
    images: Mapping[ImageName, StoredImage]
    menus: tuple[ShownMenu, ...]


_PLAIN = [
    name
    for name in ShownRestaurant.__dataclass_fields__
    if name not in ("external_id", "cuisine", "images", "menus", "opening_hours")
]
_IMAGE = "case when left(r.{0}, 5) = 'data:' then '' when r.{0} <> '' then left(r.{0}, 2000) end as {0}"
_SHOWN = text(
    f"""
    select {", ".join(f"r.{name}" for name in _PLAIN)}, to_jsonb(r.opening_hours) as opening_hours,
        to_jsonb(r.cuisine) as cuisine, r.metadata ->> 'external_id' as external_id,
        {", ".join(_IMAGE.format(name) for name in ImageName)}
    from restaurants r where r.id = any(:restaurants) and r.organisation_id = :organisation
    """
)
_MENUS = text(
    """
    select m.restaurant_id, m.id, coalesce(m.version, 1) as version, m.created_at,
        coalesce(m.is_active, false) as is_active,
        (select count(*) from menu_items i where i.menu_id = m.id) as item_count
    from menus m join restaurants r on r.id = m.restaurant_id
    where m.restaurant_id = any(:restaurants) and r.organisation_id = :organisation
    order by coalesce(m.is_active, false) desc, m.created_at desc nulls last, m.id
    """
)
_IMAGE_OF = "select {0} as image from restaurants where id = :restaurant and organisation_id = :organisation"


async def shown_restaurants(transaction: Transaction, restaurant_ids: Collection[UUID]) -> dict[UUID, ShownRestaurant]:
    """By id; an unknown or foreign one is not among them. Two queries, however many restaurants."""
    parameters = {"restaurants": list(restaurant_ids), "organisation": transaction.organisation_id}
    rows = (await transaction.execute(_SHOWN, parameters)).mappings().all()
    menus: dict[UUID, list[ShownMenu]] = {row["id"]: [] for row in rows}
    for row in (await transaction.execute(_MENUS, parameters)).mappings():
        values = dict(row)
        menus[values.pop("restaurant_id")].append(ShownMenu(**values))
    return {row["id"]: _shown(dict(row), tuple(menus[row["id"]])) for row in rows}


async def shown_restaurant(transaction: Transaction, restaurant_id: UUID) -> ShownRestaurant:
    """Raises NotFound for an unknown and for another organisation's restaurant."""
    found = await shown_restaurants(transaction, [restaurant_id])
    if restaurant_id not in found:
        raise NotFound(f"there is no restaurant {restaurant_id} in this organisation", code="RESTAURANT_NOT_FOUND")
    return found[restaurant_id]


async def read_image(transaction: Transaction, restaurant_id: UUID, name: ImageName) -> str | None:
    """The column: an address or a data URI. Raises NotFound as above."""
    parameters = {"restaurant": restaurant_id, "organisation": transaction.organisation_id}
    row = (await transaction.execute(text(_IMAGE_OF.format(name)), parameters)).one_or_none()
    if row is None:
        raise NotFound(f"there is no restaurant {restaurant_id} in this organisation", code="RESTAURANT_NOT_FOUND")
    return row.image


def _shown(row: dict[str, Any], menus: tuple[ShownMenu, ...]) -> ShownRestaurant:
    images = {name: row.pop(name) for name in ImageName}
    cuisine = row.pop("cuisine")
    return ShownRestaurant(
        **row,
        cuisine=tuple(str(one) for one in cuisine if one) if isinstance(cuisine, list) else None,
        images={name: StoredImage(value or None) for name, value in images.items() if value is not None},
        menus=menus,
    )
