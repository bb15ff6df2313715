"""CPU time of step 6 of a whole batch: compared with a graph of sleeping tasks, and the share of artifacts and logs."""

from dev.bench.cpu_time import CpuTime, settled
from dev.bench.harness import NO_QUEUES, Bench, Measured
from dev.bench.report import Aim, Part, Reached
from dev.bench.sampling import shares
from dev.stack.sandbox_control import Latencies
from registration.workflow.sub_steps import SubStepName, critical_path

_LATENCIES = Latencies("one_second")


async def _run_overhead(bench: Bench) -> Reached:
    second = bench.time_scale
    before = await settled(bench.stack)
    graph = await bench.run("bare", str(bench.restaurants), str(second))
    bare_cpu = await _per_restaurant(bench, before, graph)
    batch = await bench.prepare(_LATENCIES)
    before = await settled(bench.stack)
    measured = await bench.run_batch(batch, NO_QUEUES, sample=True)
    cpu, bare = await _per_restaurant(bench, before, measured), graph.figures["makespan"]
    ours, shortest = await bench.set_up_seconds(batch), critical_path(dict.fromkeys(SubStepName, second))
    figures = {
        "ratio": ours / bare,
        "makespan_s": ours,
        "bare_s": bare,
        "critical_path_s": shortest,
        "ratio_to_critical_path": ours / shortest,
        "cpu_s": sum(measured.seconds.values()),
        "cpu_s_per_restaurant": cpu.total,
        "bare_cpu_s_per_restaurant": bare_cpu.total,
    }
    made_of = (
        f"{ours:.1f} s / {bare:.1f} s; the critical path is {shortest:g} s: {ours / shortest:.2f} times that;"
        f" CPU of each restaurant {cpu.total:.2f} s ({cpu}), of the bare graph {bare_cpu.total:.2f} s ({bare_cpu})"
    )
    return Reached(figures, made_of, _where_the_time_goes(measured.seconds))


async def _per_restaurant(bench: Bench, before: CpuTime, measured: Measured) -> CpuTime:
    """CPU seconds of each restaurant since `before`, with those of the measured process."""
    servers = await settled(bench.stack) - before
    return servers.with_batches([measured.cpu_seconds]).per_restaurant(bench.restaurants)


def _where_the_time_goes(seconds: dict[str, float]) -> str:
    parts = ", ".join(f"{layer} {share:.0%}" for layer, share in shares(seconds).items())
    return f"where the time of the batch's process goes ({sum(seconds.values()):.1f} s of CPU): {parts}"


OVERHEAD = Part(
    "overhead",
    "step 6, every sub-step 1 s, no queues / the bare graph of sleeping tasks",
    Aim("ratio", 1.4),
    _run_overhead,
    minutes=1.5,
)


async def _run_reporting(bench: Bench) -> Reached:
    batch = await bench.prepare(_LATENCIES)
    measured = await bench.run_batch(batch, NO_QUEUES, sample=True)
    reporting, whole = measured.figures["reporting_s"], sum(measured.seconds.values())
    figures = {"percent": 100 * reporting / whole, "reporting_s": reporting, "cpu_s": whole}
    return Reached(figures, f"{reporting:.2f} s of the {whole:.1f} s of CPU that the batch's process took")


REPORTING = Part(
    "reporting",
    "CPU of artifacts and log lines / CPU of the batch's process",
    Aim("percent", 5, " %"),
    _run_reporting,
    minutes=1,
)
