"""The entry of the chosen company is shown at the configuration gate; a person makes a director the contact."""

from uuid import UUID

from registration.companies.queries import latest_searches
from registration.gates.config_contexts import config_contexts
from registration.gates.decisions import Change, ChooseCompany, GoAhead
from registration.gates.questions.config_evidence import config_evidence
from registration.gates.questions.contexts import ConfigContext
from registration.reporting.history_queries import read_history
from registration.workflow.snapshot_queries import read_snapshot
from registration.workflow.step_queries import arrive_at
from registration.workflow.steps import Step
from tasks.company_search import read_company, search_register
from tasks.job_progress import arrive, preflight
from tests.registration.at_gate import AtGate
from tests.registration.tenant import Tenant
from tests.tasks.at_step_6 import AtStep6, at_step_6

_READY = """
    update restaurants set name = 'Kereru Kitchen', address = '1 Queen Street, Auckland', website_og_image = 'https://x',
        opening_hours = '[{"day": "Friday", "hours": {"open": "11:00", "close": "21:00"}}]' where id = :id
"""


async def _choose_company(tenant: Tenant, kai: AtStep6) -> None:
    """Search, choose the best company, and read its entry."""
    await kai.query(_READY, id=kai.restaurant_id)
    await kai.query("update registration_job_steps set status = 'skipped' where job_id = :job and step_number = 1")
    await search_register.fn(kai.job)
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await arrive_at(transaction, kai.job.job_id, Step.COMPANY_SELECTION)
        found = (await latest_searches(transaction, [kai.job.job_id]))[kai.job.job_id]().outcome.candidates
    answer = ChooseCompany(company_number=found[0].company.company_number)
    assert (await _gate(tenant, kai, Step.COMPANY_SELECTION).answer(answer)).accepted
    await read_company.fn(kai.job)
    await arrive(kai.job, Step.YOLO_CONFIG)


def _gate(tenant: Tenant, kai: AtStep6, step: Step) -> AtGate:
    return AtGate(tenant, kai.job.batch_id, kai.job.job_id, kai.restaurant_id, step)


async def _context(tenant: Tenant, batch_id: UUID, job_id: UUID) -> ConfigContext:
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        view = (await read_snapshot(transaction, batch_id)).jobs[job_id]
        [context] = await config_contexts(transaction, (view,))
    assert isinstance(context, ConfigContext)
    return context


async def test_a_director_becomes_the_contact_once_a_person_goes_ahead(tenant: Tenant) -> None:
    """Before that the restaurant has none; afterwards it is known that the name is the register's."""
    async with at_step_6(tenant, "kai@example.nz") as (kai,):
        await _choose_company(tenant, kai)
        [before] = await kai.query("select contact_name from restaurants where id = :id", id=kai.restaurant_id)
        assert before["contact_name"] is None
        context = await _context(tenant, kai.job.batch_id, kai.job.job_id)
        assert context.entry is not None
        director = context.entry.contacts[0]
        assert context.config.onboarding.user_name == director
        assert "proposed: a director on the register" in config_evidence(context).replace("\\", "")
        assert (await _gate(tenant, kai, Step.YOLO_CONFIG).answer(GoAhead(proposed=context.config))).accepted
        assert await preflight(kai.job)
        [after] = await kai.query(
            "select contact_name, additional_contacts_metadata #>> '{written,contact_name}' as written"
            " from restaurants where id = :id",
            id=kai.restaurant_id,
        )
        assert after == {"contact_name": director, "written": director}


async def test_a_picked_person_becomes_the_contact_in_place_of_the_proposed_one(tenant: Tenant) -> None:
    """Also in place of one that a person typed before; it is known that the name is the register's."""
    async with at_step_6(tenant, "kai@example.nz") as (kai,):
        await _choose_company(tenant, kai)
        await kai.query("update restaurants set contact_name = 'Typed Before' where id = :id", id=kai.restaurant_id)
        context = await _context(tenant, kai.job.batch_id, kai.job.job_id)
        assert context.entry is not None
        picked = next(reversed(context.entry.people))
        gate = _gate(tenant, kai, Step.YOLO_CONFIG)
        assert (await gate.answer(Change(contact=picked))).accepted
        asked = await _context(tenant, kai.job.batch_id, kai.job.job_id)
        assert asked.config.onboarding.user_name == picked
        assert (await gate.answer(GoAhead(proposed=asked.config, contact=picked), visit=2)).accepted
        assert await preflight(kai.job)
        [after] = await kai.query(
            "select contact_name, additional_contacts_metadata #>> '{written,contact_name}' as written"
            " from restaurants where id = :id",
            id=kai.restaurant_id,
        )
        assert after == {"contact_name": picked, "written": picked}


async def test_the_entry_is_in_the_history_of_the_job(tenant: Tenant) -> None:
    """While its company is the chosen one."""
    async with at_step_6(tenant, "kai@example.nz") as (kai,):
        await _choose_company(tenant, kai)
        async with tenant.database.transaction(tenant.organisation_id) as transaction:
            entry = (await read_history(transaction, kai.job.job_id)).entry
        assert entry is not None
        assert entry.directors
        await kai.query("update registration_job_steps set status = 'skipped' where job_id = :job and step_number = 4")
        async with tenant.database.transaction(tenant.organisation_id) as transaction:
            assert (await read_history(transaction, kai.job.job_id)).entry is None
