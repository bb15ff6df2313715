"""The dishes of New Zealand restaurants, by cuisine, and the menu that an extraction finds."""

import random
from decimal import Decimal
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from dev.sandbox.rows import Restaurant

_DATA = Path(__file__).parent / "data" / "dishes.json"
FEWEST, MOST = 12, 60
_EVERYWHERE = "everywhere"


class Dish(BaseModel):
    """One dish with its price in NZ dollars and its tags as the delivery platform shows them."""

    model_config = ConfigDict(frozen=True)

    name: str
    price: Decimal
    tags: list[str] = Field(default_factory=list[str])


@cache
def _dishes() -> dict[str, list[Dish]]:
    return TypeAdapter(dict[str, list[Dish]]).validate_json(_DATA.read_text())


def menu_for(restaurant: Restaurant) -> list[Dish]:
    """12 to 60 dishes that fit the restaurant's cuisines; a restaurant always gets the same dishes."""
    known = _dishes()
    cuisines = [name for name in known if name in {cuisine.casefold() for cuisine in restaurant.cuisine or ()}]
    cooked = [dish for name in cuisines or ["cafe"] for dish in known[name]]
    choice = random.Random(restaurant.latency_key)
    offered = cooked + choice.sample(known[_EVERYWHERE], k=choice.randint(4, len(known[_EVERYWHERE])))
    kept = choice.randint(max(FEWEST, len(offered) * 2 // 3), min(MOST, len(offered)))
    left_out = set(choice.sample(range(len(offered)), k=len(offered) - kept))
    return [dish for position, dish in enumerate(offered) if position not in left_out]
