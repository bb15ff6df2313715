"""Code, onboarding users and records, and failing extractions of the platform."""

from typing import Any
from uuid import UUID

from tests.dev.sandbox.client import PASSWORD, Platform
from tests.dev.sandbox.rows import Rows
from tests.waiting import eventually

STORE = "https://www.ubereats.com/nz/store/test"


async def test_code_needs_both_colours(sandbox_platform: Platform, sandbox_rows: Rows) -> None:
    """400 while one of them is missing in the row."""
    bare = await sandbox_rows.restaurant(sandbox_platform.organisation_id, secondary_color=None)
    refused = await sandbox_platform.post("generate-code-injections", restaurantId=str(bare), noGradient=False)
    assert (refused.status_code, "colour" in refused.json()["error"]) == (400, True)


async def test_code_is_generated_and_stored(
    sandbox_platform: Platform, restaurant_id: UUID, sandbox_rows: Rows
) -> None:
    """Answer, query and row agree; a second run keeps the id, and no query returns the files."""
    answers = [
        (
            await sandbox_platform.post("generate-code-injections", restaurantId=str(restaurant_id), noGradient=flag)
        ).json()
        for flag in (False, True)
    ]
    stored = await sandbox_platform.ask("code-injection", restaurant_id)
    [row] = await sandbox_rows.query("SELECT * FROM pumpd_restaurants WHERE restaurant_id = %(id)s", id=restaurant_id)
    assert {answer["codeInjectionId"] for answer in answers} == {str(row["id"])} == {stored["codeInjectionId"]}
    assert (stored["hasContent"], "filePaths" in stored, "filePaths" in answers[1]) == (True, False, True)
    assert row["code_injection_config"]["noGradient"] is True


async def test_there_is_one_onboarding_user_of_an_e_mail(sandbox_platform: Platform, restaurant_id: UUID) -> None:
    """Over all organisations; no answer contains the password."""
    body = {"userName": "Aroha", "userEmail": "aroha@owner.example", "userPassword": PASSWORD}
    created = await sandbox_platform.post("create-onboarding-user", restaurantId=str(restaurant_id), **body)
    again = await sandbox_platform.post("create-onboarding-user", **body)
    assert (created.json()["passwordGenerated"], PASSWORD in created.text) == (False, False)
    assert (again.status_code, "already exists" in again.json()["error"]) == (400, True)


async def test_an_onboarding_record_needs_its_user(sandbox_platform: Platform, restaurant_id: UUID) -> None:
    """404 without a user; with one, the filled fields are counted."""
    body = {"restaurantId": str(restaurant_id), "userEmail": "aroha@owner.example", "contactPerson": "Aroha"}
    assert (await sandbox_platform.post("update-onboarding-record", **body)).status_code == 404
    user = {"userName": "Aroha", "userEmail": "aroha@owner.example", "userPassword": PASSWORD}
    await sandbox_platform.post("create-onboarding-user", restaurantId=str(restaurant_id), **user)
    updated = (await sandbox_platform.post("update-onboarding-record", **body)).json()
    assert updated["updatedFields"] > 3
    logs = [(log["action"], log["status"]) for log in (await sandbox_platform.ask("logs", restaurant_id))["logs"]]
    assert logs == [("onboarding_record_update", "success"), ("onboarding_user_creation", "success")]


async def test_a_job_is_running_before_it_ends(
    sandbox_platform: Platform, restaurant_id: UUID, sandbox_rows: Rows
) -> None:
    """The row shows the start first, then the end."""
    await sandbox_platform.break_with(restaurant_id, "menu-extraction", "slow", seconds=0.5)
    job_id = await _extract(sandbox_platform, restaurant_id)
    [job] = await sandbox_rows.query("SELECT * FROM extraction_jobs WHERE job_id = %(job)s", job=job_id)
    assert (job["status"] in ("pending", "running"), job["completed_at"]) == (True, None)
    assert (await _ended(sandbox_rows, job_id))["completed_at"] is not None


async def test_an_extraction_can_fail(sandbox_platform: Platform, restaurant_id: UUID, sandbox_rows: Rows) -> None:
    """The job has the reason, and there is no menu."""
    await sandbox_platform.break_with(
        restaurant_id, "extract-menu-premium", "extraction_fails", message="Store is closed"
    )
    job = await _ended(sandbox_rows, await _extract(sandbox_platform, restaurant_id))
    assert (job["status"], job["error"]) == ("failed", "Store is closed")
    assert await sandbox_rows.query("SELECT 1 FROM menus WHERE restaurant_id = %(id)s", id=restaurant_id) == []


async def _extract(platform: Platform, restaurant_id: UUID) -> str:
    body = {"restaurantId": str(restaurant_id), "storeUrl": STORE, "async": True}
    return (await platform.post("/api/extract-menu-premium", **body)).json()["jobId"]


async def _ended(rows: Rows, job_id: str) -> dict[str, Any]:
    async def ended() -> dict[str, Any] | None:
        [job] = await rows.query("SELECT * FROM extraction_jobs WHERE job_id = %(job)s", job=job_id)
        return job if job["status"] in ("completed", "failed") else None

    return await eventually(ended, "the extraction to end")
