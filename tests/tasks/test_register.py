"""Step 2: a first search that fails is a failure, a repeated one leaves the old candidates. Step 4: what is missing."""

import asyncio
from uuid import uuid4

import pytest

from registration.companies.models import RegisterQuery
from registration.errors import RegisterUnavailable
from registration.gates.decisions import ChooseCompany, SearchAgain
from registration.states import JobStatus, StepStatus
from registration.workflow.snapshot import BatchView, JobView
from registration.workflow.step_queries import arrive_at, reopen
from registration.workflow.steps import Step
from registration.workflow.transition_queries import Attribution
from tasks.company_search import read_company, search_register
from tests.registration.at_gate import AtGate
from tests.registration.companies.nzbn.nzbn_place import KERERU_NUMBER
from tests.registration.place import Place
from tests.tasks.at_step_6 import AtStep6, at_step_6
from tests.waiting import HANG


async def _search(restaurant: AtStep6, times: int = 4) -> None:
    """As often as Prefect runs the task."""
    for _ in range(times - 1):
        with pytest.raises(RegisterUnavailable):
            await search_register.fn(restaurant.job)
    await search_register.fn(restaurant.job)


async def _job(restaurant: AtStep6) -> JobView:
    return (await restaurant.context.watch.refresh()).jobs[restaurant.job.job_id]


def _step_2(view: BatchView, restaurant: AtStep6) -> StepStatus:
    return view.jobs[restaurant.job.job_id].steps[Step.SEARCH].status


async def _again(place: Place, restaurant: AtStep6) -> str:
    """A person searches again by a name that nobody else looks for; returns that name."""
    name = f"Kai {uuid4().hex}"
    ref = restaurant.job
    async with place.database.transaction(place.organisation_id) as connection:
        await arrive_at(connection, place.organisation_id, ref.job_id, Step.COMPANY_SELECTION)
    waiting = AtGate(place, ref.batch_id, ref.job_id, restaurant.restaurant_id, Step.COMPANY_SELECTION)
    assert (await waiting.answer(SearchAgain(query=RegisterQuery(name=name)))).accepted
    return name


async def _unavailable(restaurant: AtStep6, name: str) -> None:
    fault = {"restaurant": name, "endpoint": "register-search", "kind": "unavailable"}
    (await restaurant.control.post("/sandbox/faults", json=fault)).raise_for_status()


async def test_a_first_search_that_fails_fails_the_job(place: Place) -> None:
    """The register is away: never "no match"."""
    async with at_step_6(place, "kai@example.nz") as (kai,):
        name = f"Kai {uuid4().hex}"
        await kai.query("update restaurants set name = :name where id = :id", name=name, id=kai.restaurant_id)
        await _unavailable(kai, name)
        for _ in range(4):
            with pytest.raises(RegisterUnavailable):
                await search_register.fn(kai.job)
        steps = (await _job(kai)).steps
        assert steps[Step.SEARCH].status is StepStatus.FAILED
        assert all(steps[later].status is StepStatus.SKIPPED for later in Step if later > Step.SEARCH)


async def test_nothing_is_asked_about_a_name_of_pictures(place: Place) -> None:
    """Without a letter it would find companies by chance: a person searches by something else."""
    async with at_step_6(place, "kai@example.nz") as (kai,):
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


async def test_a_repeated_search_that_fails_leaves_the_old_candidates(place: Place) -> None:
    """Step 2 is completed with the error in its result: the gate shows both."""
    async with at_step_6(place, "kai@example.nz") as (kai,):
        await search_register.fn(kai.job)
        await _unavailable(kai, await _again(place, kai))
        await _search(kai)
        job = await _job(kai)
        assert (job.status, job.steps[Step.SEARCH].status) == (JobStatus.IN_PROGRESS, StepStatus.COMPLETED)
        rows = await kai.query(
            "select visit, status from companies_office_search_candidates"
            " where registration_job_id = :job order by visit"
        )
        assert [tuple(row.values()) for row in rows] == [(1, "awaiting_selection"), (2, "failed")]


async def test_a_repeated_search_without_old_candidates_fails_the_job(place: Place) -> None:
    """Retried after a failed first one: there is nothing that could be shown."""
    async with at_step_6(place, "kai@example.nz") as (kai,):
        name = f"Kai {uuid4().hex}"
        await kai.query("update restaurants set name = :name where id = :id", name=name, id=kai.restaurant_id)
        await _unavailable(kai, name)
        for _ in range(2):
            for _ in range(4):
                with pytest.raises(RegisterUnavailable):
                    await search_register.fn(kai.job)
            assert (await _job(kai)).steps[Step.SEARCH].status is StepStatus.FAILED
            async with place.database.transaction(place.organisation_id) as connection:
                retry = (connection, place.organisation_id, kai.job.job_id, Step.SEARCH, StepStatus.PENDING)
                await reopen(*retry, Attribution("Mere", "retry"))


async def test_a_cancelled_job_waits_for_no_slow_register(place: Place) -> None:
    """The search is given up as soon as the job is told to stop."""
    async with at_step_6(place, "kai@example.nz") as (kai,):
        name = f"Kai {uuid4().hex}"
        await kai.query("update restaurants set name = :name where id = :id", name=name, id=kai.restaurant_id)
        fault = {"restaurant": name, "endpoint": "register-search", "kind": "hang"}
        (await kai.control.post("/sandbox/faults", json=fault)).raise_for_status()
        searching = asyncio.create_task(search_register.fn(kai.job))
        await kai.context.watch.until(lambda view: _step_2(view, kai) is StepStatus.IN_PROGRESS)
        await kai.query("update registration_jobs set stop_requested_at = clock_timestamp() where id = :job")
        async with asyncio.timeout(HANG):
            assert (await searching).is_cancelled()


async def test_what_the_register_does_not_show_is_said_of_a_company(place: Place) -> None:
    """It is saved as missing, and in the result of the step: not the same as having none."""
    async with at_step_6(place, "kai@example.nz") as (kai,):
        name = "Kereru Kitchen"
        await kai.query("update restaurants set name = :name where id = :id", name=name, id=kai.restaurant_id)
        await search_register.fn(kai.job)
        async with place.database.transaction(place.organisation_id) as connection:
            await arrive_at(connection, place.organisation_id, kai.job.job_id, Step.COMPANY_SELECTION)
        waiting = AtGate(place, kai.job.batch_id, kai.job.job_id, kai.restaurant_id, Step.COMPANY_SELECTION)
        assert (await waiting.answer(ChooseCompany(company_number=KERERU_NUMBER))).accepted
        fault = {"restaurant": KERERU_NUMBER, "endpoint": "register-detail", "kind": "missing_panel", "times": 1}
        (await kai.control.post("/sandbox/faults", json=fault)).raise_for_status()
        await read_company.fn(kai.job)
        [step] = await kai.query(
            "select status, result_data from registration_job_steps where job_id = :job and step_number = :number",
            number=Step.COMPANY_DETAILS.value,
        )
        [saved] = await kai.query(
            "select additional_contacts_metadata as data from restaurants where id = :id", id=kai.restaurant_id
        )
    assert (step["status"], step["result_data"]["not_shown"]) == ("completed", ["shareholders"])
    assert saved["data"]["register"]["missing"] == ["shareholders"]
