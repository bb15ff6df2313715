"""The work pools."""

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectNotFound
from prefect.workers.process import ProcessWorker

WORK_POOLS = {
    "registration": "Batches and everything that people start.",
    "registration-recovery": "Recovery alone, so that busy workers never starve it.",
}


async def provide_work_pools(client: PrefectClient) -> list[str]:
    """Have both work pools, of type process; an existing one keeps the limits that somebody gave it."""
    return [f"work pool {name}: made" for name, use in WORK_POOLS.items() if await _made(client, name, use)]


async def _made(client: PrefectClient, name: str, use: str) -> bool:
    try:
        await client.read_work_pool(name)
    except ObjectNotFound:
        template = ProcessWorker.get_default_base_job_template()
        await client.create_work_pool(
            WorkPoolCreate(name=name, description=use, type="process", base_job_template=template)
        )
        return True
    return False
