"""The deployed flow: a worker runs it, the command line and the Prefect client start and answer it."""

import asyncio
import csv
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from prefect.client.orchestration import PrefectClient

from dev.sandbox.generated import generated
from dev.stack.stack import LocalStack
from tests.e2e.installation import Installation
from tests.e2e.recovery_switches import recover_after_answers
from tests.flows.gates import COMPANY, CONFIG, Gates
from tests.waiting import eventually

pytestmark = pytest.mark.slow


async def registration(stack: LocalStack, *arguments: str) -> Any:
    """The JSON output of a command, which must succeed."""
    process = await asyncio.create_subprocess_exec(
        *(Path(sys.executable).with_name("registration"), *arguments, "--json"),
        env=stack.environment(),
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
    return json.loads(output)


def file_with(folder: Path, *numbers: int) -> str:
    """A CSV file of generated restaurants."""
    path = folder / f"{'-'.join(map(str, numbers))}.csv"
    rows = [asdict(generated(number)) for number in numbers]
    with path.open("w") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


async def test_a_file_is_registered_through_the_deployment(
    stack: LocalStack, client: PrefectClient, installation: Installation, tmp_path: Path
) -> None:
    """Started by the command line, answered through the Prefect API, shown by the command line."""
    [started] = await registration(stack, "start", "--csv", file_with(tmp_path, 1, 2))
    gates = Gates(client, UUID(started["batch_id"]), installation.records)
    for gate in (COMPANY, CONFIG):
        await gates.answer_each(gate, {generated(number).name: None for number in (1, 2)})
    run = await installation.wait_for_end(UUID(started["flow_run_id"]))
    assert run.state is not None
    assert (run.state.name, run.name) == ("Completed", started["name"])
    shown = await registration(stack, "show", started["batch_id"])
    assert [row["status"] for row in shown["restaurants"]] == ["completed", "completed"]


async def test_an_answer_starts_a_batch_without_a_process(installation: Installation) -> None:
    """First after the process left it to people, then after the process was killed; no question is asked again."""
    client = installation.client
    await recover_after_answers(client, on=True)
    [(restaurant, restaurant_id)] = (await installation.restaurants(1)).items()
    run_id = await quick_run(installation, restaurant_id, REGISTRATION_GATE_HOLD_MINUTES="0")
    left = (await installation.wait_for_end(run_id)).state
    assert left is not None
    assert left.name == "Waiting for people"
    batch_id = await eventually(lambda: batch_of(installation, run_id), "the batch was worked on")
    gates = Gates(client, batch_id, installation.records)
    await gates.answer(await gates.form(COMPANY, restaurant))

    form = await gates.form(CONFIG, restaurant)
    await installation.kill(await lease_run(installation, batch_id))
    await installation.wait_for_lease_end(batch_id)
    await gates.answer(form)

    await installation.wait_for_completed(batch_id, [restaurant])
    await recover_after_answers(client, on=False)
    decided = await installation.records.decisions(batch_id)
    assert [row["gate"] for row in decided] == [COMPANY, CONFIG]


async def lease_run(installation: Installation, batch_id: UUID) -> UUID:
    """The run that holds the lease of the batch."""
    [lease] = await installation.records.query(
        "select flow_run_id from registration_leases where batch_job_id = %(batch)s and expires_at > clock_timestamp()",
        batch=batch_id,
    )
    return lease["flow_run_id"]


async def quick_run(installation: Installation, restaurant_id: UUID, **environment: str) -> UUID:
    """Start the deployment as the UI's quick run does, with a restaurant's id; `environment` is for its process."""
    parameters = {"organisation_id": str(installation.organisation), "restaurant_ids": [str(restaurant_id)]}
    started = await installation.client.create_flow_run_from_deployment(
        await installation.deployment(), parameters=parameters, job_variables={"env": environment}
    )
    return started.id


async def batch_of(installation: Installation, run_id: UUID) -> UUID | None:
    """The batch of a flow run, by the lease that it holds or held."""
    found = await installation.records.query(
        "select batch_job_id from registration_leases where flow_run_id = %(run)s", run=run_id
    )
    return found[0]["batch_job_id"] if found else None
