"""How long the sandbox takes for each of the twelve, as the simulation counts it."""

from collections.abc import Mapping, Sequence

from deployments.bench.simulation import Seconds, polled
from deployments.local.pretended_platform import PretendedPlatform
from registration.sub_steps import SUB_STEPS, SubStepName

_IMAGES_WORK = "images-upload"


async def seconds_of_each(platform: PretendedPlatform, external_ids: Sequence[str], poll_every: float) -> list[Seconds]:
    """How long each of the twelve takes for each restaurant as the sandbox behaves now, polling included."""
    return [_of_twelve(await platform.latencies_of(one), poll_every) for one in external_ids]


def _of_twelve(endpoints: Mapping[str, float], poll_every: float) -> Seconds:
    seconds = {row.name: endpoints[row.endpoint] for row in SUB_STEPS.values()}
    seconds[SubStepName.UPLOAD_IMAGES] += polled(endpoints[_IMAGES_WORK], poll_every)
    return seconds
