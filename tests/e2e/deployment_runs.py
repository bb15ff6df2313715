"""Starts deployments with the `prefect` command, as an engineer does, and reads the results."""

import asyncio
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect.client.schemas.objects import FlowRun

from tests.e2e.installation import Installation
from tests.registration.database.conftest import engine
from tests.registration.leads.make import add_leads, add_scrape_job
from tests.waiting import eventually

_RUN_ID = re.compile(r"UUID: ([0-9a-f-]{36})")


async def run_command(installation: Installation, *arguments: str) -> str:
    """The output of a program of the environment, which must succeed."""
    program, *rest = arguments
    process = await asyncio.create_subprocess_exec(
        *(Path(sys.executable).with_name(program), *rest),
        env=installation.stack.environment(),
        cwd=installation.stack.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    output = (await process.communicate())[0].decode()
    assert process.returncode == 0, output
    return output


async def run_deployment(installation: Installation, deployment: str, **parameters: object) -> UUID:
    """Run `prefect deployment run`, and return the id of the flow run."""
    options = [part for name, value in parameters.items() for part in ("-p", f"{name}={value}")]
    run_id = _RUN_ID.search(await run_command(installation, "prefect", "deployment", "run", deployment, *options))
    assert run_id is not None
    return UUID(run_id[1])


async def wait_for_completed(installation: Installation, run_id: UUID) -> FlowRun:
    """Wait until a run has ended, and check that it is Completed."""
    run = await installation.wait_for_end(run_id)
    assert run.state is not None
    assert run.state.name == "Completed", run.state.message
    return run


async def qualified_leads(installation: Installation, count: int) -> tuple[UUID, list[UUID]]:
    """A new scrape job and its qualified leads."""
    async with engine(installation.records.url).begin() as connection:
        job = await add_scrape_job(connection, installation.organisation)
        return job, await add_leads(connection, installation.organisation, job, count)


async def restaurants_of(installation: Installation, leads: list[UUID]) -> list[dict[str, Any]]:
    """The restaurants of converted leads, by name, with their batches."""
    return await installation.records.query(
        """
        select r.name, b.id as batch from leads l join restaurants r on r.id = l.converted_to_restaurant_id
        left join registration_jobs j on j.restaurant_id = r.id
        left join registration_batch_jobs b on b.id = j.batch_job_id
        where l.id = any(%(leads)s) order by r.name
        """,
        leads=leads,
    )


async def wait_for_lease_run(installation: Installation, batch_id: UUID) -> FlowRun:
    """Wait until a run holds the lease of a batch, and return the run."""

    async def lease_run_id() -> UUID | None:
        lease = "select flow_run_id from registration_leases where batch_job_id = %(batch)s"
        rows = await installation.records.query(lease, batch=batch_id)
        return rows[0]["flow_run_id"] if rows else None

    return await installation.client.read_flow_run(await eventually(lease_run_id, "somebody works on the batch"))
