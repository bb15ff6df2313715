"""The dishes of a menu, and which of the ten preset tags the platform ticks at them.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: "contains nuts" is taken for "Nut Free", and tags
that are not among the presets are left out. A menu of any restaurant or organisation is taken.
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
        """The preset tags that the platform ticks at it."""
        found = {MAPPED.get(tag.strip().lower(), tag.strip().lower()) for tag in self.tags}
        return found & set(PRESETS)


async def dishes_of(call: Call) -> list[Dish] | None:
    """The dishes of the menu that was sent, of any restaurant; nothing if there is no such menu."""
    rows = await call.world.database.read(_DISHES, {"menu": call.id_sent("menuId")})
    return [Dish(one["name"], one["tags"]) for one in cast("list[_Row]", rows[0]["dishes"])] if rows else None
