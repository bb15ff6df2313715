"""A gate's own run is ended from outside, or ends with an error: the gate opens again, and no answer is lost."""

import os
import signal
from pathlib import Path

import pytest
from prefect.states import Cancelled

from tests.flows.gates import COMPANY, CONFIG, Form
from tests.flows.harness import Host, host
from tests.flows.system import OpenedBatch, RunningSystem
from tests.waiting import eventually

pytestmark = [pytest.mark.faults, pytest.mark.slow]


async def test_a_gate_that_was_cancelled_is_opened_again(
    system: RunningSystem, host_environment: dict[str, str], short_folder: Path
) -> None:
    """Earlier answers count; the unreadable part of an answer is asked for again."""
    batch = await system.batch(1)
    async with host(host_environment, short_folder / "host.log") as process:
        run = process.start(batch.organisation_id, batch_id=batch.batch_id)
        companies = await batch.gates.form(COMPANY)
        await frozen(process)
        await batch.gates.answer(companies)
        await cancel_and_go_on(system, process, companies)

        configs = await batch.gates.form(CONFIG)
        await frozen(process)
        await system.client.create_flow_run_input(configs.run.id, "paused-yolo-config-1-response", '["nonsense"]')
        await cancel_and_go_on(system, process, configs)
        again = await eventually(lambda: another_form(batch, configs), "the configuration is asked for again")
        await batch.gates.answer(again)
        assert (await run.ended()).message.endswith(": 1 completed")

    rounds = await system.records.rounds(batch.batch_id)
    assert [(one["gate"], one["closed_because"]) for one in rounds] == [
        (COMPANY, "answered, recorded by the next run"),
        (CONFIG, "its answers could not be recorded"),
        (CONFIG, "answered"),
    ]
    assert len(await system.records.decisions(batch.batch_id)) == 2


async def frozen(process: Host) -> None:
    """The process is frozen during the block and notices nothing of it until then."""
    os.kill(process.process.pid, signal.SIGSTOP)


async def cancel_and_go_on(system: RunningSystem, process: Host, form: Form) -> None:
    """A person cancels the gate's run in the UI."""
    await system.client.set_flow_run_state(form.run.id, Cancelled(), force=True)
    os.kill(process.process.pid, signal.SIGCONT)


async def another_form(batch: OpenedBatch, before: Form) -> Form | None:
    """The open form of the configuration gate, if it is of another run than `before`."""
    form = await batch.gates.form(CONFIG)
    return form if form.run.id != before.run.id else None
