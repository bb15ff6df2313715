"""Leads over the API: one in detail, and conversions with a batch of the new restaurants."""

from typing import Any
from uuid import UUID, uuid4

from tests.interfaces.api.calling import BATCHES, Api
from tests.registration.database.rows import add
from tests.registration.tenant import Tenant

PASSED = {"current_step": 4, "step_progression_status": "passed"}
CONVERT = "/api/leads/convert"


async def _lead(tenant: Tenant, **columns: Any) -> UUID:
    scraping = await add(tenant.everything, "lead_scrape_jobs", tenant.organisation_id)
    return await add(
        tenant.everything, "leads", tenant.organisation_id, lead_scrape_job_id=scraping, **PASSED | columns
    )


async def test_leads_become_a_batch(api: Api, tenant: Tenant) -> None:
    """In the shape that the original's client reads; not started unless that is asked for."""
    leads = [await _lead(tenant, restaurant_name=name, city="Auckland") for name in ("Saffron", "Harbour")]
    body = {"lead_ids": list(map(str, leads)), "create_registration_batch": True, "batch_name": "Monday"}
    done = await api.done(CONVERT, body)
    assert done["summary"] == {"total": 2, "converted": 2, "already_converted": 0, "failed": 0}
    assert [one["restaurant_name"] for one in done["converted"]] == ["Saffron", "Harbour"]
    batch = done["registration_batch"]
    assert (batch["name"], batch["status"], batch["total_restaurants"]) == ("Monday", "pending", 2)
    assert done["registration_batches"] == [batch]
    detail = await api.json(f"{BATCHES}/{batch['id']}")
    assert detail["batch_job"]["created_by"] == "mere@example.nz"
    found = await api.json(f"/api/leads/{leads[0]}")
    assert found["lead"]["converted_to_restaurant_id"] == done["converted"][0]["restaurant_id"]
    assert (found["lead"]["step_progression_status"], found["lead"]["is_duplicate"]) == ("passed", False)


async def test_some_leads_cannot_be_converted(api: Api, tenant: Tenant, other: Tenant) -> None:
    """207, with the reason of each; those of others are unknown, those converted before stay."""
    good, theirs, nobody = await _lead(tenant), await _lead(other), uuid4()
    await api.done(CONVERT, {"lead_ids": [str(good)]})
    answer = await api.post(CONVERT, {"lead_ids": list(map(str, (good, theirs, nobody)))})
    body = answer.json()
    assert (answer.status_code, body["success"], body["summary"]["failed"]) == (207, True, 2)
    assert [one["lead_id"] for one in body["already"]] == [str(good)]
    reasons = {one["error"] for one in body["failed"]}
    assert len(reasons) == 1
    assert body["registration_batch"] is None


async def test_a_conversion_with_a_key_is_done_once(api: Api, tenant: Tenant) -> None:
    """Its answer names the same restaurants and the same batch."""
    body = {"lead_ids": [str(await _lead(tenant))], "create_registration_batch": True, "auto_start_batch": True}
    first, again = [await api.post(CONVERT, body, key="leads-1") for _ in range(2)]
    assert (first.status_code, first.content) == (200, again.content)
    assert first.json()["registration_batch"]["worked_on"] is False
    assert (await api.json(BATCHES))["total_count"] == 1


async def test_a_lead_is_corrected_until_it_is_converted(api: Api, tenant: Tenant, other: Tenant) -> None:
    """The client sends its whole form: nulls empty a field, and fields that are unknown here are named."""
    lead = await _lead(tenant, restaurant_name="Safron", city="Auckland", phone="09 379 1234")
    path = f"/api/leads/{lead}"
    form: dict[str, Any] = {"restaurant_name": "Saffron Lane", "city": None, "phone": "+64 9 379 1234"}
    form |= {"opening_hours": [{"day": "Monday", "open": "11:00 AM", "close": "9:30 PM"}]}
    form |= {"organisation_name": None, "number_of_venues": 2}
    edited = await api.done(path, form | {"ubereats_average_review_rating": 4.6}, method="PATCH")
    shown = edited["lead"]
    assert (shown["restaurant_name"], shown["city"], shown["phone"]) == ("Saffron Lane", None, "+6493791234")
    assert (shown["ubereats_average_review_rating"], edited["ignored"]) == (4.6, ["number_of_venues"])
    assert shown["opening_hours"][0]["close"] == "21:30"
    wrong = await api.send("PATCH", path, {"restaurant_name": "", "email": "nobody"})
    pointers = {one["pointer"] for one in wrong.json()["errors"]}
    assert (wrong.status_code, pointers) == (422, {"/restaurant_name", "/email"})
    for one in (await _lead(other), uuid4()):
        assert await api.refused(f"/api/leads/{one}", form, method="PATCH") == (404, "LEAD_NOT_FOUND")
    await api.done(CONVERT, {"lead_ids": [str(lead)]})
    assert await api.refused(path, form, method="PATCH") == (409, "INVALID_STATUS")


async def test_what_is_no_conversion_is_refused(api: Api, other: Tenant) -> None:
    """And leads of others cannot be told from none."""
    assert await api.refused(CONVERT, {"lead_ids": []}) == (422, "INVALID_REQUEST")
    assert await api.refused(CONVERT, {"lead_ids": ["x"]}) == (422, "INVALID_REQUEST")
    assert await api.refused(CONVERT, {"lead_ids": [str(uuid4())] * 1001}) == (422, "INVALID_REQUEST")
    theirs = await _lead(other)
    for one in (theirs, uuid4()):
        answer = await api.get(f"/api/leads/{one}")
        assert (answer.status_code, answer.json()["code"]) == (404, "LEAD_NOT_FOUND")
    assert (await api.get("/api/leads/x")).status_code == 404


async def test_leads_are_deleted_until_they_are_converted(api: Api, tenant: Tenant, other: Tenant) -> None:
    """All of them or none; the same request again is no error, and a viewer may not."""
    one, two, converted, theirs = [await _lead(who) for who in (tenant, tenant, tenant, other)]
    await api.done(CONVERT, {"lead_ids": [str(converted)]})
    delete: dict[str, Any] = {"path": "/api/leads", "method": "DELETE"}
    both = {"lead_ids": [str(one), str(two)]}
    refused = await api.send("DELETE", "/api/leads", {"lead_ids": [str(one), str(converted)]})
    assert (refused.status_code, refused.json()["code"]) == (409, "INVALID_STATUS")
    assert [problem["pointer"] for problem in refused.json()["errors"]] == ["/lead_ids/1"]
    for unknown in (theirs, uuid4()):
        assert await api.refused(body={"lead_ids": [str(one), str(unknown)]}, **delete) == (404, "LEAD_NOT_FOUND")
    assert await api.refused(body={"lead_ids": []}, **delete) == (422, "INVALID_REQUEST")
    done = await api.done(body=both, **delete)
    assert (done["deleted_count"], set(done["deleted"])) == (2, {str(one), str(two)})
    again = await api.done(body=both, **delete)
    assert (again["deleted_count"], set(again["already"])) == (0, {str(one), str(two)})
    assert (await api.json("/api/leads/pending"))["total_count"] == 0
