"""Companies that are clearly best, taken without a person where the organisation has switched that on."""

from uuid import uuid4

import pytest

from registration.gates.decisions import ChooseCompany, NoMatch, SearchAgain
from registration.gates.policies import organisation_settings, select_clear_match, set_auto_select
from registration.states import StepStatus
from registration.workflow.step_queries import advance, reopen
from registration.workflow.steps import Step
from registration.workflow.transition_queries import Attribution
from tests.registration.at_gate import NUMBERS, QUERY, AtGate, at_company_gate, searched
from tests.registration.tenant import Tenant

MERE = Attribution("Mere")


@pytest.fixture
async def on(tenant: Tenant) -> Tenant:
    """An organisation that has switched it on."""
    await set_auto_select(tenant.database, tenant.organisation_id, on=True, attribution=MERE)
    return tenant


async def _policy(job: AtGate) -> bool:
    async with job.tenant.database.transaction(job.tenant.organisation_id) as transaction:
        return await select_clear_match(transaction, await job.job())


async def test_it_is_off_until_somebody_switches_it_on(tenant: Tenant) -> None:
    """Another organisation's switch is no switch; who switched is recorded."""
    [job] = await searched(tenant, {})
    await set_auto_select(tenant.database, uuid4(), on=True, attribution=MERE)
    assert not await _policy(job)
    assert await job.decisions() == []
    for on in (True, False):
        await set_auto_select(tenant.database, tenant.organisation_id, on=on, attribution=MERE)
        found = await organisation_settings(tenant.database, tenant.organisation_id)
        assert found.auto_select_clear_matches is on
    assert not await _policy(job)
    told = await job.query("select what, actor from registration_events where what like 'auto_select%' order by id")
    assert {(one["what"], one["actor"]) for one in told} == {
        ("auto_select_clear_matches switched on", "Mere"),
        ("auto_select_clear_matches switched off", "Mere"),
    }


async def test_what_is_clear_never_arrives(on: Tenant) -> None:
    """It is decided by the policy, with the question that a person would have seen."""
    [job] = await searched(on, {})
    assert await _policy(job)
    assert await job.letters() == "pccppp"
    [decision] = await job.decisions()
    assert (decision["decided_by"], decision["source"]) == ("auto_select_clear_matches", "policy")
    assert (decision["accepted"], decision["answer"]["company_number"]) == (True, NUMBERS[0])
    assert decision["shown"]["preset"] == f"KAI {NUMBERS[0]} LIMITED · {NUMBERS[0]}"
    assert NUMBERS[1] in str(decision["shown"]["choices"])
    late = await job.answer(NoMatch())
    assert str(late.reason).startswith("already decided by auto_select_clear_matches (policy)")
    assert not await _policy(job), "a second time there is nothing to decide"


@pytest.mark.parametrize(
    "unclear",
    [
        "preselected_company_number = null",
        'source_errors = jsonb_set(source_errors, \'{address}\', \'{"state": "failed", "error": "503"}\')',
        "source_errors = '{}'",
    ],
)
async def test_what_is_not_clear_waits_for_a_person(on: Tenant, unclear: str) -> None:
    """No candidate is clearly best, a part of the search failed, what was found cannot be read."""
    [job] = await searched(on, {})
    await job.query(f"update companies_office_search_candidates set {unclear} where registration_job_id = :job")
    assert not await _policy(job)
    assert await job.letters() == "pcpppp"


async def test_nothing_is_decided_while_the_register_is_searched_once_more(on: Tenant) -> None:
    """A person asked for another search in the moment in which the policy looked at the job."""
    [job] = await searched(on, {})
    seen = await job.job()
    async with on.database.transaction(on.organisation_id) as transaction:
        await reopen(transaction, job.job_id, Step.SEARCH, StepStatus.PENDING, MERE)
        assert not await select_clear_match(transaction, seen)


async def test_whom_a_person_sent_back_a_person_decides(on: Tenant) -> None:
    """A search with other words, and a choice that was opened once more because it was wrong."""
    again = await at_company_gate(on)
    assert (await again.answer(SearchAgain(query=QUERY))).accepted
    [wrong] = await searched(on, {})
    assert await _policy(wrong)
    async with on.database.transaction(on.organisation_id) as transaction:
        for status in (StepStatus.IN_PROGRESS, StepStatus.COMPLETED):
            await advance(transaction, again.job_id, Step.SEARCH, status)
        await reopen(transaction, wrong.job_id, Step.COMPANY_SELECTION, StepStatus.PENDING, MERE)
    assert [await _policy(one) for one in (again, wrong)] == [False, False]


async def test_a_query_that_was_confirmed_is_no_sending_back(on: Tenant) -> None:
    """With confirmed queries the first search is the second visit of the gate."""
    [job] = await searched(on, {})
    await job.query(
        "insert into registration_decisions (organisation_id, job_id, gate, visit, answer, shown, decided_by, source,"
        " accepted) select organisation_id, id, 'company-selection', 1, '{\"kind\": \"confirm_query\"}', '{}', 'Mere',"
        " 'cli', true from registration_jobs where id = :job"
    )
    await job.query("update registration_job_steps set visit = 2 where job_id = :job and step_number = 3")
    assert await _policy(job)


async def test_who_has_arrived_is_left_to_the_person(on: Tenant) -> None:
    """It was switched on while somebody waited; nothing is recorded of what the policy would have liked."""
    waiting = await at_company_gate(on)
    assert not await _policy(waiting)
    assert await waiting.decisions() == []
    assert (await waiting.answer(ChooseCompany(company_number=NUMBERS[1]))).accepted
