"""The list of batches: what is in it, filtered and sorted."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from registration.states import JobStatus
from tests.interfaces.api.calling import BATCHES, Api
from tests.registration.at_gate import all_at_company_gate, at_config_gate
from tests.registration.database.rows import add_batch, add_job
from tests.registration.tenant import Tenant

OUTCOMES: list[tuple[list[str], str, str | None]] = [
    (["completed", "skipped"], "completed", "completed"),
    (["completed", "failed"], "completed", "completed_with_failures"),
    (["partially_completed"], "completed", "completed_with_failures"),
    (["failed", "failed", "skipped"], "completed", "failed"),
    (["cancelled"], "cancelled", "cancelled"),
    (["completed", "pending"], "in_progress", None),
    (["completed", "action_required"], "in_progress", None),
    (["pending"], "pending", None),
]


async def _batch_of(tenant: Tenant, statuses: list[str], **values: Any) -> UUID:
    batch_id = await add_batch(tenant.everything, tenant.organisation_id, **values)
    for position, status in enumerate(statuses, 1):
        ended = {"completed_at": datetime.now(UTC)} if JobStatus(status).ended else {}
        job = {"position": position, "status": status} | ended
        await add_job(tenant.everything, tenant.organisation_id, batch_id, **job)
    return batch_id


@pytest.mark.parametrize("statuses, status, outcome", OUTCOMES)
async def test_status_and_outcome(
    api: Api, tenant: Tenant, statuses: list[str], status: str, outcome: str | None
) -> None:
    """The status is the original's; how a batch ended is told apart from it, and only then when."""
    await _batch_of(tenant, statuses)
    [batch] = (await api.json(BATCHES))["batch_jobs"]
    assert (batch["status"], batch["outcome"]) == (status, outcome)
    assert (batch["completed_at"] is not None) is (outcome is not None)
    assert batch["total_restaurants"] == len(statuses) == len(batch["jobs"])
    assert batch["failed_restaurants"] == sum(one in ("failed", "partially_completed") for one in statuses)


async def test_a_batch_at_a_gate_is_among_those_in_progress(api: Api, tenant: Tenant) -> None:
    """The original's client offers Cancel there only; what it waits for stands beside."""
    waiting = await at_config_gate(tenant)
    [batch] = (await api.json(BATCHES, status="pending,in_progress"))["batch_jobs"]
    assert (batch["id"], batch["status"], batch["needs_person"]) == (str(waiting.batch_id), "in_progress", True)
    assert batch["waiting"]["yolo_config"] == 1
    assert batch["waiting"]["since"].endswith("Z")
    assert (await api.json(BATCHES, status="completed,failed"))["batch_jobs"] == []
    assert len((await api.json(BATCHES, needs="person"))["batch_jobs"]) == 1


async def _names(api: Api, **query: Any) -> list[str]:
    return [one["name"] for one in (await api.json(BATCHES, **query))["batch_jobs"]]


async def test_restaurants_filter_their_batches(api: Api, tenant: Tenant) -> None:
    """Any of them; capitals, macrons, signs and the form of a slug make no difference."""
    one, _ = await tenant.restaurant(name="Harbour 100%", city="Tāmaki Makaurau", cuisine=["Fish & Chips"])
    two, _ = await tenant.restaurant(name="Saffron", city="Whāngārei", cuisine=["Indian", "Thai"])
    three, _ = await tenant.restaurant(name="Nowhere", city=None, cuisine=None)
    for name, restaurant in (("Monday", one), ("Tuesday", two), ("Wednesday", three)):
        await tenant.batch(restaurant, options={"name": name})
    assert await _names(api, city="tamaki makaurau,Nelson") == ["Monday"]
    assert await _names(api, city="WHANGAREI,Tāmaki  Makaurau") == ["Tuesday", "Monday"]
    assert await _names(api, cuisine="fish-and-chips") == ["Monday"]
    assert await _names(api, cuisine="thai,vegan", city="whangarei") == ["Tuesday"]
    assert await _names(api, city="Nelson") == []
    assert await _names(api, search="monDAY") == ["Monday"]
    assert await _names(api, search="saff") == ["Tuesday"]
    assert await _names(api, search="100%") == ["Monday"]
    assert await _names(api, search="%") == ["Monday"]
    assert await _names(api, search="_") == []


async def test_sorting_by_each_key(api: Api, tenant: Tenant) -> None:
    """Batches that are alike keep one order; those without the value come last in both directions."""
    now = datetime.now(UTC)
    await _batch_of(tenant, ["pending"] * 2, name="b", created_at=now - timedelta(days=2))
    await _batch_of(tenant, ["pending"], name="A", created_at=now - timedelta(days=1))
    waiting = await all_at_company_gate(tenant, {}, {}, {})
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        rename = text("update registration_batch_jobs set name = 'c' where id = :batch")
        await transaction.execute(rename, {"batch": waiting[0].batch_id})
    for key in ("created_at", "total_restaurants", "name", "current_step", "waiting_since"):
        up, down = [await _names(api, sort_by=key, sort_direction=one) for one in ("asc", "desc")]
        assert sorted(up) == sorted(down) == ["A", "b", "c"], key
        if key in ("created_at", "total_restaurants", "name"):
            assert up == list(reversed(down)), key
        if key == "waiting_since":
            assert up[0] == down[0] == "c"
    assert await _names(api, sort_by="name", sort_direction="asc") == ["A", "b", "c"]
    assert await _names(api, sort_by="total_restaurants") == ["c", "b", "A"]
    assert await _names(api, created_from=(now - timedelta(days=1, hours=1)).isoformat()) == ["c", "A"]
    assert await _names(api, created_to=(now - timedelta(days=1, hours=1)).isoformat()) == ["b"]
    assert await _names(api, current_step="1", created_by="Mere", search="c") == ["c"]


async def test_results_as_json_and_csv(api: Api, tenant: Tenant) -> None:
    """The same rows as `registration export`."""
    waiting = await at_config_gate(tenant, name="=1+1")
    path = f"{BATCHES}/{waiting.batch_id}/results"
    [row] = (await api.json(path))["results"]
    assert (row["restaurant"], row["outcome"], len(row["sub_steps"])) == ("=1+1", "action_required", 12)
    sheet = await api.get(path, {"Accept": "text/csv"})
    assert sheet.headers["Content-Type"].startswith("text/csv")
    assert "Accept" in sheet.headers["Vary"]
    assert sheet.headers["Content-Disposition"].startswith("attachment")
    head, line = sheet.text.splitlines()
    assert head.startswith("job_id,restaurant_id")
    assert ",=1+1" not in line


async def test_definitions_are_those_of_the_tables(api: Api) -> None:
    """Six steps, two of them gates; twelve sub-steps."""
    found = await api.json(f"{BATCHES}/step-definitions")
    kinds = [one["step_type"] for one in found["steps"]]
    assert [number for number, kind in enumerate(kinds, 1) if kind == "action_required"] == [3, 5]
    needs = {one["key"]: one["needs"] for one in found["sub_steps"]}
    assert len(needs) == 12
    assert needs["itemTags"] == ["menuImport"]
