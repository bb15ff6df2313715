"""Whether schedules are on: people switch them, and another deployment must not."""

from collections.abc import Sequence

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import DeploymentSchedule
from prefect.exceptions import ObjectNotFound


async def as_switched(deployment: str, schedule: str, *, at_first: bool) -> dict[str, bool]:
    """A build step of prefect.yaml: `active` as the server has it for a deployment's schedule, else `at_first`.

    Prefect creates a schedule without `active` switched on, and applies an explicit `active` at every `prefect deploy`:
    only the server's present value keeps the switch. `schedule` is the slug of the schedule.
    """
    async with get_client() as client:
        try:
            found = (await client.read_deployment_by_name(deployment)).schedules
        except ObjectNotFound:
            found = []
    switched = switch_of(found, schedule)
    return {"active": at_first if switched is None else switched}


def switch_of(found: Sequence[DeploymentSchedule], slug: str) -> bool | None:
    """True if a deployment's schedule is on; None if there is no such schedule.

    The only schedule of a deployment also counts if it was created before schedules had slugs.
    """
    named = [found_schedule for found_schedule in found if found_schedule.slug == slug] or [
        found_schedule for found_schedule in found if len(found) == 1 and not found_schedule.slug
    ]
    return named[0].active if named else None
