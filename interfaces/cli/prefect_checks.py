"""The checks of `registration doctor` on the Prefect server: deployments, work pools, automations."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

import httpx
import prefect
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType, WorkerStatus, WorkPool, WorkQueue
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.settings import get_current_settings

from registration.health.finding import Finding, Level, error, fine, warning, worst
from registration.health.installation import judge_notification_block
from registration.health.reach import judge_date
from registration.kit.http import authorities
from registration.settings import Settings

BOOTSTRAP = "run `make bootstrap`"
POOLS = ("registration", "registration-recovery")
_DEPLOYMENTS = (
    "register-batch/register-batch",
    "convert-leads/convert-leads",
    "intake/intake",
    "recover-batches/recover-batches",
)
_ALWAYS_ON = "recover-batches/recover-batches"
_NIGHTLY = "intake/intake"
RECOVERY = "registration: an answered gate is recovered at once"
LEFT = "registration: an answer starts a batch that was left to people"
BY_WEBHOOK = "registration: notices by webhook"
BY_BLOCK = "registration: notices by notification block"
_STARTS_LATE = "an answer starts a batch without a process only with the next run of recover-batches"
_NO_NOTICES = "no notice is sent of gates that wait, of batches that have ended, and of failures"
_BLOCKS = (
    "registration-platform",
    "companies-register",
    "registration-database",
    "registration-secrets",
    "registration-notices",
)
_SECONDS = 5.0


async def check_pools(client: PrefectClient) -> list[Finding]:
    """Check that each of our work pools has a running worker and hands out runs."""
    return [finding for pool in POOLS for finding in await check_pool(client, pool)]


async def check_pool(client: PrefectClient, name: str) -> list[Finding]:
    """Check one work pool; every problem is an error, because no run of its deployments can begin."""
    try:
        pool = await client.read_work_pool(name)
    except ObjectNotFound:
        return [error(f"worker of {name}", "there is no such work pool", BOOTSTRAP)]
    queues = await client.read_work_queues(work_pool_name=name)
    off = [
        *_check_pool_settings(pool),
        *(finding for queue in queues for finding in _check_queue_settings(name, queue)),
    ]
    return [await _worker(client, name), *(off or [fine(f"work pool {name}", "hands out runs")])]


async def _worker(client: PrefectClient, pool: str) -> Finding:
    about = f"worker of {pool}"
    workers = await client.read_workers_for_work_pool(pool)
    alive = sum(worker.status is WorkerStatus.ONLINE for worker in workers)
    if alive:
        return fine(about, f"{alive} alive")
    return error(about, "none is alive", f"start one: `prefect worker start --pool {pool}`")


def _check_pool_settings(pool: WorkPool) -> list[Finding]:
    return _blocked_runs(pool, f"work pool {pool.name}", "work-pool", pool.name)


def _check_queue_settings(pool: str, queue: WorkQueue) -> list[Finding]:
    return _blocked_runs(queue, f"work queue {queue.name} of {pool}", "work-queue", f"{queue.name} --pool {pool}")


def _blocked_runs(resource: WorkPool | WorkQueue, about: str, command: str, where: str) -> list[Finding]:
    """The settings of a pool or queue that keep runs from beginning: a pause, a limit of 0."""
    findings: list[Finding] = []
    if resource.is_paused:
        step = f"switch it on: `prefect {command} resume {where}`, or in the UI"
        findings.append(error(about, "is paused: no run of it begins", step))
    if resource.concurrency_limit == 0:
        step = f"raise it: `prefect {command} clear-concurrency-limit {where}`, or in the UI"
        findings.append(error(about, "its concurrency limit is 0: no run of it begins", step))
    return findings


async def check_deployments(client: PrefectClient) -> list[Finding]:
    """Check that all deployments exist, that none is paused, and that recover-batches is scheduled."""
    missing = [
        name for name in _DEPLOYMENTS if not await exists(lambda name=name: client.read_deployment_by_name(name))
    ]
    if missing:
        return [error("deployments", f"missing: {', '.join(missing)}", BOOTSTRAP)]
    off = [finding for name in _DEPLOYMENTS for finding in await check_paused(client, name)]
    return [*(off or [fine("deployments", "all are there")]), await check_schedule(client), await _intake(client)]


async def check_paused(client: PrefectClient, name: str) -> list[Finding]:
    """Check that a deployment is not paused. Raises ObjectNotFound if it does not exist."""
    if not (await client.read_deployment_by_name(name)).paused:
        return []
    step = "switch it on in the UI: Deployments, the switch at its name"
    return [error(f"deployment {name}", "is paused: nothing of it starts by itself", step)]


async def check_schedule(client: PrefectClient) -> Finding:
    """Check that the schedule of recover-batches is on, and that the server has planned its next run."""
    recovery = await client.read_deployment_by_name(_ALWAYS_ON)
    if recovery.paused or not any(schedule.active for schedule in recovery.schedules):
        step = "switch it on in the UI: Deployments, recover-batches, its schedule"
        return error("schedules", "recover-batches is off: a batch whose process is gone stays where it is", step)
    planned = FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=[recovery.id]),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
    )
    if await client.read_flow_runs(flow_run_filter=planned, limit=1):
        return fine("schedules", "recover-batches is on")
    step = "look again in a minute; if it stays so, the server's log says why its scheduler does not work"
    return error("schedules", "recover-batches is on, but the server plans no run of it", step)


async def _intake(client: PrefectClient) -> Finding:
    """Report whether the nightly intake is on; off is its initial state and no problem."""
    nightly = (await client.read_deployment_by_name(_NIGHTLY)).schedules
    is_on = any(schedule.active for schedule in nightly)
    return fine("intake", "every night" if is_on else "switched off: no leads are taken in by night")


async def exists(read: Callable[[], Awaitable[object]]) -> bool:
    """Whether the object that `read` reads exists on the server."""
    try:
        await read()
    except ObjectNotFound:
        return False
    return True


async def check_automations(client: PrefectClient, settings: Settings) -> list[Finding]:
    """Check the automations that start batches, and those that send the notices which the settings ask for."""
    required = {RECOVERY: _STARTS_LATE, LEFT: _STARTS_LATE}
    if settings.notices_webhook:
        required[BY_WEBHOOK] = _NO_NOTICES
    if settings.notices_block:
        required[BY_BLOCK] = _NO_NOTICES
    off = [finding for name, harm in required.items() for finding in await _switched_off(client, name, harm)]
    return off or [fine("automations", "all are on")]


async def _switched_off(client: PrefectClient, name: str, harm: str) -> list[Finding]:
    about, automations = f"automation “{name}”", await client.read_automations_by_name(name)
    if not automations:
        return [error(about, f"is missing: {harm}", BOOTSTRAP)]
    if any(automation.enabled for automation in automations):
        return []
    return [error(about, f"is off: {harm}", f"switch it on: `prefect automation resume '{name}'`, or in the UI")]


async def check_prefect(settings: Settings) -> list[Finding]:
    """All checks on the server of PREFECT_API_URL; if it does not answer, that is the only finding."""
    url = get_current_settings().api.url
    if url is None:
        return [error("Prefect server", "none is named", "set PREFECT_API_URL, or start one with `make up`")]
    try:
        findings = await _reach(url)
        if worst(findings) is Level.ERROR:
            return findings
        async with get_client() as client:
            findings += [
                await _blocks(client, settings.block_documents),
                *await check_deployments(client),
                *await check_pools(client),
                *await check_automations(client, settings),
            ]
            if settings.notices_block:
                findings.append(await _notification_block(client, settings.notices_block))
    except PrefectHTTPStatusError as refused:
        if refused.response.status_code != HTTPStatus.UNAUTHORIZED:
            raise
        return [error("Prefect server", f"{url} wants a password", "set PREFECT_API_AUTH_STRING to NAME:PASSWORD")]
    except httpx.HTTPError as trouble:
        says = f"{url} does not answer ({str(trouble) or type(trouble).__name__})"
        return [error("Prefect server", says, "check PREFECT_API_URL, and that the server runs")]
    return findings


async def _reach(url: str) -> list[Finding]:
    auth = get_current_settings().api.auth_string
    signed_in = httpx.BasicAuth(*auth.get_secret_value().split(":", 1)) if auth else None
    trusted = authorities(of_environment=True)
    async with httpx.AsyncClient(timeout=_SECONDS, auth=signed_in, verify=trusted) as client:
        answer = await client.get(f"{url.rstrip('/')}/admin/version")
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        raise PrefectHTTPStatusError("unauthorised", request=answer.request, response=answer)
    server_version = _json_of(answer)
    if not isinstance(server_version, str):
        says = f"something answers at {url} (status {answer.status_code}), but it is not a Prefect server"
        return [error("Prefect server", says, "check PREFECT_API_URL: it ends with /api")]
    return [_version(server_version), *judge_date("the Prefect server", answer.headers)]


def _json_of(answer: httpx.Response) -> object:
    """The body of a successful response as JSON; None for a failure or another content."""
    try:
        return answer.json() if answer.is_success else None
    except ValueError:
        return None


def _version(server_version: str) -> Finding:
    if server_version == prefect.__version__:
        return fine("Prefect server", f"answers, version {server_version}")
    says = f"version {server_version}, and this is {prefect.__version__}"
    return warning("Prefect server", says, "install the same version on both sides: that of requirements.lock")


async def _blocks(client: PrefectClient, name: str) -> Finding:
    missing = [
        slug for slug in _BLOCKS if not await exists(lambda slug=slug: client.read_block_document_by_name(name, slug))
    ]
    if missing:
        return error("blocks", f"missing: {', '.join(f'{slug}/{name}' for slug in missing)}", BOOTSTRAP)
    return fine("blocks", "all are there")


async def _notification_block(client: PrefectClient, named: str) -> Finding:
    kind, _, name = named.partition("/")
    block_exists = await exists(lambda: client.read_block_document_by_name(name, kind))
    return judge_notification_block(named, is_there=block_exists)
