"""Rounds of a gate: partial answers, two channels, and no restaurant waits for another."""

import pytest
import pytest_asyncio
from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId

from registration.gates.decide import decide
from registration.gates.decisions import Channel, ChooseCompany, NoMatch, SubmittedAnswer
from registration.workflow.steps import GateName
from tests.flows.gates import COMPANY, CONFIG
from tests.flows.system import OpenedBatch, RunningSystem
from tests.waiting import eventually

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def five(system: RunningSystem) -> OpenedBatch:
    """A batch of five."""
    return await system.batch(5)


async def test_two_of_five_reach_the_end_while_the_gate_waits_for_three(
    system: RunningSystem, five: OpenedBatch
) -> None:
    """Answered restaurants go on at once; the others are asked again; at the end all are registered."""
    first, second, third, fourth, fifth = five.names
    run = system.host.start(five.organisation_id, batch_id=five.batch_id)
    form = await five.gates.form(COMPANY, *five.names)
    await five.gates.answer(form, {first: form.preset(first), second: form.preset(second), third: "Decide later"})

    again = await five.gates.form(COMPANY, third, fourth, fifth)
    assert set(again.restaurants) == {third, fourth, fifth}
    await five.gates.answer_each(CONFIG, dict.fromkeys((first, second)))
    await eventually(lambda: completed(system, five, first, second), "the two that were answered are registered")
    assert (await five.gates.form(COMPANY)).run.id == again.run.id, "the gate still waits for the other three"

    await the_other_channel_closes_the_round(system, five, (third, fourth, fifth))
    assert await five.gates.submit(again, again.as_proposed()), "the closed form takes no answer"
    await five.gates.answer_each(CONFIG, dict.fromkeys((third, fourth, fifth)))
    ended = await run.ended()
    assert ended.message.endswith(": 5 completed")
    assert set((await system.records.statuses(five.batch_id)).values()) == {"completed"}


async def completed(system: RunningSystem, batch: OpenedBatch, *restaurants: str) -> bool:
    """Whether all of them are completed."""
    statuses = await system.records.statuses(batch.batch_id)
    return all(statuses[restaurant] == "completed" for restaurant in restaurants)


async def the_other_channel_closes_the_round(
    system: RunningSystem, batch: OpenedBatch, restaurants: tuple[str, ...]
) -> None:
    """Answers of the command line count while the form is open; after the last of them the form is closed."""
    jobs = await system.records.jobs(batch.batch_id)
    for restaurant in restaurants:
        verdict = await decide(system.database, batch.organisation_id, by_command_line(jobs[restaurant]["id"]))
        assert verdict.accepted, verdict.reason
    await eventually(lambda: closed(system, batch, COMPANY), "the round is closed")


async def closed(system: RunningSystem, batch: OpenedBatch, gate: str) -> bool:
    """Whether no round of the gate is open."""
    rounds = await system.records.rounds(batch.batch_id)
    return all(one["closed_at"] for one in rounds if one["gate"] == gate)


def by_command_line(job_id: object) -> SubmittedAnswer:
    """An answer to the first question of the company gate through the command line."""
    values = {"job_id": job_id, "gate": GateName.COMPANY_SELECTION, "visit": 1, "answer": NoMatch()}
    return SubmittedAnswer.model_validate({**values, "decided_by": "Tama Reid", "channel": Channel.CLI})


async def test_every_decision_has_a_name_a_channel_and_the_shown_question(
    system: RunningSystem, five: OpenedBatch
) -> None:
    """Five restaurants, two gates: ten accepted decisions, three of them through the command line."""
    decisions = await system.records.decisions(five.batch_id)
    assert all(one["accepted"] for one in decisions)
    by_channel = {
        channel: {one["decided_by"] for one in decisions if one["source"] == channel} for channel in ("cli", "prefect")
    }
    assert by_channel == {"cli": {"Tama Reid"}, "prefect": {"Mere Walker"}}
    assert sorted(one["source"] for one in decisions) == ["cli"] * 3 + ["prefect"] * 7
    shown = [one["shown"] for one in decisions if one["source"] == "prefect"]
    assert all(question["title"] and question["choices"] for question in shown)


async def test_the_rounds_say_why_they_were_closed(system: RunningSystem, five: OpenedBatch) -> None:
    """One was answered in the form; in the next no job waited any more."""
    rounds = await system.records.rounds(five.batch_id)
    companies = [one["closed_because"] for one in rounds if one["gate"] == COMPANY]
    assert companies == ["answered", "nobody waited any more"]


async def test_the_second_person_learns_who_was_first(system: RunningSystem) -> None:
    """One restaurant of a form was decided elsewhere: the log of the gate says so, and the decision is stored."""
    batch = await system.batch(2)
    first, *_ = batch.names
    run = system.host.start(batch.organisation_id, batch_id=batch.batch_id)
    form = await batch.gates.form(COMPANY, *batch.names)
    job = (await system.records.jobs(batch.batch_id))[first]["id"]
    assert (await decide(system.database, batch.organisation_id, by_command_line(job))).accepted
    await batch.gates.answer(form)
    await batch.gates.answer_each(CONFIG, dict.fromkeys(batch.names))
    assert (await run.ended()).message.endswith(": 2 completed")
    [late] = [one for one in await system.records.decisions(batch.batch_id) if not one["accepted"]]
    assert (late["restaurant"], late["decided_by"], late["source"]) == (first, "Mere Walker", "prefect")
    assert late["refused_reason"].startswith("already decided by Tama Reid (cli)")
    assert late["refused_reason"].endswith(": no match")
    assert late["shown"]["title"].startswith(first)

    async def logged() -> bool:
        lines = await system.client.read_logs(LogFilter(flow_run_id=LogFilterFlowRunId(any_=[form.run.id])), limit=200)
        told = f"{first} · the answer of Mere Walker was not taken: {late['refused_reason']}"
        return any(told in line.message for line in lines)

    await eventually(logged, "the gate's log says who was first")


async def test_the_same_answer_counts_once(system: RunningSystem, five: OpenedBatch) -> None:
    """A second answer to a decided question is refused with the name of the first person."""
    job = (await system.records.jobs(five.batch_id))[five.names[0]]["id"]
    late = by_command_line(job).model_copy(update={"answer": ChooseCompany(company_number="1")})
    verdict = await decide(system.database, five.organisation_id, late)
    assert not verdict.accepted
    assert verdict.reason is not None
    assert verdict.reason.startswith("already decided by Mere Walker (prefect)")
