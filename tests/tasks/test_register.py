"""Step 2: a failed first search fails the step, a failed repeated search keeps the old candidates.

Step 4: missing parts.
"""

import asyncio
from uuid import uuid4

from registration.batches.progress import exceeds_failure_threshold
from registration.companies.models import RegisterQuery
from registration.gates.decisions import ChooseCompany, SearchAgain
from registration.states import JobStatus, StepStatus
from registration.workflow.register_failures import RegisterFailure
from registration.workflow.snapshot import BatchView, JobView
from registration.workflow.step_queries import arrive_at, reopen
from registration.workflow.steps import Step
from registration.workflow.transition_queries import Attribution
from tasks.company_search import read_company, search_register
from tasks.job_progress import arrive, cancel_open_work
from tests.registration.at_gate import AtGate
from tests.registration.companies.nzbn.nzbn_sandbox import KERERU_NUMBER
from tests.registration.tenant import Tenant
from tests.tasks.at_step_6 import AtStep6, at_step_6
from tests.waiting import HANG

BRIEF = 5
"""Seconds on the clock of these tests, which runs fifty times as fast."""


async def _job(restaurant: AtStep6) -> JobView:
    return (await restaurant.context.watch.refresh()).jobs[restaurant.job.job_id]


def _step_2(view: BatchView, restaurant: AtStep6) -> StepStatus:
    return view.jobs[restaurant.job.job_id].steps[Step.SEARCH].status


async def _again(tenant: Tenant, restaurant: AtStep6) -> str:
    """Search again by a name that no other test uses; returns that name."""
    name = f"Kai {uuid4().hex}"
    ref = restaurant.job
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await arrive_at(transaction, ref.job_id, Step.COMPANY_SELECTION)
    waiting = AtGate(tenant, ref.batch_id, ref.job_id, restaurant.restaurant_id, Step.COMPANY_SELECTION)
    assert (await waiting.answer(SearchAgain(query=RegisterQuery(name=name)))).accepted
    return name


async def _unavailable(restaurant: AtStep6, name: str) -> None:
    fault = {"restaurant": name, "endpoint": "register-search", "kind": "unavailable"}
    (await restaurant.control.post("/sandbox/faults", json=fault)).raise_for_status()


async def test_a_first_search_that_fails_leaves_the_job_to_a_person(tenant: Tenant) -> None:
    """The register is away: never "no match", and no end of the job."""
    async with at_step_6(tenant, "kai@example.nz", outage_patience_seconds=BRIEF) as (kai,):
        name = f"Kai {uuid4().hex}"
        await kai.query("update restaurants set name = :name where id = :id", name=name, id=kai.restaurant_id)
        await _unavailable(kai, name)
        await search_register.fn(kai.job)
        job = await _job(kai)
        assert job.steps[Step.SEARCH].status is StepStatus.FAILED
        assert all(job.steps[later].status is StepStatus.PENDING for later in Step if later > Step.SEARCH)
        await arrive(kai.job, Step.COMPANY_SELECTION)
        job = await _job(kai)
        assert (job.status, job.register_failure) == (JobStatus.ACTION_REQUIRED, RegisterFailure.NO_ANSWER)


async def test_a_register_that_is_away_is_waited_for(tenant: Tenant) -> None:
    """The steps say since when they wait; once the register is back they go on."""
    async with at_step_6(tenant, "kai@example.nz", "rata@example.nz") as (kai, rata):
        names = [f"Kai {uuid4().hex}", f"Rata {uuid4().hex}"]
        for one, name in zip((kai, rata), names, strict=True):
            await one.query("update restaurants set name = :name where id = :id", name=name, id=one.restaurant_id)
            await _unavailable(one, name)
        searches = [asyncio.create_task(search_register.fn(one.job)) for one in (kai, rata)]
        view = await kai.context.watch.until(lambda view: view if len(_waiting(view)) == 2 else None)
        [(outage, count)] = view.outages
        assert (outage.service, count) == ("register", 2)
        assert outage.text.startswith("the register has not answered since ")
        assert {job.steps[Step.SEARCH].status for job in view.jobs.values()} == {StepStatus.RETRYING}
        assert not exceeds_failure_threshold(view, 0.0)
        (await kai.control.delete("/sandbox/faults")).raise_for_status()
        async with asyncio.timeout(HANG):
            await asyncio.gather(*searches)
        view = await kai.context.watch.refresh()
        assert view.outages == ()
        assert {job.steps[Step.SEARCH].status for job in view.jobs.values()} == {StepStatus.COMPLETED}


def _waiting(view: BatchView) -> list[JobView]:
    return [job for job in view.jobs.values() if job.outage is not None]


async def test_a_cancelled_job_waits_for_no_outage(tenant: Tenant) -> None:
    """The wait ends with the cancel, and the step no longer says that it waits."""
    async with at_step_6(tenant, "kai@example.nz", outage_patience_seconds=100_000) as (kai,):
        name = f"Kai {uuid4().hex}"
        await kai.query("update restaurants set name = :name where id = :id", name=name, id=kai.restaurant_id)
        await _unavailable(kai, name)
        searching = asyncio.create_task(search_register.fn(kai.job))
        await kai.context.watch.until(lambda view: view if _waiting(view) else None)
        await kai.query("update registration_jobs set stop_requested_at = clock_timestamp() where id = :job")
        async with asyncio.timeout(HANG):
            assert (await searching).is_cancelled()
        await cancel_open_work(kai.job)
        job = await _job(kai)
        assert (job.status, job.outage) == (JobStatus.CANCELLED, None)


async def _reads_an_entry(tenant: Tenant, kai: AtStep6, fault: str) -> AtGate:
    """Search, choose the company, and read its entry, whose page has the fault once; returns the job at its gate."""
    name = "Kereru Kitchen"
    await kai.query("update restaurants set name = :name where id = :id", name=name, id=kai.restaurant_id)
    await search_register.fn(kai.job)
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await arrive_at(transaction, kai.job.job_id, Step.COMPANY_SELECTION)
    waiting = AtGate(tenant, kai.job.batch_id, kai.job.job_id, kai.restaurant_id, Step.COMPANY_SELECTION)
    assert (await waiting.answer(ChooseCompany(company_number=KERERU_NUMBER))).accepted
    once = {"restaurant": KERERU_NUMBER, "endpoint": "register-detail", "kind": fault, "times": 1}
    (await kai.control.post("/sandbox/faults", json=once)).raise_for_status()
    await read_company.fn(kai.job)
    return waiting


async def test_an_entry_that_cannot_be_read_is_asked_about(tenant: Tenant) -> None:
    """Step 4 fails with the page as evidence, and the job waits for its company again."""
    async with at_step_6(tenant, "kai@example.nz") as (kai,):
        waiting = await _reads_an_entry(tenant, kai, "changed_layout")
        job = await _job(kai)
        assert (job.status, job.register_failure) == (JobStatus.ACTION_REQUIRED, RegisterFailure.NOT_READABLE)
        assert (await waiting.answer(ChooseCompany(company_number=KERERU_NUMBER), visit=2)).accepted
        await read_company.fn(kai.job)
        assert (await _job(kai)).steps[Step.COMPANY_DETAILS].status is StepStatus.COMPLETED


async def test_the_patience_goes_on_in_the_next_process(tenant: Tenant) -> None:
    """A process that began to wait long ago has died: the step fails after one more attempt."""
    async with at_step_6(tenant, "kai@example.nz") as (kai,):
        name = f"Kai {uuid4().hex}"
        await kai.query("update restaurants set name = :name where id = :id", name=name, id=kai.restaurant_id)
        await _unavailable(kai, name)
        await kai.query(
            "update registration_job_steps set status = 'retrying', retry_count = 7,"
            " unanswered_since = clock_timestamp() - interval '1 hour' where job_id = :job and step_number = 2"
        )
        await search_register.fn(kai.job)
        [step] = await kai.query(
            "select status, error_message, unanswered_since, result_data from registration_job_steps"
            " where job_id = :job and step_number = 2"
        )
        assert (step["status"], step["unanswered_since"]) == ("failed", None)
        assert step["result_data"] == {"failure": "no_answer"}
        assert step["error_message"] == "no answer within 15 min: the register answered with status 503"


async def test_a_name_without_letters_is_not_searched(tenant: Tenant) -> None:
    """A query without a letter would match companies by chance: a person searches by other words."""
    async with at_step_6(tenant, "kai@example.nz") as (kai,):
        pictures = "\N{SLICE OF PIZZA}\N{HAMBURGER}"
        await kai.query(
            "update restaurants set name = :name, address = null where id = :id", name=pictures, id=kai.restaurant_id
        )
        await search_register.fn(kai.job)
        assert (await _job(kai)).steps[Step.SEARCH].status is StepStatus.COMPLETED
        [search] = await kai.query(
            "select candidate_count, search_queries from companies_office_search_candidates"
            " where registration_job_id = :job"
        )
        assert (search["candidate_count"], search["search_queries"]["restaurant_name"]) == (0, "")


async def test_a_repeated_search_that_fails_leaves_the_old_candidates(tenant: Tenant) -> None:
    """Step 2 is completed with the error in its result: the gate shows both."""
    async with at_step_6(tenant, "kai@example.nz", outage_patience_seconds=BRIEF) as (kai,):
        name = "Kereru Kitchen"
        await kai.query("update restaurants set name = :name where id = :id", name=name, id=kai.restaurant_id)
        await search_register.fn(kai.job)
        await _unavailable(kai, await _again(tenant, kai))
        await search_register.fn(kai.job)
        job = await _job(kai)
        assert (job.status, job.steps[Step.SEARCH].status) == (JobStatus.IN_PROGRESS, StepStatus.COMPLETED)
        rows = await kai.query(
            "select visit, status from companies_office_search_candidates"
            " where registration_job_id = :job order by visit"
        )
        assert [tuple(row.values()) for row in rows] == [(1, "awaiting_selection"), (2, "failed")]


async def test_a_repeated_search_without_old_candidates_fails_the_step(tenant: Tenant) -> None:
    """A retry after a failed first search: there are no candidates to show."""
    async with at_step_6(tenant, "kai@example.nz", outage_patience_seconds=BRIEF) as (kai,):
        name = f"Kai {uuid4().hex}"
        await kai.query("update restaurants set name = :name where id = :id", name=name, id=kai.restaurant_id)
        await _unavailable(kai, name)
        for _ in range(2):
            await search_register.fn(kai.job)
            assert (await _job(kai)).steps[Step.SEARCH].status is StepStatus.FAILED
            async with tenant.database.transaction(tenant.organisation_id) as transaction:
                await reopen(transaction, kai.job.job_id, Step.SEARCH, StepStatus.PENDING, Attribution("Mere", "retry"))


async def test_a_cancelled_job_waits_for_no_slow_register(tenant: Tenant) -> None:
    """The search is abandoned as soon as the job is cancelled."""
    async with at_step_6(tenant, "kai@example.nz") as (kai,):
        name = f"Kai {uuid4().hex}"
        await kai.query("update restaurants set name = :name where id = :id", name=name, id=kai.restaurant_id)
        fault = {"restaurant": name, "endpoint": "register-search", "kind": "hang"}
        (await kai.control.post("/sandbox/faults", json=fault)).raise_for_status()
        searching = asyncio.create_task(search_register.fn(kai.job))
        await kai.context.watch.until(lambda view: _step_2(view, kai) is StepStatus.IN_PROGRESS)
        await kai.query("update registration_jobs set stop_requested_at = clock_timestamp() where id = :job")
        async with asyncio.timeout(HANG):
            assert (await searching).is_cancelled()


async def test_the_parts_that_the_register_does_not_show_are_listed(tenant: Tenant) -> None:
    """It is stored as not shown, also in the result of the step, which differs from having none."""
    async with at_step_6(tenant, "kai@example.nz") as (kai,):
        await _reads_an_entry(tenant, kai, "missing_panel")
        [step] = await kai.query(
            "select status, result_data from registration_job_steps where job_id = :job and step_number = :number",
            number=Step.COMPANY_DETAILS.value,
        )
        [saved] = await kai.query(
            "select additional_contacts_metadata as data from restaurants where id = :id", id=kai.restaurant_id
        )
    assert (step["status"], step["result_data"]["not_shown"]) == ("completed", ["shareholders"])
    assert saved["data"]["register"]["missing"] == ["shareholders"]
