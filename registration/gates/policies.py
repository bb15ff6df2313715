"""Decisions without a person that an organisation can switch on: the selection of a company that is clearly best."""

from uuid import UUID

from registration.companies.models import SourceState
from registration.database.session import Database, Transaction
from registration.gates.company_contexts import company_contexts
from registration.gates.decide import decide_within
from registration.gates.decisions import Channel, ChooseCompany, SubmittedAnswer
from registration.gates.queries import confirmed_queries
from registration.gates.questions.company import company_question
from registration.gates.questions.contexts import CompanyContext
from registration.gates.questions.unreadable import ask_about
from registration.gates.rounds import Question
from registration.gates.settings_queries import OrganisationSettings, read_settings, switch_auto_select
from registration.states import StepStatus
from registration.workflow.snapshot import JobView
from registration.workflow.step_queries import lock_job, read_step
from registration.workflow.steps import GateName, Step
from registration.workflow.transition_queries import Attribution, record

AUTO_SELECT = "auto_select_clear_matches"
"""The policy's name, under which its decisions are recorded."""


async def organisation_settings(database: Database, organisation_id: UUID) -> OrganisationSettings:
    """The settings of the organisation."""
    async with database.transaction(organisation_id) as transaction:
        return await read_settings(transaction)


async def set_auto_select(database: Database, organisation_id: UUID, *, on: bool, attribution: Attribution) -> None:
    """Switch the policy for every job that comes to the company gate from now on, and record who did."""
    async with database.transaction(organisation_id) as transaction:
        await switch_auto_select(transaction, on=on)
        await record(transaction, f"{AUTO_SELECT} switched {'on' if on else 'off'}", attribution)


async def select_clear_match(transaction: Transaction, job: JobView) -> bool:
    """Decide for a searched job before it arrives at the company gate; False if a person must decide.

    The transaction has locked the lease of the job's batch. The decision stores the question as the gate would have
    asked it.
    """
    if not (await read_settings(transaction)).auto_select_clear_matches:
        return False
    await lock_job(transaction, job.id)
    searching = await read_step(transaction, job.id, Step.SEARCH)
    if searching is None or searching.status is not StepStatus.COMPLETED:
        # The search failed, or a person has just asked for another one: an earlier result does not count.
        return False
    question = await _clear(transaction, job)
    choice = question.choice(question.preset) if question else None
    if question is None or choice is None or not isinstance(choice.answer, ChooseCompany):
        return False
    answer = SubmittedAnswer(
        job_id=job.id,
        gate=GateName.COMPANY_SELECTION,
        visit=question.visit,
        answer=choice.answer,
        decided_by=AUTO_SELECT,
        channel=Channel.POLICY,
    )
    return (await decide_within(transaction, answer, question)).accepted


async def _clear(transaction: Transaction, job: JobView) -> Question | None:
    """The question of the gate, if the policy may answer it.

    A job that was at the gate before, except to confirm the query, was reopened by a person, who then also decides. A
    search of which a part failed may have missed a better company.
    """
    visits = await confirmed_queries(transaction, job.id) + 1
    if job.steps[Step.COMPANY_SELECTION].visit != visits:
        return None
    [context] = await company_contexts(transaction, (job,))
    context, question = ask_about(context, company_question)
    if not isinstance(context, CompanyContext) or context.outcome is None or context.search_error is not None:
        return None
    sources = (context.outcome.by_name.state, context.outcome.by_address.state)
    return None if SourceState.FAILED in sources else question
