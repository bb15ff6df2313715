"""What each answer at the company gate does to the job."""

import pytest

from registration.companies.models import RegisterQuery
from registration.companies.queries import latest_searches
from registration.gates.decisions import ChooseCompany, ConfirmQuery, EnterByHand, ManualCompany, NoMatch, SearchAgain
from registration.gates.queries import last_query
from registration.gates.round_queries import last_refusals
from registration.gates.rounds import Details
from registration.states import JobStatus, StepStatus
from registration.workflow.step_queries import arrive_at, reopen
from registration.workflow.steps import Step
from registration.workflow.transition_queries import Attribution
from tests.registration.at_gate import GATES, NUMBERS, QUERY, AtGate, at_company_gate
from tests.registration.tenant import Tenant

OTHER = RegisterQuery(name="Kai Trading", street="", city="")


@pytest.fixture
async def waiting(tenant: Tenant) -> AtGate:
    """A job with two candidates."""
    return await at_company_gate(tenant)


async def test_a_candidate_is_chosen(waiting: AtGate) -> None:
    """The search remembers it for step 4, which comes next."""
    assert (await waiting.answer(ChooseCompany(company_number=NUMBERS[1]))).accepted
    assert await waiting.letters() == "pccppp"
    [search] = await waiting.query("select * from companies_office_search_candidates where registration_job_id = :job")
    assert (search["status"], search["selected_company_number"]) == ("selected", NUMBERS[1])
    assert (await waiting.job()).status is JobStatus.IN_PROGRESS


async def test_a_company_that_is_no_candidate_is_refused(waiting: AtGate, tenant: Tenant) -> None:
    """Recorded with its reason for the next round; the job goes on waiting."""
    verdict = await waiting.answer(ChooseCompany(company_number="9"))
    reason = "company 9 is not among the candidates of the latest search"
    assert (verdict.accepted, verdict.reason) == (False, reason)
    assert await waiting.letters() == "pcappp"
    [decision] = await waiting.decisions()
    assert (decision["accepted"], decision["refused_reason"]) == (False, reason)
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        refused = await last_refusals(transaction, {waiting.job_id: 1}, GATES[waiting.step])
    assert refused[waiting.job_id].reason == reason
    assert (await waiting.answer(NoMatch())).accepted


async def test_nothing_is_chosen_while_the_register_is_searched_once_more(waiting: AtGate, tenant: Tenant) -> None:
    """A person asked for that just before the job arrived: step 2 would stay open for ever behind the choice."""
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        said = Attribution("Mere", "another name")
        await reopen(transaction, waiting.job_id, Step.SEARCH, StepStatus.PENDING, said)
    verdict = await waiting.answer(ChooseCompany(company_number=NUMBERS[0]))
    reason = "the register is searched once more; choose from what that finds"
    assert (verdict.accepted, verdict.reason) == (False, reason)
    assert await waiting.letters() == "ppappp"


async def test_no_match_skips_step_four(waiting: AtGate) -> None:
    """The job goes on without a company."""
    await waiting.answer(NoMatch())
    assert await waiting.letters() == "pccspp"
    [search] = await waiting.query("select * from companies_office_search_candidates where registration_job_id = :job")
    assert (search["status"], search["selected_company_number"]) == ("no_match", None)


async def test_details_by_hand_are_saved_on_the_restaurant(waiting: AtGate) -> None:
    """What was typed; what was left blank stays as it was. Step 4 is skipped with the reason."""
    await waiting.query("update restaurants set gst_number = '123-456-789' where id = :restaurant")
    details = ManualCompany.model_validate(
        {"contact_name": "Hemi Tane", "company_name": "Kai Ltd", "contact_phone": "09 379 1234", "gst_number": ""}
    )
    assert (await waiting.answer(EnterByHand(details=details))).accepted
    assert await waiting.letters() == "pccspp"
    restaurant = await waiting.restaurant()
    assert (restaurant["contact_name"], restaurant["company_name"]) == ("Hemi Tane", "Kai Ltd")
    assert (restaurant["contact_phone"], restaurant["gst_number"]) == ("+6493791234", "123-456-789")
    [step] = await waiting.query(
        "select result_data from registration_job_steps where job_id = :job and step_number = 4"
    )
    assert step["result_data"] == {"skipped": "entered by hand"}


@pytest.mark.parametrize("answer", [NoMatch(), EnterByHand(details=ManualCompany(contact_name="Hemi Tane"))])
async def test_without_a_company_an_earlier_ones_director_is_no_contact(
    waiting: AtGate, answer: NoMatch | EnterByHand
) -> None:
    """What its entry gave goes, so that nobody's account is made with a stranger's e-mail; typed values stay."""
    await waiting.query(
        "update restaurants set company_name = 'WRONG LIMITED', contact_email = 'rei@wrong.example',"
        " contact_phone = '+6493791234', additional_contacts_metadata ="
        """ '{"written": {"company_name": "WRONG LIMITED", "contact_email": "rei@wrong.example"}}'"""
        " where id = :restaurant"
    )
    assert (await waiting.answer(answer)).accepted
    restaurant = await waiting.restaurant()
    assert (restaurant["company_name"], restaurant["contact_email"]) == (None, None)
    assert restaurant["contact_phone"] == "+6493791234"


@pytest.mark.parametrize(
    "answer, asked", [(SearchAgain(), Details.SEARCH_AGAIN), (EnterByHand(), Details.ENTER_BY_HAND)]
)
async def test_a_choice_with_dots_asks_for_its_details(
    waiting: AtGate, answer: SearchAgain | EnterByHand, asked: Details
) -> None:
    """It is an accepted decision and raises the visit; the next round asks only for the details."""
    assert (await waiting.answer(answer)).accepted
    job = await waiting.job()
    step = job.steps[Step.COMPANY_SELECTION]
    assert (step.visit, step.requested_details, job.status) == (2, asked, JobStatus.ACTION_REQUIRED)
    assert await waiting.letters() == "pcappp"
    assert step.arrived_at is not None
    assert (await waiting.answer(NoMatch(), visit=2)).accepted


async def test_searching_again_reopens_the_search(waiting: AtGate, tenant: Tenant) -> None:
    """With the new query, in the next visit of step 2; the gate waits for its end in its own next visit."""
    assert (await waiting.answer(SearchAgain(query=OTHER))).accepted
    steps = (await waiting.job()).steps
    assert await waiting.letters() == "pppppp"
    assert (steps[Step.SEARCH].visit, steps[Step.COMPANY_SELECTION].visit) == (2, 2)
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        assert await last_query(transaction, waiting.job_id) == OTHER.model_dump()
        found = await latest_searches(transaction, [waiting.job_id])
    assert len(found[waiting.job_id]().outcome.candidates) == 2


async def test_the_query_of_the_latest_visit_counts(waiting: AtGate, tenant: Tenant) -> None:
    """Searched again and again: the last one typed is searched."""
    await waiting.answer(SearchAgain(query=OTHER))
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await arrive_at(transaction, waiting.job_id, Step.COMPANY_SELECTION)
    await waiting.answer(SearchAgain(query=QUERY), visit=2)
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        assert await last_query(transaction, waiting.job_id) == QUERY.model_dump()


async def test_a_query_is_confirmed_before_the_first_search(tenant: Tenant) -> None:
    """Nothing was searched, so neither a company nor "no match" can be the answer; step 2 keeps its first visit."""
    restaurant_id, _ = await tenant.restaurant()
    batch_id, jobs = await tenant.batch(restaurant_id)
    first = AtGate(tenant, batch_id, jobs[restaurant_id], restaurant_id, Step.COMPANY_SELECTION)
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await arrive_at(transaction, first.job_id, Step.COMPANY_SELECTION, Details.CONFIRM_QUERY)
    for answer in (ChooseCompany(company_number=NUMBERS[0]), NoMatch()):
        assert (await first.answer(answer)).reason == "nothing was searched yet; confirm the query first"
    assert (await first.answer(ConfirmQuery(query=QUERY))).accepted
    steps = (await first.job()).steps
    assert await first.letters() == "pppppp"
    assert (steps[Step.SEARCH].visit, steps[Step.COMPANY_SELECTION].visit) == (1, 2)
