"""A batch as in real life, thirty times as fast, beside a simulation of the same queues without any overhead."""

from deployments.bench.bench import Bench
from deployments.bench.part import Part
from deployments.bench.platform import seconds_of_each
from deployments.bench.reached import Aim, Reached
from deployments.bench.simulation import Queues, makespan
from deployments.local.pretended_platform import Latencies

SPEED = 30.0
SPACING = 60 / SPEED
LATENCIES = Latencies("realistic", SPEED, SPACING)
_BROWSER_SLOTS = 10
_POLL_SECONDS = 15 / 4  # how often a success that is not to be seen yet is looked for


def settings(browser_slots: int) -> dict[str, str]:
    """The pipeline's own settings for these latencies."""
    return {"REGISTRATION_ACCOUNT_SPACING_SECONDS": str(SPACING), "REGISTRATION_BROWSER_LIMIT": str(browser_slots)}


async def _run(bench: Bench) -> Reached:
    batch = await bench.prepare(LATENCIES)
    seconds = await seconds_of_each(bench.platform, batch.external_ids, _POLL_SECONDS * bench.time_scale)
    shortest = makespan(seconds, Queues(SPACING * bench.time_scale, _BROWSER_SLOTS))
    await bench.run_batch(batch, settings(_BROWSER_SLOTS))
    ours = await bench.set_up_seconds(batch)
    figures = {"ratio": ours / shortest, "makespan_s": ours, "simulated_s": shortest}
    return Reached(figures, f"{ours:.1f} s / {shortest:.1f} s simulated")


PART = Part(
    "realistic",
    "step 6, realistic latencies / 30, both queues / simulation without overhead",
    Aim("ratio", 1.15),
    _run,
    minutes=3,
)
