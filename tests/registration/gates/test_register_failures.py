"""What a person can do about a job whose search failed, or whose company's entry could not be read."""

import asyncio

import pytest

from registration.batches.pending_queries import pending_actions
from registration.gates.company_decisions import ask_again
from registration.gates.decisions import (
    ChooseCompany,
    ConfirmQuery,
    EnterByHand,
    LeaveOut,
    ManualCompany,
    NoMatch,
    SearchAgain,
)
from registration.gates.open_questions import open_questions
from registration.gates.policies import select_clear_match, set_auto_select
from registration.gates.questions.contexts import CompanyContext
from registration.gates.questions.facts import company_facts
from registration.operations.retry import retry
from registration.operations.retry_request import RetryRequest
from registration.states import JobStatus, StepStatus
from registration.workflow.register_failures import RegisterFailure
from registration.workflow.skips import StepSkip
from registration.workflow.snapshot import waits_for
from registration.workflow.step_queries import advance, arrive_at, skip_steps
from registration.workflow.steps import Step
from registration.workflow.transition_queries import Attribution
from tests.registration.at_gate import NUMBERS, QUERY, AtGate, at_company_gate, at_gate_after_failed_search, fail
from tests.registration.tenant import Tenant

MERE = Attribution("Mere")
BY_HAND = EnterByHand(details=ManualCompany(contact_name="Hemi Tane"))


async def _retry(waiting: AtGate, from_step: int | None = None) -> None:
    async def gone(*_: object) -> str | None:
        return None

    tenant, request = waiting.tenant, RetryRequest.read(from_step, (), ())
    await retry(tenant.database, tenant.organisation_id, waiting.job_id, request, MERE, gone)


async def test_a_failed_search_is_not_shown_as_nothing_found(tenant: Tenant) -> None:
    """The question says what failed and when, has the fields of another search, and no preselected answer."""
    waiting = await at_gate_after_failed_search(tenant)
    job = await waiting.job()
    assert (job.status, waits_for(job)) == (
        JobStatus.ACTION_REQUIRED,
        "Company Selection: the register did not answer",
    )
    [asked] = await open_questions(tenant.database, tenant.organisation_id, waiting.batch_id)
    labels = [choice.label for choice in asked.question.choices]
    assert labels == [
        "Search with the details below",
        "No match",
        "Enter by hand…",
        "Decide later",
        "Leave this restaurant out",
    ]
    assert (asked.question.preset, asked.recommended) == ("Decide later", None)
    assert asked.question.prefilled == QUERY.model_dump()
    assert asked.question.evidence.startswith("**The register did not answer:** status 503 \\(")
    assert "No candidates" not in asked.question.evidence
    assert isinstance(asked.context, CompanyContext)
    assert company_facts(asked.context)["in the way"].startswith("the register did not answer: status 503 (")
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        [pending] = await pending_actions(transaction)
    assert (pending.what, pending.count, pending.unread) == ("company-selection", 1, 1)


@pytest.mark.parametrize(
    "failure, text",
    [
        (RegisterFailure.NOT_READABLE, "a page of the register could not be read"),
        (RegisterFailure.OTHER, "the register gave no result"),
    ],
)
async def test_the_kind_of_failure_is_named(tenant: Tenant, failure: RegisterFailure, text: str) -> None:
    """Apart from an outage: a page that has changed, and an installation that cannot search."""
    waiting = await at_gate_after_failed_search(tenant, failure)
    assert (await waiting.job()).register_failure is failure
    [asked] = await open_questions(tenant.database, tenant.organisation_id, waiting.batch_id)
    assert asked.question.evidence.startswith(f"**{text.capitalize()}:** ")


@pytest.mark.parametrize("answer", [NoMatch(), BY_HAND])
async def test_a_job_goes_on_without_the_register(tenant: Tenant, answer: NoMatch | EnterByHand) -> None:
    """Step 2 stays failed with its error; the job ends as completed, and has nothing left to retry."""
    waiting = await at_gate_after_failed_search(tenant)
    assert (await waiting.answer(answer)).accepted
    assert await waiting.letters() == "pfcspp"
    await waiting.query("update registration_sub_steps set status = 'completed' where job_id = :job")
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        for step in (Step.EXTRACTION, Step.YOLO_CONFIG, Step.SET_UP):
            for status in (StepStatus.IN_PROGRESS, StepStatus.COMPLETED):
                await advance(transaction, waiting.job_id, step, status)
            await advance(transaction, waiting.job_id, step, StepStatus.COMPLETED)
    job = await waiting.job()
    assert (job.status, job.error_message) == (JobStatus.COMPLETED, None)
    [step] = await waiting.query(
        "select error_message from registration_job_steps where job_id = :job and step_number = 2"
    )
    assert step["error_message"] == "status 503"


async def test_another_search_reopens_step_2(tenant: Tenant) -> None:
    """The failure of the earlier search is gone with its visit."""
    waiting = await at_gate_after_failed_search(tenant)
    assert (await waiting.answer(SearchAgain(query=QUERY))).accepted
    steps = (await waiting.job()).steps
    assert await waiting.letters() == "pppppp"
    assert (steps[Step.SEARCH].visit, steps[Step.SEARCH].failure) == (2, None)


async def test_a_restaurant_without_a_search_is_left_out(tenant: Tenant) -> None:
    """A person decided that: it is no failure of the job."""
    waiting = await at_gate_after_failed_search(tenant)
    assert (await waiting.answer(LeaveOut())).accepted
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await skip_steps(transaction, waiting.job_id, tuple(Step), "Mere", StepSkip.LEFT_OUT)
    assert (await waiting.job()).status is JobStatus.SKIPPED


async def test_no_company_can_be_chosen_that_nobody_found(tenant: Tenant) -> None:
    """An answer file can name any company."""
    waiting = await at_gate_after_failed_search(tenant)
    verdict = await waiting.answer(ChooseCompany(company_number=NUMBERS[0]))
    assert not verdict.accepted
    assert verdict.reason == f"company {NUMBERS[0]} is not among the candidates of the latest search"


async def test_two_concurrent_answers_are_decided_once(tenant: Tenant) -> None:
    """One of two channels is first; the answer of the other is refused."""
    waiting = await at_gate_after_failed_search(tenant)
    verdicts = await asyncio.gather(waiting.answer(BY_HAND), waiting.answer(SearchAgain(query=QUERY), by="Rangi"))
    assert sorted(verdict.accepted for verdict in verdicts) == [False, True]
    accepted = [decision for decision in await waiting.decisions() if decision["accepted"]]
    assert len(accepted) == 1


async def test_no_policy_decides_about_a_failed_search(tenant: Tenant) -> None:
    """The organisation has switched the policy on."""
    await set_auto_select(tenant.database, tenant.organisation_id, on=True, attribution=MERE)
    restaurant_id, _ = await tenant.restaurant()
    batch_id, jobs = await tenant.batch(restaurant_id)
    job = AtGate(tenant, batch_id, jobs[restaurant_id], restaurant_id, Step.COMPANY_SELECTION)
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await fail(transaction, job, Step.SEARCH, RegisterFailure.NO_ANSWER)
        assert not await select_clear_match(transaction, await job.job())
    assert await job.letters() == "pfpppp"


async def test_a_retry_of_the_search_withdraws_the_question(tenant: Tenant) -> None:
    """The person has asked for another search by the command line."""
    waiting = await at_gate_after_failed_search(tenant)
    await _retry(waiting, 2)
    assert await waiting.letters() == "pppppp"
    late = await waiting.answer(NoMatch())
    assert not late.accepted


async def test_a_job_that_an_earlier_version_failed_is_retried_from_step_3(tenant: Tenant) -> None:
    """Its later steps were skipped because of the failed search; now a person is asked."""
    waiting = await at_gate_after_failed_search(tenant)
    await _fail_as_before(waiting)
    await _retry(waiting, 3)
    assert await waiting.letters() == "cfpppp"
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await arrive_at(transaction, waiting.job_id, Step.COMPANY_SELECTION)
    assert (await waiting.job()).register_failure is RegisterFailure.NO_ANSWER


async def _fail_as_before(waiting: AtGate) -> None:
    tenant = waiting.tenant
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        for status in (StepStatus.IN_PROGRESS, StepStatus.COMPLETED):
            await advance(transaction, waiting.job_id, Step.EXTRACTION, status)
        why = StepSkip.EARLIER_STEP_FAILED
        await skip_steps(transaction, waiting.job_id, tuple(Step), "pipeline", why, "Contact Details Search")


async def test_an_entry_that_cannot_be_read_asks_for_the_company_again(tenant: Tenant) -> None:
    """The same company can be chosen once more, which reads its entry again; or it is entered by hand."""
    waiting = await at_company_gate(tenant)
    assert (await waiting.answer(ChooseCompany(company_number=NUMBERS[0]))).accepted
    await _fail_details(waiting)
    job = await waiting.job()
    assert (await waiting.letters(), waits_for(job)) == (
        "pcafpp",
        "Company Selection: the register did not answer",
    )
    [asked] = await open_questions(tenant.database, tenant.organisation_id, waiting.batch_id)
    assert asked.question.preset == "Decide later"
    assert asked.question.evidence.startswith(
        f"**The register did not answer when the entry of {NUMBERS[0]} was read:** status 503 \\("
    )
    assert (await waiting.answer(ChooseCompany(company_number=NUMBERS[0]), visit=2)).accepted
    assert await waiting.letters() == "pccppp"
    await _fail_details(waiting)
    assert (await waiting.answer(BY_HAND, visit=3)).accepted
    assert await waiting.letters() == "pccfpp"
    assert (await waiting.job()).register_failure is None


async def test_another_search_forgets_the_entry_that_could_not_be_read(tenant: Tenant) -> None:
    """Its candidates are new, and none of them was read yet."""
    waiting = await at_company_gate(tenant)
    assert (await waiting.answer(ChooseCompany(company_number=NUMBERS[0]))).accepted
    await _fail_details(waiting)
    assert (await waiting.answer(SearchAgain(query=QUERY), visit=2)).accepted
    assert await waiting.letters() == "pppppp"
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        for status in (StepStatus.IN_PROGRESS, StepStatus.COMPLETED):
            await advance(transaction, waiting.job_id, Step.SEARCH, status)
        await arrive_at(transaction, waiting.job_id, Step.COMPANY_SELECTION)
    [asked] = await open_questions(tenant.database, tenant.organisation_id, waiting.batch_id)
    assert isinstance(asked.context, CompanyContext)
    assert asked.context.failure is None


async def _fail_details(waiting: AtGate) -> None:
    tenant = waiting.tenant
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await fail(transaction, waiting, Step.COMPANY_DETAILS, RegisterFailure.NO_ANSWER)
        await ask_again(transaction, waiting.job_id, MERE)


async def test_a_query_can_be_confirmed_before_any_search_only(tenant: Tenant) -> None:
    """After a failed search the answer is another search."""
    waiting = await at_gate_after_failed_search(tenant)
    assert (await waiting.answer(ConfirmQuery(query=QUERY))).accepted
    assert await waiting.letters() == "pppppp"
