"""What is decided without a person, because the organisation has switched it on: a company that is clearly best."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.companies.models import SourceState
from registration.database.session import Database
from registration.gates.decide import decide_within
from registration.gates.decisions import Channel, ChooseCompany, GivenAnswer
from registration.gates.queries import confirmed_queries
from registration.gates.questions.cases import CompanyContext
from registration.gates.questions.company import company_question
from registration.gates.questions.unreadable import ask_about
from registration.gates.read_company_cases import company_cases
from registration.gates.rounds import Question
from registration.gates.settings_queries import OrganisationSettings, read_settings, switch_auto_select
from registration.workflow.snapshot import JobView
from registration.workflow.step_queries import lock_job, read_step_asked
from registration.workflow.steps import GateName, Step
from registration.workflow.transition_queries import Attribution, record

AUTO_SELECT = "auto_select_clear_matches"
"""The policy's name, by which its decisions are signed."""


async def organisation_settings(database: Database, organisation_id: UUID) -> OrganisationSettings:
    """What the organisation has switched on."""
    async with database.transaction(organisation_id) as connection:
        return await read_settings(connection, organisation_id)


async def set_auto_select(database: Database, organisation_id: UUID, *, on: bool, attribution: Attribution) -> None:
    """Switch the policy for every job that comes to the company gate from now on; who did is recorded."""
    async with database.transaction(organisation_id) as connection:
        await switch_auto_select(connection, organisation_id, on=on)
        await record(connection, organisation_id, f"{AUTO_SELECT} switched {'on' if on else 'off'}", attribution)


async def select_clear_match(connection: AsyncConnection, organisation_id: UUID, job: JobView) -> bool:
    """Decide for a searched job, instead of its arriving at the company gate; False if a person must.

    The transaction has locked the lease of the job's batch. The decision holds the question as the gate would have put
    it.
    """
    if not (await read_settings(connection, organisation_id)).auto_select_clear_matches:
        return False
    await lock_job(connection, organisation_id, job.id)
    searching = await read_step_asked(connection, organisation_id, job.id, Step.SEARCH)
    if searching is None or not searching.status.ended:
        # A person has just asked for another search: what the job looked like before says nothing about that.
        return False
    question = await _clear(connection, organisation_id, job)
    choice = question.choice(question.preset) if question else None
    if question is None or choice is None or not isinstance(choice.answer, ChooseCompany):
        return False
    given = GivenAnswer(
        job_id=job.id,
        gate=GateName.COMPANY_SELECTION,
        visit=question.visit,
        answer=choice.answer,
        decided_by=AUTO_SELECT,
        channel=Channel.POLICY,
    )
    return (await decide_within(connection, organisation_id, given, question)).accepted


async def _clear(connection: AsyncConnection, organisation_id: UUID, job: JobView) -> Question | None:
    """What the gate would ask, where nothing speaks for asking.

    Who was at the gate before, but to confirm the query, was sent back by a person, who also decides. A search of which
    a part failed may have missed a better one.
    """
    visits = await confirmed_queries(connection, organisation_id, job.id) + 1
    if job.steps[Step.COMPANY_SELECTION].visit != visits:
        return None
    [case] = await company_cases(connection, organisation_id, (job,))
    case, question = ask_about(case, company_question)
    if not isinstance(case, CompanyContext) or case.outcome is None or case.search_error is not None:
        return None
    sources = (case.outcome.by_name.state, case.outcome.by_address.state)
    return None if SourceState.FAILED in sources else question
