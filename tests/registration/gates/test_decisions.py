"""One way in for every door: accepted once per visit, or refused with a reason; recorded with what was shown."""

import asyncio
from uuid import uuid4

import pytest

from registration.errors import NotFound
from registration.gates.company_contexts import company_contexts
from registration.gates.decide import decide
from registration.gates.decisions import Channel, ChooseCompany, LeaveOut, NoMatch, SearchAgain, SubmittedAnswer
from registration.gates.questions.company import company_question
from registration.gates.questions.contexts import CompanyContext
from registration.gates.round_queries import insert_round
from registration.gates.rounds import Round
from registration.states import JobStatus
from registration.workflow.skips import StepSkip
from registration.workflow.step_queries import skip_steps
from registration.workflow.steps import GateName, Step
from tests.registration.at_gate import NUMBERS, QUERY, AtGate, at_company_gate
from tests.registration.tenant import Tenant


@pytest.fixture
async def waiting(tenant: Tenant) -> AtGate:
    """A job at the company gate."""
    return await at_company_gate(tenant)


async def test_a_decision_records_who_when_and_through_which_door(waiting: AtGate) -> None:
    """Written with the move that follows from it."""
    assert (await waiting.answer(NoMatch(), by="Hemi", channel=Channel.PREFECT)).accepted
    [decision] = await waiting.decisions()
    assert (decision["decided_by"], decision["source"], decision["visit"]) == ("Hemi", "prefect", 1)
    assert (decision["gate"], decision["answer"]) == ("company-selection", {"kind": "no_match"})
    [moved] = await waiting.query(
        "select actor, reason from registration_events"
        " where job_id = :job and what = 'step 3' and to_status = 'completed'"
    )
    assert moved == {"actor": "Hemi", "reason": "no_match"}


async def test_a_decision_keeps_what_the_person_was_shown(waiting: AtGate, tenant: Tenant) -> None:
    """The question of its round, with choices and evidence; nothing of the others'."""
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        [context] = await company_contexts(transaction, (await waiting.job(),))
        assert isinstance(context, CompanyContext)
        question = company_question(context)
        shown = Round(gate=GateName.COMPANY_SELECTION, questions=(question,))
        round_ = await insert_round(transaction, waiting.batch_id, uuid4(), shown)
    await waiting.answer(ChooseCompany(company_number=NUMBERS[0]), round_id=round_.id)
    [decision] = await waiting.decisions()
    assert decision["round_id"] == round_.id
    assert decision["shown"] == question.model_dump(mode="json")
    assert NUMBERS[0] in str(decision["shown"])


async def test_a_form_that_is_read_once_more_says_nothing_new(waiting: AtGate, tenant: Tenant) -> None:
    """A process may die between recording its answers and closing its round; the same door twice is another matter."""
    shown = Round(gate=GateName.COMPANY_SELECTION, questions=())
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        round_ = await insert_round(transaction, waiting.batch_id, uuid4(), shown)
    submitted = [await waiting.answer(NoMatch(), channel=Channel.PREFECT, round_id=round_.id) for _ in range(2)]
    assert [verdict.accepted for verdict in submitted] == [True, True]
    assert len(await waiting.decisions()) == 1
    other = await waiting.answer(NoMatch(), by="Hemi", channel=Channel.PREFECT, round_id=round_.id)
    typed = await waiting.answer(NoMatch(), round_id=round_.id)
    assert (other.accepted, typed.accepted, len(await waiting.decisions())) == (False, False, 3)


async def test_a_signed_in_person_may_repeat_an_answer(waiting: AtGate) -> None:
    """The reply may have been lost; the console and the API know the same person. Another answer comes too late."""
    given = [await waiting.answer(NoMatch(), channel=channel) for channel in (Channel.API, Channel.CONSOLE)]
    assert [verdict.accepted for verdict in given] == [True, True]
    [decision] = await waiting.decisions()
    assert decision["source"] == "api"
    other_person = await waiting.answer(NoMatch(), by="Hemi", channel=Channel.API)
    other_answer = await waiting.answer(ChooseCompany(company_number=NUMBERS[0]), channel=Channel.API)
    other_channel = await waiting.answer(NoMatch(), channel=Channel.CLI)
    assert (other_person.accepted, other_answer.accepted, other_channel.accepted) == (False, False, False)


async def test_events_of_a_signed_in_person_keep_the_id_of_the_person(waiting: AtGate) -> None:
    """Names change and are not unique. Events of others have no such id."""
    acting = waiting.tenant.database.acting_as("auth|o'brien")
    submitted = SubmittedAnswer(
        job_id=waiting.job_id,
        gate=GateName.COMPANY_SELECTION,
        visit=1,
        answer=NoMatch(),
        decided_by="Mere",
        channel=Channel.API,
    )
    before = await waiting.query("select data from registration_events where job_id = :job")
    assert before
    assert not any("actor_id" in event["data"] for event in before)
    assert (await decide(acting, waiting.tenant.organisation_id, submitted)).accepted
    written = await waiting.query("select data from registration_events where job_id = :job and actor = 'Mere'")
    assert written
    assert all(event["data"]["actor_id"] == "auth|o'brien" for event in written)


async def test_a_late_answer_hears_who_decided(waiting: AtGate) -> None:
    """And when; it changes nothing, and is recorded as refused with that reason."""
    await waiting.answer(NoMatch(), by="Hemi")
    late = await waiting.answer(ChooseCompany(company_number=NUMBERS[0]))
    assert not late.accepted
    assert str(late.reason).startswith("already decided by Hemi (cli) at 20")
    [first, second] = await waiting.decisions()
    assert (first["decided_by"], first["accepted"]) == ("Hemi", True)
    assert (second["decided_by"], second["accepted"]) == ("Mere", False)
    assert (second["refused_reason"], second["answer"]["company_number"]) == (late.reason, NUMBERS[0])


async def test_a_late_answer_is_no_reason_in_a_later_question(waiting: AtGate, tenant: Tenant) -> None:
    """It was not the answer to that question; a refusal of that very question is one."""
    await waiting.answer(SearchAgain(), by="Hemi")
    await waiting.answer(NoMatch())
    assert await _refused(waiting, tenant) is None
    await waiting.answer(ChooseCompany(company_number="1"), visit=2)
    assert "not among the candidates" in str(await _refused(waiting, tenant))


async def _refused(waiting: AtGate, tenant: Tenant) -> str | None:
    """What the gate says of the last answer."""
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        [context] = await company_contexts(transaction, (await waiting.job(),))
    assert isinstance(context, CompanyContext)
    return context.refused


async def test_an_answer_to_an_earlier_visit_never_counts_again(waiting: AtGate) -> None:
    """An old form in a browser cannot answer the new question."""
    await waiting.answer(SearchAgain(), by="Hemi")
    late = await waiting.answer(NoMatch(), visit=1)
    assert (late.accepted, "Hemi" in str(late.reason)) == (False, True)
    assert (await waiting.answer(NoMatch(), visit=2)).accepted


async def test_nothing_waits_where_nothing_was_asked(waiting: AtGate) -> None:
    """A visit that is not there yet, a gate that the job has not reached, a job that has left."""
    nothing = "nothing waits for this answer any more"
    assert (await waiting.answer(NoMatch(), visit=7)).reason == nothing
    early = AtGate(waiting.tenant, waiting.batch_id, waiting.job_id, waiting.restaurant_id, Step.YOLO_CONFIG)
    assert (await early.answer(LeaveOut())).reason == nothing
    assert not await waiting.decisions(), "what nobody was asked is no decision"
    async with waiting.tenant.database.transaction(waiting.tenant.organisation_id) as transaction:
        await skip_steps(transaction, waiting.job_id, tuple(Step), "pipeline", StepSkip.NOBODY_DECIDED)
    assert (await waiting.answer(NoMatch())).reason == nothing
    assert [one["refused_reason"] for one in await waiting.decisions()] == [nothing]


async def test_of_two_people_at_once_the_first_wins(waiting: AtGate) -> None:
    """The other one hears of it; exactly one decision is accepted."""
    people = [f"person {number}" for number in range(6)]
    verdicts = await asyncio.gather(*(waiting.answer(NoMatch(), by=one) for one in people))
    [winner] = [one for one, verdict in zip(people, verdicts, strict=True) if verdict.accepted]
    assert all(winner in str(verdict.reason) for verdict in verdicts if not verdict.accepted)
    decisions = await waiting.decisions()
    assert [one["decided_by"] for one in decisions if one["accepted"]] == [winner]
    assert len(decisions) == len(people)


async def test_leaving_out_skips_the_job(waiting: AtGate) -> None:
    """Every step that is still open, with the reason."""
    assert (await waiting.answer(LeaveOut())).accepted
    assert await waiting.letters() == "scssss"
    job = await waiting.job()
    assert job.status is JobStatus.SKIPPED
    [step] = await waiting.query(
        "select result_data from registration_job_steps where job_id = :job and step_number = 6"
    )
    assert step["result_data"] == {"skipped": "left out"}


async def test_an_unknown_job_is_not_found(waiting: AtGate) -> None:
    """Also one of another organisation."""
    unknown = AtGate(waiting.tenant, waiting.batch_id, uuid4(), waiting.restaurant_id, waiting.step)
    with pytest.raises(NotFound):
        await unknown.answer(NoMatch())
    given = SubmittedAnswer(
        job_id=waiting.job_id,
        gate=GateName.COMPANY_SELECTION,
        visit=1,
        answer=SearchAgain(query=QUERY),
        decided_by="Mere",
        channel=Channel.CLI,
    )
    with pytest.raises(NotFound):
        await decide(waiting.tenant.database, uuid4(), given)
    assert await waiting.letters() == "pcappp"
