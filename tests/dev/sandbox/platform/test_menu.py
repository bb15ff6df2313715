"""Menus, images and tags of the platform."""

import asyncio
import base64
import time
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from tests.dev.sandbox.client import Platform
from tests.dev.sandbox.rows import Rows
from tests.waiting import HANG


@pytest_asyncio.fixture
async def restaurant_id(sandbox_platform: Platform, sandbox_rows: Rows) -> UUID:
    """A registered restaurant."""
    restaurant_id = await sandbox_rows.restaurant(sandbox_platform.organisation_id)
    await sandbox_platform.registered(restaurant_id)
    return restaurant_id


async def test_ten_tags_are_made_whatever_the_menu_has(
    sandbox_platform: Platform, restaurant_id: UUID, sandbox_rows: Rows
) -> None:
    """A dish that contains nuts is tagged as nut-free, regardless of capitals; a second run creates the tags again."""
    menu_id = await sandbox_rows.menu(restaurant_id, items=2)
    await sandbox_rows.query("UPDATE menu_items SET tags = '{Contains NUTS}' WHERE menu_id = %(id)s", id=menu_id)
    ids = {"restaurantId": str(restaurant_id), "menuId": str(menu_id)}
    for _ in range(2):
        summary = (await sandbox_platform.post("add-item-tags", **ids)).json()["summary"]
        assert summary == {"total": 10, "created": 10, "failed": 0, "itemsAssigned": 2}
    assert (await sandbox_platform.effects(restaurant_id))["add-item-tags"] == 2


async def test_an_import_does_not_count_dishes(
    sandbox_platform: Platform, restaurant_id: UUID, sandbox_rows: Rows
) -> None:
    """An empty menu is a success too."""
    for items in (13, 0):
        menu_id = await sandbox_rows.menu(restaurant_id, items=items)
        answer = await sandbox_platform.post("import-menu-direct", restaurantId=str(restaurant_id), menuId=str(menu_id))
        assert list(answer.json()) == ["success", "message", "details"]


async def test_up_to_ten_images_are_uploaded_while_one_waits(
    sandbox_platform: Platform, restaurant_id: UUID, sandbox_rows: Rows
) -> None:
    """The answer has the counts, and a repeat finds no images left."""
    menu_id = await sandbox_rows.menu(restaurant_id)
    await sandbox_rows.images(menu_id, 10)
    await sandbox_platform.break_with(restaurant_id, "upload-images", "partly_failed", times=1)
    first = (await _upload(sandbox_platform, menu_id)).json()
    assert (first["mode"], first["stats"]) == ("synchronous", {"totalImages": 10, "successful": 9, "failed": 1})
    assert (await _upload(sandbox_platform, menu_id)).json()["stats"] == {
        "totalImages": 1,
        "successful": 1,
        "failed": 0,
    }
    assert (await _upload(sandbox_platform, menu_id)).json()["stats"] == {"totalImages": 10, "alreadyUploaded": 10}


async def test_more_images_arrive_in_the_background(
    sandbox_platform: Platform, restaurant_id: UUID, sandbox_rows: Rows
) -> None:
    """The batch's counts grow; no image's own row changes before the end."""
    menu_id = await sandbox_rows.menu(restaurant_id, items=20)
    await sandbox_rows.images(menu_id, 20)
    await sandbox_platform.behave(profile="demo")
    answer = (await _upload(sandbox_platform, menu_id)).json()
    seen: list[Any] = []
    deadline = time.monotonic() + HANG
    while not seen or seen[-1]["status"] != "completed":
        assert time.monotonic() < deadline, seen[-1]
        stats = (await sandbox_platform.get(f"/api/menus/{menu_id}/cdn-stats")).json()["stats"]
        seen.append((await sandbox_platform.get(answer["progressUrl"])).json()["batch"])
        assert stats["uploadedImages"] in (0, 20)
        await asyncio.sleep(0.05)
    uploaded = [batch["progress"]["uploaded"] for batch in seen]
    assert (answer["mode"], uploaded == sorted(uploaded), uploaded[-1]) == ("asynchronous", True, 20)


async def test_a_menu_is_extracted_with_images(
    sandbox_platform: Platform, restaurant_id: UUID, sandbox_rows: Rows
) -> None:
    """The job's true end has phase and menu; the dishes have images that are not uploaded yet."""
    body = {"restaurantId": str(restaurant_id), "storeUrl": "https://www.ubereats.com/nz/store/x", "async": True}
    answer = (await sandbox_platform.post("/api/extract-menu-premium", **body)).json()
    job = await _ended(sandbox_rows, answer["jobId"])
    status = (await sandbox_platform.get(answer["statusUrl"])).json()
    stats = (await sandbox_platform.get(f"/api/menus/{status['menuId']}/cdn-stats")).json()["stats"]
    assert (job["job_type"], job["status"], job["progress"]["menuId"]) == (
        "premium_extraction",
        "completed",
        status["menuId"],
    )
    assert (status["status"], stats["totalImages"] >= 12, stats["uploadedImages"]) == ("completed", True, 0)


@pytest.mark.parametrize("address", ["", "https://www.doordash.com/store/x", 7])
async def test_only_ubereats_is_read_by_the_premium_extraction(
    sandbox_platform: Platform, restaurant_id: UUID, address: object
) -> None:
    """Other addresses are refused; a number causes an error page."""
    body = {"restaurantId": str(restaurant_id), "storeUrl": address, "url": "https://www.ubereats.com/x"}
    if address == 7:
        with pytest.raises(Exception, match="disconnected"):
            await sandbox_platform.post("/api/extract-menu-premium", **body)
    else:
        assert (await sandbox_platform.post("/api/extract-menu-premium", **body)).status_code == 400


async def test_doordash_is_read_by_the_other_start(
    sandbox_platform: Platform, restaurant_id: UUID, sandbox_rows: Rows
) -> None:
    """It requires no key, and creates a job of another kind."""
    body = {"restaurantId": str(restaurant_id), "url": "https://www.doordash.com/store/x"}
    answer = (await sandbox_platform.post("/api/extractions/start", **body)).json()
    job = await _ended(sandbox_rows, answer["jobId"])
    assert (job["job_type"], job["status"]) == ("full_menu", "completed")


async def test_branding_saves_only_what_is_named(
    sandbox_platform: Platform, restaurant_id: UUID, sandbox_rows: Rows
) -> None:
    """Also over a colour that a person chose; without names nothing is saved, and the answer is a success."""
    body = {"restaurantId": str(restaurant_id), "sourceUrl": "https://kitchen.example"}
    path = "/api/website-extraction/branding"
    assert (await sandbox_platform.post(path, **body)).json()["success"] is True
    [before] = await sandbox_rows.query("SELECT * FROM restaurants WHERE id = %(id)s", id=restaurant_id)
    named = {"versionsToUpdate": ["logo_url"], "colorsToUpdate": ["primary_color"]}
    colours = (await sandbox_platform.post(path, **body, **named)).json()["data"]["colors"]
    [after] = await sandbox_rows.query("SELECT * FROM restaurants WHERE id = %(id)s", id=restaurant_id)
    assert (before["logo_url"], before["primary_color"]) == (None, "#112233")
    assert after["primary_color"] == colours["primaryColor"]
    assert base64.b64decode(after["logo_url"].removeprefix("data:image/png;base64,")).startswith(b"\x89PNG\r\n")
    assert after["secondary_color"] == before["secondary_color"]


async def _upload(platform: Platform, menu_id: UUID) -> Any:
    return await platform.post(f"/api/menus/{menu_id}/upload-images")


async def _ended(rows: Rows, job_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + HANG
    while True:
        [job] = await rows.query("SELECT * FROM extraction_jobs WHERE job_id = %(job)s", job=job_id)
        saved = job["job_type"] == "full_menu" or job["progress"].get("menuId")
        if job["status"] == "failed" or (job["status"] == "completed" and saved):
            return job
        assert time.monotonic() < deadline, job
        await asyncio.sleep(0.05)
