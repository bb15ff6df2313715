"""Each field that the original system's web client reads exists, with the JSON type that the client takes it for."""

from typing import Any
from uuid import UUID

import pytest

from registration.states import StepStatus
from registration.workflow.step_queries import advance
from registration.workflow.steps import Step
from tests.interfaces.api.calling import Api
from tests.interfaces.api.original import LEAD, MISSING, READING, fits, found
from tests.registration.at_gate import all_at_company_gate, all_at_config_gate
from tests.registration.database.rows import add
from tests.registration.tenant import Tenant

FULL: dict[str, Any] = {
    "city": "Auckland",
    "address": "1 Queen Street",
    "cuisine": ["Indian"],
    "theme": "light",
    "contact_name": "Mere Walker",
    "contact_email": "mere@example.nz",
    "user_email": "mere@example.nz",
    "website_og_image": "https://kai.example.nz/1.jpg",
    "logo_url": "https://kai.example.nz/1.png",
    "opening_hours": [{"day": "Friday", "hours": {"open": "11:00", "close": "21:00"}}],
}


async def _ids(tenant: Tenant) -> dict[str, UUID | int | str]:
    """A batch with jobs at each stage that the client draws, and a lead: what the placeholders of paths stand for."""
    company = await all_at_company_gate(tenant, FULL, {})
    setting_up, _ = await all_at_config_gate(tenant, FULL, FULL)
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await advance(transaction, setting_up.job_id, Step.YOLO_CONFIG, StepStatus.COMPLETED)
        await advance(transaction, setting_up.job_id, Step.SET_UP, StepStatus.IN_PROGRESS)
    scraping = await add(tenant.everything, "lead_scrape_jobs", tenant.organisation_id)
    leads = [
        await add(tenant.everything, "leads", tenant.organisation_id, lead_scrape_job_id=scraping, **columns)
        for columns in (LEAD, {"current_step": 4, "step_progression_status": "passed"})
    ]
    return {
        "batchId": company[0].batch_id,
        "jobId": company[0].job_id,
        "restaurantId": company[0].restaurant_id,
        "otherBatch": setting_up.batch_id,
        "stepNumber": 3,
        "leadId": leads[0],
        "subStepKey": "menuImport",
    }


@pytest.mark.parametrize("call", READING, ids=lambda call: call["call"])
async def test_every_field_that_the_client_reads_is_there(api: Api, tenant: Tenant, call: dict[str, Any]) -> None:
    """For a batch at the first gate, and one whose jobs are at the second gate and in step 6."""
    ids = await _ids(tenant)
    query = {name: value for name, value in call["query"].items() if name not in ("city", "cuisine", "search")}
    query.pop("current_step", None)
    query.pop("offset", None)
    bodies = [await api.json(call["path"].format(**ids), **query)]
    if "{batchId}" in call["path"]:
        bodies.append(await api.json(call["path"].format(**ids | {"batchId": ids["otherBatch"], "stepNumber": 5})))
    for read in call["reads"]:
        values = [value for body in bodies for value in found(body, read["pointer"].split("/")[1:])]
        assert MISSING not in values, read["pointer"]
        for value in values:
            assert fits(value, read["type"]) or (value is None and read["nullable"]), (read, value)


async def test_every_filter_that_the_client_sends_is_taken(api: Api, tenant: Tenant) -> None:
    """Names of cities and cuisines that no restaurant has, and parameters that nobody knows."""
    await _ids(tenant)
    for call in READING:
        if "{" not in call["path"]:
            answer = await api.get(call["path"], **call["query"])
            assert answer.status_code == 200, (call["call"], answer.text)
