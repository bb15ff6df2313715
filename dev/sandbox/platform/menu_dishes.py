"""The dishes of a menu, and the preset tags that the platform assigns to each.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: "contains nuts" is mapped to "Nut Free", and tags
without a preset are dropped. A menu of any restaurant or organisation is accepted.
"""

from dataclasses import dataclass
from typing import TypedDict, cast

from dev.sandbox.platform.call import Call

PRESETS = ("popular", "new", "deal", "vegan", "vegetarian", "gluten free", "dairy free", "nut free", "halal", "spicy")
MAPPED = {
    "most liked": "popular",
    "favourite": "popular",
    "favorites": "popular",
    "hot": "spicy",
    "contains nuts": "nut free",
    "gf": "gluten free",
}
_DISHES = """
    SELECT m.id, coalesce(json_agg(json_build_object('name', i.name, 'tags', coalesce(i.tags, '{}')))
                          FILTER (WHERE i.id IS NOT NULL), '[]') AS dishes
    FROM menus m LEFT JOIN menu_items i ON i.menu_id = m.id WHERE m.id = %(menu)s GROUP BY m.id
"""
NOT_IN_THE_LIST = "the restaurant was not in the list"


class _Row(TypedDict):
    name: str
    tags: list[str]


@dataclass(frozen=True)
class Dish:
    """A dish with its tags."""

    name: str
    tags: list[str]

    def presets(self) -> set[str]:
        """The preset tags that the platform assigns to the dish."""
        found = {MAPPED.get(tag.strip().lower(), tag.strip().lower()) for tag in self.tags}
        return found & set(PRESETS)


async def dishes_of(call: Call) -> list[Dish] | None:
    """The dishes of the menu in the body, of any restaurant; None if there is no such menu."""
    rows = await call.world.database.read(_DISHES, {"menu": call.id_sent("menuId")})
    return [Dish(dish["name"], dish["tags"]) for dish in cast("list[_Row]", rows[0]["dishes"])] if rows else None
