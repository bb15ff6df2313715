"""What the graph gains: the same work in four phases with barriers, as the original system does it, beside ours."""

from deployments.bench.bench import Bench
from deployments.bench.four_phases import four_phases
from deployments.bench.part import Part
from deployments.bench.reached import Aim, Reached
from deployments.bench.realistic import LATENCIES, SPACING, settings
from deployments.local.prepared_batches import PreparedBatch, platform_client
from registration.store.jobs import SetUpRow, read_set_ups


async def _run(bench: Bench) -> Reached:
    batch = await bench.prepare(LATENCIES)
    await bench.run_batch(batch, settings(browser_slots=0))
    ours = await bench.set_up_seconds(batch)
    batch = await bench.prepare(LATENCIES)
    async with platform_client(bench.stack.environment(), batch.organisation_id) as platform:
        theirs = await four_phases(platform, await _rows(bench, batch), SPACING * bench.time_scale)
    figures = {"ratio": theirs / ours, "makespan_s": ours, "phases_s": theirs}
    return Reached(figures, f"{theirs:.1f} s in phases / {ours:.1f} s")


async def _rows(bench: Bench, batch: PreparedBatch) -> list[SetUpRow]:
    async with bench.database.transaction(batch.organisation_id) as connection:
        rows = await read_set_ups(connection, batch.organisation_id, batch.job_ids)
    return [rows[job_id] for job_id in batch.job_ids]


PART = Part(
    "phases",
    "the same latencies in four phases with barriers, plain asyncio / ours",
    Aim("ratio", 1.0, at_least=True),
    _run,
    minutes=5,
)
