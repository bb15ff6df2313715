"""Rows of item_images and upload_batches.

Made after the platform's source at commit 3d2ff03 of 19 January 2026; upload_batches has no organisation, and its times
have no zone (planning documents only).
"""

from dataclasses import dataclass
from typing import cast
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from dev.sandbox.platform.call import Call

_MENU = "SELECT id FROM menus WHERE id = %(menu)s"
_IMAGES = """
    SELECT g.id, i.name, coalesce(g.cdn_uploaded, false) AS uploaded, coalesce(g.upload_status, '') = 'failed' AS failed
    FROM item_images g JOIN menu_items i ON i.id = g.menu_item_id WHERE i.menu_id = %(menu)s ORDER BY g.created_at, g.id
"""
_BEGIN = """
    INSERT INTO upload_batches (id, menu_id, total_images, uploaded_count, failed_count, status, started_at)
    VALUES (%(id)s, %(menu)s, %(total)s, 0, 0, 'pending', clock_timestamp() AT TIME ZONE 'UTC')
    ON CONFLICT (id) DO NOTHING
"""
_PROGRESS = """
    UPDATE upload_batches SET status = %(status)s, uploaded_count = %(done)s, failed_count = %(failed)s,
                              updated_at = clock_timestamp() AT TIME ZONE 'UTC',
                              metadata = coalesce(%(metadata)s, metadata),
                              completed_at = CASE WHEN %(ended)s THEN clock_timestamp() AT TIME ZONE 'UTC' END
    WHERE id = %(id)s
"""
_UPLOADED = """
    UPDATE item_images SET cdn_uploaded = true, cdn_id = id, cdn_url = 'https://cdn.example/' || id || '/',
                           cdn_filename = id || '.jpg', cdn_metadata = '{}', upload_status = 'success',
                           uploaded_at = clock_timestamp() AT TIME ZONE 'UTC'
    WHERE id = ANY(%(ids)s)
"""
_FAILED = """
    UPDATE item_images SET upload_status = 'failed', upload_error = %(error)s, cdn_uploaded = false
    WHERE id = ANY(%(ids)s)
"""
_BATCH = """
    SELECT b.id, b.menu_id, b.total_images, b.uploaded_count, b.failed_count, b.status, b.started_at, b.completed_at,
           b.metadata, r.name AS restaurant_name
    FROM upload_batches b LEFT JOIN menus m ON m.id = b.menu_id LEFT JOIN restaurants r ON r.id = m.restaurant_id
    WHERE b.id = %(id)s
"""
_MOMENT = "2031-02-03T04:05:06.789"


@dataclass(frozen=True)
class Image:
    """One image of a dish."""

    id: UUID
    name: str
    uploaded: bool
    failed: bool

    def as_body(self, **more: str) -> dict[str, str]:
        """The image in the form of the answer."""
        return {"imageId": str(self.id), "itemName": self.name, **more}


async def menu_exists(call: Call) -> bool:
    """True if the menu of the body exists."""
    return bool(await call.world.database.read(_MENU, {"menu": call.id_sent("menuId")}))


async def images_of(call: Call) -> list[Image]:
    """The images of the menu."""
    rows = await call.world.database.read(_IMAGES, {"menu": call.id_sent("menuId")})
    return [Image(**row) for row in rows]


async def begin_batch(call: Call, total: int) -> UUID:
    """Insert a batch's row."""
    batch_id = uuid4()
    values = {"id": batch_id, "menu": call.id_sent("menuId"), "total": total}
    await call.world.database.write_unseen(_BEGIN, values)
    return batch_id


async def note_progress(
    call: Call, batch_id: UUID, status: str, done: int, failed: int, metadata: dict[str, object] | None = None
) -> None:
    """Store the progress of a batch; with metadata the batch is ended."""
    values = {
        "id": batch_id,
        "status": status,
        "done": done,
        "failed": failed,
        "metadata": Jsonb(metadata) if metadata else None,
        "ended": metadata is not None,
    }
    await call.world.database.write_unseen(_PROGRESS, values)


async def mark(call: Call, done: list[UUID], failed: list[UUID]) -> None:
    """Store the result of the upload in the images' rows."""
    if done:
        await call.world.database.write(_UPLOADED, {"ids": done})
    if failed:
        await call.world.database.write(_FAILED, {"ids": failed, "error": "The source is not reachable"})


async def batch(call: Call, batch_id: UUID) -> dict[str, object] | None:
    """A batch's row, with the restaurant's name if the menu has one."""
    rows = await call.world.database.read(_BATCH, {"id": batch_id})
    return cast("dict[str, object]", rows[0]) if rows else None


def sample_batch(call: Call, case: str) -> dict[str, object]:
    """A sample batch, for a played answer."""
    running, broken = case == "running", case == "ended with an error"
    ended: dict[str, object] = {"completedAt": f"{_MOMENT}Z", "duration": 61234}
    error: dict[str, object] = {"error": "The upload broke", "failedAt": f"{_MOMENT}Z"}
    return {
        "id": "88888888-8888-4888-8888-888888888888",
        "menu_id": "55555555-5555-4555-8555-555555555555",
        "total_images": 40,
        "uploaded_count": 12 if running else 0 if broken else 39,
        "failed_count": 0 if running or broken else 1,
        "status": "processing" if running else "failed" if broken else "completed",
        "started_at": _MOMENT,
        "completed_at": None if running else _MOMENT,
        "metadata": None if running else error if broken else ended,
        "restaurant_name": call.name,
    }
