"""Rows of extraction_jobs, and of the menus that extractions create.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: earlier menus of the restaurant from that
delivery platform become inactive; each dish may have an image.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg.types.json import Jsonb

from dev.sandbox.database import Database
from dev.sandbox.dishes import Dish

_PLATFORM = "SELECT id FROM platforms WHERE name = %(name)s"
_PROGRESS = "SELECT progress FROM extraction_jobs WHERE job_id = %(job)s"
_LINK = """
    INSERT INTO restaurant_platforms (id, restaurant_id, platform_id, url, last_scraped_at)
    SELECT gen_random_uuid(), %(restaurant)s, p.id, %(url)s, clock_timestamp()
    FROM platforms p WHERE p.name = %(platform)s
"""
_BEGIN = """
    INSERT INTO extraction_jobs (job_id, organisation_id, restaurant_id, platform_id, url, job_type, status, config,
                                 progress)
    VALUES (%(job)s, %(organisation)s, %(restaurant)s, (SELECT id FROM platforms WHERE name = %(platform)s), %(url)s,
            %(type)s, 'pending', '{}', '{}')
    ON CONFLICT (job_id) DO NOTHING
"""
_CHANGE = """
    UPDATE extraction_jobs
    SET status = %(status)s, progress = coalesce(%(progress)s, progress), error = coalesce(%(error)s, error),
        started_at = CASE WHEN %(begun)s THEN clock_timestamp() ELSE started_at END,
        completed_at = CASE WHEN %(ended)s THEN clock_timestamp() ELSE completed_at END,
        updated_at = clock_timestamp()
    WHERE job_id = %(job)s
"""
_RETIRE = """
    UPDATE menus SET is_active = false
    WHERE restaurant_id = %(restaurant)s AND id <> %(menu)s
      AND (platform_id IS NULL OR platform_id = (SELECT id FROM platforms WHERE name = %(platform)s))
"""
_MENU = """
    INSERT INTO menus (id, restaurant_id, organisation_id, extraction_job_id, platform_id, version, is_active,
                       menu_data)
    SELECT %(menu)s, %(restaurant)s, %(organisation)s, (SELECT id FROM extraction_jobs WHERE job_id = %(job)s),
           (SELECT id FROM platforms WHERE name = %(platform)s), 1 + coalesce(max(version), 0), true, %(dishes)s
    FROM menus WHERE restaurant_id = %(restaurant)s
    ON CONFLICT (id) DO NOTHING
"""
_DISHES = """
    WITH category AS (
        INSERT INTO categories (menu_id, name, organisation_id) VALUES (%(menu)s, 'Mains', %(organisation)s)
        RETURNING id
    ), dish AS (
        INSERT INTO menu_items (menu_id, category_id, name, price, tags, organisation_id)
        SELECT %(menu)s, category.id, d.name, d.price, d.tags, %(organisation)s
        FROM category, jsonb_to_recordset(%(dishes)s) AS d (name text, price numeric, tags text[])
        WHERE NOT EXISTS (SELECT FROM menu_items WHERE menu_id = %(menu)s)
        RETURNING id
    )
    INSERT INTO item_images (menu_item_id, url, type, organisation_id)
    SELECT dish.id, 'https://img.example/' || dish.id || '.jpg', 'primary', %(organisation)s FROM dish
"""


@dataclass(frozen=True)
class JobKey:
    """Identifies a job, its restaurant and its organisation."""

    job: str
    organisation: UUID
    restaurant: UUID
    platform: str

    def values(self, **more: object) -> dict[str, object]:
        """The parameters of a statement about the job."""
        return {**vars(self), **more}


async def platform_exists(database: Database, name: str) -> bool:
    """True if menus of the delivery platform can be read."""
    return bool(await database.read(_PLATFORM, {"name": name}))


async def job_progress(database: Database, job: str) -> dict[str, object] | None:
    """The progress in a job's row; None without a row."""
    rows = await database.read(_PROGRESS, {"job": job})
    return (rows[0]["progress"] or {}) if rows else None


async def begin(database: Database, key: JobKey, job_type: str, url: str) -> None:
    """Store the address of the menu, and insert the job's row."""
    await database.write_unseen(_LINK, key.values(url=url))
    await database.write_unseen(_BEGIN, key.values(url=url, type=job_type))


async def change(
    database: Database, key: JobKey, status: str, progress: dict[str, object] | None = None, error: str | None = None
) -> None:
    """Update a job's row."""
    values = key.values(
        status=status,
        progress=Jsonb(progress) if progress is not None else None,
        error=error,
        begun=status == "running",
        ended=status in ("completed", "failed"),
    )
    await database.write(_CHANGE, values)


async def store_menu(database: Database, key: JobKey, menu: UUID, dishes: Sequence[Dish]) -> None:
    """Store a menu with its dishes and images as the newest menu."""
    found = Jsonb([dish.model_dump(mode="json") for dish in dishes])
    values = key.values(menu=menu, dishes=found)
    for statement in (_MENU, _RETIRE, _DISHES):
        await database.write(statement, values)
