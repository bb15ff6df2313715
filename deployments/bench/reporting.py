"""What it costs to show a batch to people: artifacts and log lines while step 6 of a whole batch runs."""

from deployments.bench.bench import NO_QUEUES, Bench
from deployments.bench.part import Part
from deployments.bench.reached import Aim, Reached
from deployments.local.pretended_platform import Latencies

_LATENCIES = Latencies("one_second")


async def _run(bench: Bench) -> Reached:
    batch = await bench.prepare(_LATENCIES)
    measured = await bench.run_batch(batch, NO_QUEUES, sample=True)
    reporting, whole = measured.figures["reporting_s"], sum(measured.seconds.values())
    figures = {"percent": 100 * reporting / whole, "reporting_s": reporting, "cpu_s": whole}
    return Reached(figures, f"{reporting:.2f} s of the {whole:.1f} s of CPU that the batch's process took")


PART = Part(
    "reporting", "CPU of artifacts and log lines / CPU of the batch's process", Aim("percent", 5, " %"), _run, minutes=1
)
