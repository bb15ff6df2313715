"""Menus that appear without a request of the pipeline: an extraction that ended late, or one started by hand.

A real platform stores such a menu as it stores every other: a completed job of extraction_jobs, and a menu with dishes.
"""

import secrets
import time
from decimal import Decimal
from uuid import UUID, uuid4

from fastapi import HTTPException
from pydantic import BaseModel, ConfigDict, Field

from dev.sandbox.dishes import Dish, menu_for
from dev.sandbox.platform.extraction_rows import JobKey, begin, change, store_menu
from dev.sandbox.rows import restaurant_by_id
from dev.sandbox.world import World

_PHASE = {"phase": "completed", "savedToDatabase": True}


class LateDish(BaseModel):
    """A dish with its tags as the delivery platform shows them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    tags: list[str] = Field(default_factory=list[str])


class LateMenu(BaseModel):
    """The menu of a restaurant; without dishes it has those that an extraction finds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    organisation_id: UUID
    restaurant_id: UUID
    dishes: list[LateDish] = Field(default_factory=list[LateDish])


async def deliver(world: World, menu: LateMenu) -> UUID:
    """Store the menu as a completed premium extraction. Raises HTTPException 404 for an unknown restaurant."""
    restaurant = await restaurant_by_id(world.database, menu.organisation_id, menu.restaurant_id)
    if restaurant is None:
        raise HTTPException(404, "there is no such restaurant")
    price = Decimal("14.50")
    found = [Dish(name=dish.name, price=price, tags=dish.tags) for dish in menu.dishes] or menu_for(restaurant)
    name = f"premium_{time.time_ns() // 1_000_000}_{secrets.token_hex(4)}"
    key, menu_id = JobKey(name, menu.organisation_id, menu.restaurant_id, "ubereats"), uuid4()
    await begin(world.database, key, "premium_extraction", "https://www.ubereats.com/nz/store/late")
    await store_menu(world.database, key, menu_id, found)
    await change(world.database, key, "completed", {**_PHASE, "menuId": str(menu_id)})
    return menu_id
