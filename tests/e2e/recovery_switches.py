"""Switches recovery on and off, so that it does not disturb tests of other subjects."""

from datetime import timedelta

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.schedules import IntervalSchedule

from deployments.prefect_server.automations import LEFT
from deployments.prefect_server.automations import RECOVERY as ANSWERED

RECOVERY = "recover-batches/recover-batches"


async def recover_by_schedule(client: PrefectClient, *, on: bool, every: int = 60) -> None:
    """Switch the schedule of recover-batches on or off, with its interval in seconds."""
    deployment = await client.read_deployment_by_name(RECOVERY)
    [schedule] = deployment.schedules
    await client.update_deployment_schedule(
        deployment.id, schedule.id, active=on, schedule=IntervalSchedule(interval=timedelta(seconds=every))
    )


async def recover_after_answers(client: PrefectClient, *, on: bool) -> None:
    """Switch the automations of answered gates on or off; they only see gates that pause afterwards."""
    for name in (ANSWERED, LEFT):
        [automation] = await client.read_automations_by_name(name)
        await (client.resume_automation if on else client.pause_automation)(automation.id)
