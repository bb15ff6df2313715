"""The work pools."""

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate
from prefect.exceptions import ObjectNotFound
from prefect.workers.process import ProcessWorker

WORK_POOLS = {
    "registration": "Batches, and all runs that people start.",
    "registration-recovery": "Recovery alone, so that busy workers never starve it.",
}


async def provide_work_pools(client: PrefectClient) -> list[str]:
    """Provide both work pools, of type process; an existing pool keeps its limits."""
    changes = [await _provide(client, name, use) for name, use in WORK_POOLS.items()]
    return [change for change in changes if change]


async def _provide(client: PrefectClient, name: str, use: str) -> str | None:
    try:
        found = await client.read_work_pool(name)
    except ObjectNotFound:
        template = ProcessWorker.get_default_base_job_template()
        wanted = WorkPoolCreate(name=name, description=use, type="process", base_job_template=template)
        # A worker that starts at the same time creates its pool too.
        await client.create_work_pool(wanted, overwrite=True)
        return f"work pool {name}: made"
    if found.description == use:
        return None
    await client.update_work_pool(name, WorkPoolUpdate(description=use))
    return f"work pool {name}: described"
