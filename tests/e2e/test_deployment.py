"""The deployed flow: a worker starts it, the command line and the Prefect client speak with it."""

import asyncio
import csv
import json
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.states import AwaitingRetry

from deployments.local.stack import LocalStack
from sandbox.generated import generated
from tests.flows.gates import COMPANY, CONFIG, Gates
from tests.flows.harness import eventually

pytestmark = pytest.mark.slow


async def registration(stack: LocalStack, *arguments: str) -> Any:
    """What a command of the command line prints as JSON; it must succeed."""
    process = await asyncio.create_subprocess_exec(
        *(Path(sys.executable).with_name("registration"), *arguments, "--json"),
        env=stack.environment(),
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    return json.loads(said)


def file_with(folder: Path, *numbers: int) -> str:
    """A CSV file of made restaurants."""
    path = folder / f"{'-'.join(map(str, numbers))}.csv"
    rows = [asdict(generated(number)) for number in numbers]
    with path.open("w") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


async def ended(client: PrefectClient, run_id: UUID) -> FlowRun:
    """A flow run once it has ended."""

    async def final() -> FlowRun | None:
        run = await client.read_flow_run(run_id)
        return run if run.state is not None and run.state.is_final() else None

    return await eventually(final, "the flow run has ended")


async def test_a_file_is_registered_through_the_deployment(
    stack: LocalStack, client: PrefectClient, tmp_path: Path
) -> None:
    """Started by the command line, answered through the Prefect door, shown by the command line."""
    [started] = await registration(stack, "start", "--csv", file_with(tmp_path, 1, 2))
    gates = Gates(client, UUID(started["batch_id"]))
    for gate in (COMPANY, CONFIG):
        await gates.answer_each(gate, {generated(number).name: None for number in (1, 2)})
    run = await ended(client, UUID(started["flow_run_id"]))
    assert run.state is not None
    assert (run.state.name, run.name) == ("Completed", started["name"])
    shown = await registration(stack, "show", started["batch_id"])
    assert [one["status"] for one in shown["restaurants"]] == ["completed", "completed"]


async def test_a_killed_run_is_retried_in_the_ui(stack: LocalStack, client: PrefectClient, tmp_path: Path) -> None:
    """Retry uses the old run's id again, so it only starts a new run, which goes on with the batch, and names it."""
    imported = await registration(stack, "import", file_with(tmp_path, 3))
    [restaurant] = imported["restaurants"]
    first = await quick_run(stack, client, restaurant["id"])
    batch = await eventually(lambda: batch_of(stack, first), "the batch is worked on")
    gates = Gates(client, UUID(batch["id"]))
    await gates.form(COMPANY, restaurant["name"])
    await kill(client, first)
    await eventually(lambda: given_up(stack, first), "the lease has ended")

    await client.set_flow_run_state(first, AwaitingRetry())
    retried = await eventually(lambda: another_state(client, first, "Crashed"), "the retry has ended")
    assert "goes on in flow run" in retried
    second = UUID(retried.rsplit("(", 1)[-1].rstrip(")"))
    for gate in (COMPANY, CONFIG):
        await gates.answer_each(gate, {restaurant["name"]: None})
    run = await ended(client, second)
    assert run.state is not None
    assert run.state.message == f"{batch['name']}: 1 completed"


async def test_a_gate_whose_process_is_gone_is_answered(
    stack: LocalStack, client: PrefectClient, tmp_path: Path
) -> None:
    """The answer has the batch taken over at once, twice in a row; nothing is asked again."""
    imported = await registration(stack, "import", file_with(tmp_path, 4))
    [restaurant] = imported["restaurants"]
    run_id = await quick_run(stack, client, restaurant["id"])
    batch = await eventually(lambda: batch_of(stack, run_id), "the batch is worked on")
    gates = Gates(client, UUID(batch["id"]))
    for gate in (COMPANY, CONFIG):
        form = await gates.form(gate, restaurant["name"])
        await kill(client, run_id)
        await eventually(lambda run_id=run_id: given_up(stack, run_id), "the lease has ended")
        await gates.answer(form)
        run_id = await eventually(lambda before=run_id: another_run(client, batch["id"], before), "it goes on")
    await eventually(lambda: completed(stack, batch["id"]), "the restaurant is completed")


async def completed(stack: LocalStack, batch_id: str) -> bool:
    """Whether every restaurant of the batch is."""
    shown = await registration(stack, "show", batch_id)
    return {one["status"] for one in shown["restaurants"]} == {"completed"}


async def another_run(client: PrefectClient, batch_id: str, before: UUID) -> UUID | None:
    """The batch's run that is under way, if it is another one than before."""
    runs = await client.read_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=["register-batch"])),
        flow_run_filter=FlowRunFilter(
            tags=FlowRunFilterTags(all_=[batch_id]),
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.RUNNING])),
        ),
    )
    return next((run.id for run in runs if run.id != before), None)


async def quick_run(stack: LocalStack, client: PrefectClient, restaurant_id: str) -> UUID:
    """Start the deployment as the UI's quick run does, with the restaurants' ids."""
    deployment = await client.read_deployment_by_name("register-batch/register-batch")
    organisation = stack.settings()["REGISTRATION_ORGANISATION"]
    parameters = {"organisation_id": organisation, "restaurant_ids": [restaurant_id]}
    return (await client.create_flow_run_from_deployment(deployment.id, parameters=parameters)).id


async def batch_of(stack: LocalStack, run_id: UUID) -> dict[str, Any] | None:
    """The batch that a flow run works on, or did."""
    batches = await registration(stack, "batches")
    return next((one for one in batches if one["flow_run_id"] == str(run_id)), None)


async def given_up(stack: LocalStack, run_id: UUID) -> bool:
    """Whether the batch of a flow run is worked on no more."""
    batch = await batch_of(stack, run_id)
    return batch is not None and not batch["worked_on"]


async def kill(client: PrefectClient, run_id: UUID) -> None:
    """SIGKILL the process of a run; the worker says at once that it crashed."""
    running = await client.read_flow_run(run_id)
    assert running.infrastructure_pid is not None
    os.kill(int(running.infrastructure_pid.rsplit(":", 1)[-1]), signal.SIGKILL)
    crashed = await ended(client, run_id)
    assert crashed.state is not None
    assert crashed.state.is_crashed()


async def another_state(client: PrefectClient, run_id: UUID, before: str) -> str | None:
    """The message of a run's final state, once it is another one than before."""
    state = (await client.read_flow_run(run_id)).state
    return state.message if state is not None and state.is_final() and state.name != before else None
