"""Explains, from the state of the Prefect server, why no process works on a batch that has work left."""

from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError

from interfaces.cli.prefect_checks import POOLS, check_paused, check_pool, check_schedule
from registration.errors import RegistrationError
from registration.health.finding import Finding, Level
from tasks.batch_runs import DEPLOYMENT, check_server, paused_among, planned_run

_BY_HAND = "`registration start --batch {0}` starts it"


async def explain_idle(batch_id: UUID, last_run_id: UUID | None, *, started: bool) -> str:
    """The reason in one sentence, with the next step; `last_run_id` is the last run that worked on the batch."""
    try:
        await check_server()
        async with get_client() as client:
            return await explain_from_server(client, batch_id, last_run_id, started=started)
    except RegistrationError as error:
        return error.message
    except ObjectNotFound:
        return "a deployment is missing on the Prefect server: `make bootstrap` puts it there"
    except (httpx.HTTPError, PrefectHTTPStatusError) as error:
        return f"the Prefect server does not answer ({str(error) or type(error).__name__})"


async def explain_from_server(client: PrefectClient, batch_id: UUID, last_run_id: UUID | None, *, started: bool) -> str:
    """The reason in one sentence, from the server of `client`.

    Raises ObjectNotFound or MisconfiguredInstallation if a deployment is missing.
    """
    by_hand = _BY_HAND.format(str(batch_id)[:8])
    if planned := await planned_run(client, batch_id):
        return await _waits(client, planned)
    for paused in await paused_among(client, [last_run_id] if last_run_id else []):
        how = f"press Resume on it in the Prefect UI, or {by_hand}"
        return f"its flow run “{paused.name}” is {paused.state_name}: {how}"
    if not started:
        return f"it was never started: {by_hand}"
    return await _recovery(client, by_hand)


def _describe(problems: list[Finding]) -> str:
    return "; ".join(f"{problem.about}: {problem.says} ({problem.next_step})" for problem in problems)


async def _waits(client: PrefectClient, run: FlowRun) -> str:
    """A run of the batch is planned: the reason why it does not begin."""
    pool = run.work_pool_name or POOLS[0]
    findings = [*await check_pool(client, pool), *await check_paused(client, DEPLOYMENT)]
    problems = [finding for finding in findings if finding.level is not Level.OK]
    run_state = f"its flow run “{run.name}” is {run.state_name}"
    if problems:
        return f"{run_state}: {_describe(problems)}"
    return f"{run_state}: the worker of {pool} has not fetched it yet, or is at its limit of runs"


async def _recovery(client: PrefectClient, by_hand: str) -> str:
    """No run of the batch is planned: the reason why recover-batches does not start one."""
    findings = [await check_schedule(client), *await check_pool(client, POOLS[1])]
    problems = [finding for finding in findings if finding.level is not Level.OK]
    if problems:
        return f"{_describe(problems)}; {by_hand}"
    return f"no flow run works on it: recover-batches starts one within a minute or two, or {by_hand}"
