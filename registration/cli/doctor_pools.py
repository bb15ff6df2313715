"""What `registration doctor` looks at of the work pools: does anybody fetch runs from them, and may they."""

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import WorkerStatus, WorkPool, WorkQueue
from prefect.exceptions import ObjectNotFound

from registration.checkup.finding import Finding, error, fine

BOOTSTRAP = "run `make bootstrap`"
POOLS = ("registration", "registration-recovery")


async def check_pools(client: PrefectClient) -> list[Finding]:
    """Every pool of ours: a living worker, and nothing that keeps runs from it."""
    return [finding for pool in POOLS for finding in await check_pool(client, pool)]


async def check_pool(client: PrefectClient, name: str) -> list[Finding]:
    """One pool; what is wrong with it is an error, since no run of its deployments begins."""
    try:
        pool = await client.read_work_pool(name)
    except ObjectNotFound:
        return [error(f"worker of {name}", "there is no such work pool", BOOTSTRAP)]
    queues = await client.read_work_queues(work_pool_name=name)
    off = [*_pool_off(pool), *(finding for queue in queues for finding in _queue_off(name, queue))]
    return [await _worker(client, name), *(off or [fine(f"work pool {name}", "hands out runs")])]


async def _worker(client: PrefectClient, pool: str) -> Finding:
    about = f"worker of {pool}"
    workers = await client.read_workers_for_work_pool(pool)
    alive = sum(worker.status is WorkerStatus.ONLINE for worker in workers)
    if alive:
        return fine(about, f"{alive} alive")
    return error(about, "none is alive", f"start one: `prefect worker start --pool {pool}`")


def _pool_off(pool: WorkPool) -> list[Finding]:
    return _off(pool, f"work pool {pool.name}", "work-pool", pool.name)


def _queue_off(pool: str, queue: WorkQueue) -> list[Finding]:
    return _off(queue, f"work queue {queue.name} of {pool}", "work-queue", f"{queue.name} --pool {pool}")


def _off(one: WorkPool | WorkQueue, about: str, command: str, where: str) -> list[Finding]:
    """What keeps runs from beginning: a pause, a limit of 0."""
    found: list[Finding] = []
    if one.is_paused:
        step = f"switch it on: `prefect {command} resume {where}`, or in the UI"
        found.append(error(about, "is paused: no run of it begins", step))
    if one.concurrency_limit == 0:
        step = f"raise it: `prefect {command} clear-concurrency-limit {where}`, or in the UI"
        found.append(error(about, "its concurrency limit is 0: no run of it begins", step))
    return found
