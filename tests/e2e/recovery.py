"""Switching recovery on and off, so that a test without it is not taken over by it, and costs no process."""

from datetime import timedelta

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.schedules import IntervalSchedule

from deployments.prefect_server.automations import LEFT
from deployments.prefect_server.automations import RECOVERY as ANSWERED

RECOVERY = "recover-batches/recover-batches"


async def recover_by_schedule(client: PrefectClient, *, on: bool, every: int = 60) -> None:
    """Have the schedule of recover-batches on or off, so often (seconds)."""
    found = await client.read_deployment_by_name(RECOVERY)
    [schedule] = found.schedules
    await client.update_deployment_schedule(
        found.id, schedule.id, active=on, schedule=IntervalSchedule(interval=timedelta(seconds=every))
    )


async def recover_after_answers(client: PrefectClient, *, on: bool) -> None:
    """Have the automations on or off that look after a gate which was answered; they know only of gates after this."""
    for name in (ANSWERED, LEFT):
        [automation] = await client.read_automations_by_name(name)
        await (client.resume_automation if on else client.pause_automation)(automation.id)
