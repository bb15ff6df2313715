"""A process is killed and another one goes on: nothing is lost, nothing is done or asked twice."""

import os
import signal
from pathlib import Path

import pytest
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterTags
from prefect.client.schemas.objects import StateType
from psycopg import sql

from tests.flows.done_once import every_effect_happened_once, every_gate_was_decided_once
from tests.flows.gates import COMPANY, CONFIG, Form
from tests.flows.harness import Host, host
from tests.flows.leases import lease_has_ended, the_holder
from tests.flows.system import OpenedBatch, RunningSystem
from tests.waiting import eventually

pytestmark = [pytest.mark.faults, pytest.mark.slow]


async def test_a_killed_process_is_taken_over_twice(
    system: RunningSystem, host_environment: dict[str, str], short_folder: Path
) -> None:
    """Killed between an accepted answer and its recording, then while waiting for the next answer; both batches are
    finished.
    """
    batch = await system.batch(2)
    environment = host_environment | {"REGISTRATION_LEASE_SECONDS": "120"}
    async with (
        host(environment, short_folder / "first.log") as first,
        host(environment, short_folder / "second.log") as second,
    ):
        first.start(batch.organisation_id, batch_id=batch.batch_id)
        companies = await batch.gates.form(COMPANY, *batch.names)
        held = await second.run(batch.organisation_id, batch_id=batch.batch_id)
        assert (held.type, held.name) == ("COMPLETED", "HeldElsewhere")
        assert await the_holder(system, batch) in held.message
        await answer_while_frozen(batch, first, companies)
        await first.kill()

        await lease_has_ended(system, batch)
        second.start(batch.organisation_id, batch_id=batch.batch_id)
        configs = await batch.gates.form(CONFIG, *batch.names)
        await second.kill()

    await lease_has_ended(system, batch)
    run = system.host.start(batch.organisation_id, batch_id=batch.batch_id)
    again = await eventually(lambda: another_form(batch, configs), "the new process asks again")
    await batch.gates.answer(again)
    ended = await run.ended()
    assert ended.message.endswith(": 2 completed")
    await everything_was_done_and_shown_once(system, batch)
    await old_runs_are_over(system, batch)


async def test_a_form_that_the_database_does_not_know_is_closed(
    system: RunningSystem, host_environment: dict[str, str], short_folder: Path
) -> None:
    """As after the restore of an older backup: its answers would never be read."""
    batch = await system.batch(1)
    async with host(host_environment, short_folder / "first.log") as first:
        first.start(batch.organisation_id, batch_id=batch.batch_id)
        unknown = await batch.gates.form(COMPANY, *batch.names)
        await first.kill()
    await lease_has_ended(system, batch)
    for table in ("registration_gate_rounds", "registration_leases"):
        statement = sql.SQL("delete from {} where batch_job_id = %(batch)s").format(sql.Identifier(table))
        await system.records.query(statement, batch=batch.batch_id)

    run = system.host.start(batch.organisation_id, batch_id=batch.batch_id)
    form = await eventually(lambda: another_form(batch, unknown, COMPANY), "the new process asks")
    assert [one.id for one in await batch.gates.open_runs()] == [form.run.id]
    await batch.gates.answer(form, dict.fromkeys(batch.names, "Leave this restaurant out"))
    assert (await run.ended()).type == "COMPLETED"


async def answer_while_frozen(batch: OpenedBatch, process: Host, form: Form) -> None:
    """Submit an answer that the server accepts while the process that would read it is frozen."""
    os.kill(process.process.pid, signal.SIGSTOP)
    await batch.gates.answer(form)


async def another_form(batch: OpenedBatch, before: Form, gate: str = CONFIG) -> Form | None:
    """The open form of the gate, if it is of another run than `before`."""
    form = await batch.gates.form(gate, *batch.names)
    return form if form.run.id != before.run.id else None


async def everything_was_done_and_shown_once(system: RunningSystem, batch: OpenedBatch) -> None:
    """One effect of each kind per restaurant, and one decision per gate; the first decisions have the question that was
    shown.
    """
    await every_effect_happened_once(system, batch)
    await every_gate_was_decided_once(system, batch)
    rounds = await system.records.rounds(batch.batch_id)
    assert [(one["gate"], one["closed_because"]) for one in rounds] == [
        (COMPANY, "answered, recorded by the next run"),
        (CONFIG, "its process was gone"),
        (CONFIG, "answered"),
    ]
    decisions = await system.records.decisions(batch.batch_id)
    assert all(one["accepted"] and one["shown"]["title"] for one in decisions)


async def old_runs_are_over(system: RunningSystem, batch: OpenedBatch) -> None:
    """The runs of the killed processes are Cancelled at the server, and their batch runs are named TakenOver."""
    tagged = FlowRunFilter(tags=FlowRunFilterTags(all_=[str(batch.batch_id)]))
    runs = await system.client.read_flow_runs(flow_run_filter=tagged)
    assert [run.name for run in runs if run.state is None or not run.state.is_final()] == []
    batches = [str(run.state.name) for run in runs if run.state and run.parent_task_run_id is None]
    assert sorted(batches) == ["Completed", "HeldElsewhere", "TakenOver", "TakenOver"]
    cancelled = [run for run in runs if run.state and run.state.type is StateType.CANCELLED and run.parent_task_run_id]
    assert len(cancelled) == 7, "the restaurants of both killed processes, both gates of one, the second of the other"
