"""Extractions: started by a call, done in the background."""

from typing import Any
from uuid import UUID

from tests.sandbox.client import Platform
from tests.sandbox.rows import Rows
from tests.waiting import eventually

STORE = "https://www.ubereats.com/nz/store/test"


async def test_a_menu_is_extracted(platform: Platform, restaurant_id: UUID, sandbox_rows: Rows) -> None:
    """The job ends completed, and there is an active menu with 12 to 60 dishes with prices."""
    answer = await _extract(platform, restaurant_id)
    job = await _ended(sandbox_rows, answer["jobId"])
    menus = await sandbox_rows.query(
        """
        SELECT m.version, m.is_active, count(i.id) AS items, min(i.price) AS cheapest
        FROM menus m JOIN menu_items i ON i.menu_id = m.id WHERE m.restaurant_id = %(id)s GROUP BY m.id
        """,
        id=restaurant_id,
    )
    assert (job["status"], job["job_type"], job["organisation_id"]) == (
        "completed",
        "premium",
        platform.organisation_id,
    )
    assert [menu["version"] for menu in menus] == [1]
    assert 12 <= menus[0]["items"] <= 60
    assert menus[0]["cheapest"] > 0


async def test_a_job_is_running_before_it_ends(platform: Platform, restaurant_id: UUID, sandbox_rows: Rows) -> None:
    """Its row can be followed: it began, it has not ended, then it has."""
    await platform.break_with(restaurant_id, "menu-extraction", "slow", seconds=0.5)
    job_id = (await _extract(platform, restaurant_id))["jobId"]
    [job] = await sandbox_rows.query("SELECT * FROM extraction_jobs WHERE job_id = %(job)s", job=job_id)
    assert (job["status"] in ("pending", "running"), job["completed_at"]) == (True, None)
    assert (await _ended(sandbox_rows, job_id))["completed_at"] is not None


async def test_an_extraction_can_fail(platform: Platform, restaurant_id: UUID, sandbox_rows: Rows) -> None:
    """The job says why, and there is no menu."""
    await platform.break_with(restaurant_id, "extract-menu-premium", "extraction_fails", message="Store is closed")
    job = await _ended(sandbox_rows, (await _extract(platform, restaurant_id))["jobId"])
    assert (job["status"], job["error"]) == ("failed", "Store is closed")
    assert await sandbox_rows.query("SELECT 1 FROM menus WHERE restaurant_id = %(id)s", id=restaurant_id) == []


async def test_branding_fills_the_row(platform: Platform, sandbox_rows: Rows) -> None:
    """Logo, preview picture and the colour that nobody chose; a chosen colour stays."""
    restaurant_id = await sandbox_rows.restaurant(platform.organisation_id, secondary_color=None)
    body = {"restaurantId": str(restaurant_id), "url": "https://www.site.example/"}
    await platform.post("/api/website-extraction/branding", **body)
    row = await _branded(sandbox_rows, restaurant_id)
    assert row["logo_url"] == "https://www.site.example/logo.png"
    assert (row["primary_color"], row["secondary_color"][0]) == ("#112233", "#")


async def _extract(platform: Platform, restaurant_id: UUID) -> dict[str, Any]:
    response = await platform.post("/api/extract-menu-premium", restaurantId=str(restaurant_id), url=STORE)
    assert response.json()["success"], response.text
    return response.json()


async def _ended(rows: Rows, job_id: str) -> dict[str, Any]:
    async def ended() -> dict[str, Any] | None:
        [job] = await rows.query("SELECT * FROM extraction_jobs WHERE job_id = %(job)s", job=job_id)
        return job if job["status"] in ("completed", "failed") else None

    return await eventually(ended, "the extraction to end")


async def _branded(rows: Rows, restaurant_id: UUID) -> dict[str, Any]:
    async def branded() -> dict[str, Any] | None:
        [row] = await rows.query("SELECT * FROM restaurants WHERE id = %(id)s", id=restaurant_id)
        return row if row["logo_url"] else None

    return await eventually(branded, "the restaurant to have a logo")
