"""The extraction of a menu: a job row that moves from pending to its end, and a menu with items."""

from dataclasses import dataclass
from uuid import uuid4

from psycopg.types.json import Jsonb

from sandbox.background import work_on
from sandbox.dishes import menu_for
from sandbox.names import Endpoint
from sandbox.rows import Restaurant
from sandbox.world import World

_BEGIN = """
    INSERT INTO extraction_jobs (job_id, organisation_id, restaurant_id, url, job_type, status)
    VALUES (%(job)s, %(organisation)s, %(restaurant)s, %(url)s, 'premium', 'pending')
    ON CONFLICT (job_id) DO NOTHING
"""
_RUN = """
    UPDATE extraction_jobs SET status = 'running', started_at = clock_timestamp(), updated_at = clock_timestamp(),
                               progress = '{"percent": 5}'
    WHERE job_id = %(job)s
"""
_END = """
    UPDATE extraction_jobs SET status = %(status)s, error = %(error)s::text, progress = %(progress)s,
                               completed_at = clock_timestamp(), updated_at = clock_timestamp()
    WHERE job_id = %(job)s
"""
_STORE_MENU = """
    WITH menu AS (
        INSERT INTO menus (id, restaurant_id, version)
        SELECT %(menu)s, %(restaurant)s, 1 + coalesce(max(version), 0) FROM menus WHERE restaurant_id = %(restaurant)s
        ON CONFLICT (id) DO NOTHING RETURNING id
    )
    INSERT INTO menu_items (menu_id, name, price, tags)
    SELECT menu.id, dish.name, dish.price, dish.tags
    FROM menu, jsonb_to_recordset(%(dishes)s) AS dish (name text, price numeric, tags text[])
"""


@dataclass(frozen=True)
class MenuWork:
    """One extraction of a menu."""

    world: World
    restaurant: Restaurant
    job_id: str

    async def begin(self, url: str) -> None:
        """Make the job's row."""
        values: dict[str, object] = {
            "job": self.job_id,
            "organisation": self.restaurant.organisation_id,
            "restaurant": self.restaurant.id,
            "url": url,
        }
        await self.world.database.write(_BEGIN, values)

    async def run(self) -> None:
        """Read the menu: the dishes are stored before the job says that it is completed."""
        await self.world.database.write(_RUN, {"job": self.job_id})
        problem = await work_on(self.world, self.restaurant, Endpoint.MENU_WORK)
        if problem is None:
            await self._end("completed", None, await self._store_menu())
        else:
            await self._end("failed", problem, 0)

    async def _store_menu(self) -> int:
        dishes = menu_for(self.restaurant)
        values: dict[str, object] = {
            "menu": uuid4(),
            "restaurant": self.restaurant.id,
            "dishes": Jsonb([dish.model_dump(mode="json") for dish in dishes]),
        }
        await self.world.database.write(_STORE_MENU, values)
        return len(dishes)

    async def _end(self, status: str, error: str | None, items: int) -> None:
        progress = Jsonb({"percent": 100, "items": items})
        values: dict[str, object] = {"job": self.job_id, "status": status, "error": error, "progress": progress}
        await self.world.database.write(_END, values)
