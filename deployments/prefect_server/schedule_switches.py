"""Whether schedules are on: people switch them, and deploying again must not."""

from collections.abc import Sequence

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import DeploymentSchedule
from prefect.exceptions import ObjectNotFound


async def as_switched(deployment: str, schedule: str, *, at_first: bool) -> dict[str, bool]:
    """A build step of prefect.yaml: `active` as the server has it for a deployment's schedule, else `at_first`.

    Prefect creates a schedule that says nothing about `active` switched on, and sets what one says at every
    `prefect deploy`: only an answer from the server leaves it as it is. `schedule` is its slug.
    """
    async with get_client() as client:
        try:
            found = (await client.read_deployment_by_name(deployment)).schedules
        except ObjectNotFound:
            found = []
    switched = switch_of(found, schedule)
    return {"active": at_first if switched is None else switched}


def switch_of(found: Sequence[DeploymentSchedule], slug: str) -> bool | None:
    """Whether a deployment's schedule is on; None if it has no such one.

    A deployment's only schedule is that one, also if it was made before schedules had slugs.
    """
    named = [one for one in found if one.slug == slug] or [one for one in found if len(found) == 1 and not one.slug]
    return named[0].active if named else None
