"""A batch with realistic latencies, sped up thirty times, compared with a simulation and with four phases."""

from dev.bench.harness import Bench
from dev.bench.phase_barriers import four_phases
from dev.bench.report import Aim, Part, Reached
from dev.bench.simulation import Queues, makespan, seconds_of_each
from dev.stack.fixtures import PreparedBatch, platform_client
from dev.stack.sandbox_control import Latencies
from registration.effects.set_up_queries import SetUpSnapshot, read_set_ups

SPEED = 30.0
SPACING = 60 / SPEED
LATENCIES = Latencies("realistic", SPEED, SPACING)
_BROWSER_SLOTS = 10
POLL_SECONDS = 15 / 4
"""The pause between two checks for evidence that is not visible yet."""


def settings(browser_slots: int) -> dict[str, str]:
    """The pipeline's settings for these latencies."""
    return {"REGISTRATION_ACCOUNT_SPACING_SECONDS": str(SPACING), "REGISTRATION_BROWSER_LIMIT": str(browser_slots)}


async def _run_realistic(bench: Bench) -> Reached:
    batch = await bench.prepare(LATENCIES)
    seconds = await seconds_of_each(bench.platform, batch.external_ids, POLL_SECONDS * bench.time_scale)
    shortest = makespan(seconds, Queues(SPACING * bench.time_scale, _BROWSER_SLOTS))
    await bench.run_batch(batch, settings(_BROWSER_SLOTS))
    ours = await bench.set_up_seconds(batch)
    figures = {"ratio": ours / shortest, "makespan_s": ours, "simulated_s": shortest}
    return Reached(figures, f"{ours:.1f} s / {shortest:.1f} s simulated")


REALISTIC = Part(
    "realistic",
    "step 6, realistic latencies / 30, both queues / simulation without overhead",
    Aim("ratio", 1.15),
    _run_realistic,
    minutes=3,
)


async def _run_phases(bench: Bench) -> Reached:
    batch = await bench.prepare(LATENCIES)
    await bench.run_batch(batch, settings(browser_slots=0))
    ours = await bench.set_up_seconds(batch)
    batch = await bench.prepare(LATENCIES)
    async with platform_client(bench.stack.environment(), batch.organisation_id) as platform:
        theirs = await four_phases(platform, await _rows(bench, batch), SPACING * bench.time_scale)
    figures = {"ratio": theirs / ours, "makespan_s": ours, "phases_s": theirs}
    return Reached(figures, f"{theirs:.1f} s in phases / {ours:.1f} s")


async def _rows(bench: Bench, batch: PreparedBatch) -> list[SetUpSnapshot]:
    async with bench.database.transaction(batch.organisation_id) as transaction:
        rows = await read_set_ups(transaction, batch.job_ids)
    return [rows[job_id] for job_id in batch.job_ids]


PHASES = Part(
    "phases",
    "the same latencies in four phases with barriers, plain asyncio / ours",
    Aim("ratio", 1.0, at_least=True),
    _run_phases,
    minutes=5,
)
