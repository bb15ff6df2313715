"""Starting deployments as an engineer does, with the `prefect` command, and seeing what comes of it."""

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


async def command(installation: Installation, *arguments: str) -> str:
    """What a command of the environment's programs says; it must succeed."""
    program, *rest = arguments
    process = await asyncio.create_subprocess_exec(
        *(Path(sys.executable).with_name(program), *rest),
        env=installation.stack.environment(),
        cwd=installation.stack.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said = (await process.communicate())[0].decode()
    assert process.returncode == 0, said
    return said


async def start(installation: Installation, deployment: str, **parameters: object) -> UUID:
    """`prefect deployment run`; answers with the run's id."""
    given = [part for name, value in parameters.items() for part in ("-p", f"{name}={value}")]
    found = _RUN_ID.search(await command(installation, "prefect", "deployment", "run", deployment, *given))
    assert found is not None
    return UUID(found[1])


async def completed(installation: Installation, run_id: UUID) -> FlowRun:
    """A run once it has ended as it should."""
    run = await installation.ended(run_id)
    assert run.state is not None
    assert run.state.name == "Completed", run.state.message
    return run


async def qualified_leads(installation: Installation, count: int) -> tuple[UUID, list[UUID]]:
    """A scrape job of qualified leads, and these."""
    async with engine(installation.records.url).begin() as connection:
        job = await add_scrape_job(connection, installation.organisation)
        return job, await add_leads(connection, installation.organisation, job, count)


async def restaurants_of(installation: Installation, leads: list[UUID]) -> list[dict[str, Any]]:
    """The restaurants that were made of leads by name, with the batch of each."""
    return await installation.records.query(
        """
        select r.name, b.id as batch from leads l join restaurants r on r.id = l.converted_to_restaurant_id
        left join registration_jobs j on j.restaurant_id = r.id
        left join registration_batch_jobs b on b.id = j.batch_job_id
        where l.id = any(%(leads)s) order by r.name
        """,
        leads=leads,
    )


async def who_works_on(installation: Installation, batch_id: UUID) -> FlowRun:
    """The run that works on a batch, once one does."""

    async def held() -> UUID | None:
        lease = "select flow_run_id from registration_leases where batch_job_id = %(batch)s"
        rows = await installation.records.query(lease, batch=batch_id)
        return rows[0]["flow_run_id"] if rows else None

    return await installation.client.read_flow_run(await eventually(held, "somebody works on the batch"))
