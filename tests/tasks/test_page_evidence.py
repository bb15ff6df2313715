"""Pages that steps 2 and 4 did not understand are kept before the error is stored, and hide it never."""

from collections.abc import AsyncGenerator, Mapping
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text

from registration.companies.page_evidence import page_copy
from registration.companies.page_evidence_queries import KeptEvidence, list_evidence, read_evidence
from registration.settings import Settings
from registration.states import StepStatus
from registration.workflow.step_queries import reopen
from registration.workflow.steps import Step
from registration.workflow.transition_queries import Attribution
from tasks.company_search import search_register
from tasks.context import JobRef
from tasks.page_evidence import page_artifact
from tests.registration.tenant import Tenant
from tests.tasks.at_step_6 import AtStep6, at_step_6

EVIL = "Kai](https://evil.example/login) ![x](https://evil.example/x.png)"
_REFUSE = """
create or replace function pg_temp.refuse() returns trigger language plpgsql as
$$ begin raise exception 'no room'; end $$;
create trigger refuse before insert on registration.registration_evidence for each row
when (new.organisation_id = '{0}') execute function pg_temp.refuse()
"""


@pytest_asyncio.fixture
async def kai(tenant: Tenant) -> AsyncGenerator[AtStep6]:
    """A restaurant for which the register answers with a page that is none of its results."""
    async with at_step_6(tenant, "kai@example.nz") as (one,):
        name = f"Kai {uuid4().hex}"
        await one.query(
            "update restaurants set name = :name, address = null where id = :id", name=name, id=one.restaurant_id
        )
        fault = {"restaurant": name, "endpoint": "register-search", "kind": "html_error", "status": 403}
        (await one.control.post("/sandbox/faults", json=fault)).raise_for_status()
        yield one


async def _step(kai: AtStep6) -> Mapping[str, Any]:
    [step] = await kai.query("select * from registration_job_steps where job_id = :job and step_number = 2")
    return step


async def _kept(kai: AtStep6) -> tuple[KeptEvidence, ...]:
    async with kai.database.transaction(kai.job.organisation_id) as transaction:
        return await list_evidence(transaction, kai.job.job_id)


async def test_the_page_of_each_attempt_is_kept(tenant: Tenant, kai: AtStep6) -> None:
    """The error's details name it; the next visit of the step has a page of its own."""
    await search_register.fn(kai.job)
    step, [html] = await _step(kai), await _kept(kai)
    assert (step["status"], step["error_details"]["evidence"]) == ("failed", {"pages": [str(html.page_id)]})
    assert "html" not in str(step["error_details"]["sources"])
    async with kai.database.transaction(kai.job.organisation_id) as transaction:
        _, content = await read_evidence(transaction, kai.job.job_id, html.id)
        assert b"<html" in content
        await reopen(transaction, kai.job.job_id, Step.SEARCH, StepStatus.PENDING, Attribution("Mere", "retry"))
    await search_register.fn(kai.job)
    assert [one.visit for one in await _kept(kai)] == [1, 2]
    assert (await _step(kai))["error_details"]["evidence"] != step["error_details"]["evidence"]


async def test_a_process_that_dies_after_keeping_leaves_the_step_to_the_next(kai: AtStep6) -> None:
    """The step was not failed: it is done again by the next process, and both attempts have their evidence."""
    await search_register.fn(kai.job)
    before = "update registration_job_steps set status = 'in_progress', error_message = null, error_details = null"
    await kai.query(f"{before} where job_id = :job and step_number = 2")
    await search_register.fn(kai.job)
    assert (await _step(kai))["status"] == "failed"
    assert len({one.page_id for one in await _kept(kai)}) == 2


async def test_a_database_that_takes_no_evidence_hides_no_error(tenant: Tenant, kai: AtStep6) -> None:
    """The step fails with its own reason, and says that the page is not kept."""
    await tenant.everything.exec_driver_sql(_REFUSE.format(tenant.organisation_id))
    try:
        await search_register.fn(kai.job)
    finally:
        await tenant.everything.execute(text("drop trigger refuse on registration.registration_evidence"))
    step = await _step(kai)
    assert (step["status"], await _kept(kai)) == ("failed", ())
    assert "status 403" in step["error_message"]
    assert step["error_details"]["evidence"]["not_kept"].startswith("the database did not take the evidence")


@pytest.mark.parametrize("console", ["", "https://console.example.nz/"])
def test_neither_the_restaurants_name_nor_the_pages_address_is_markup(console: str) -> None:
    """The UI renders link, text and description as Markdown."""
    job = JobRef(organisation_id=uuid4(), batch_id=uuid4(), job_id=uuid4(), restaurant=EVIL)
    page = page_copy("http://register.example/a)b>c", "<p>")
    told = page_artifact(job, page, Settings.model_validate({"console_url": console}))
    in_console = f"https://console.example.nz/jobs/{job.job_id}"
    assert told["link"] == (in_console if console else "http://register.example/a%29b%3Ec")
    assert told["link_text"].startswith("What the register showed for Kai)(https: //evil.example")
    assert told["description"] == (
        f"[The page](<http://register.example/a%29b%3Ec>) was not understood. Kept with job `{job.job_id}`: the HTML"
    )
