"""Many batches, many workers: is the cost of a restaurant the same, is time lost, what if a worker dies, and how many
organisations a machine carries.
"""

import os
from collections.abc import Mapping

from dev.bench.harness import Bench
from dev.bench.report import Aim, Part, Reached
from dev.bench.scale.flat import measure_flat
from dev.bench.scale.kill import measure_kill
from dev.bench.scale.slip import Slip, measure_slip
from dev.bench.served import missed

_BATCHES, _MORE_BATCHES = 8, 16
_AIMS = (
    Aim("slip", 1.10),
    Aim("flat", 1.15),
    Aim("kill_s", 130, " s"),
    Aim("kill_duplicates", 0),
)
"""The first is the judged one; a remark names those that were missed."""


async def _run(bench: Bench) -> Reached:
    cores = os.cpu_count() or 1
    costs = await measure_flat(bench)
    slip = await measure_slip(bench, _BATCHES)
    more = await measure_slip(bench, _MORE_BATCHES)
    killed = await measure_kill(bench)
    cpu, held = costs.most.total, _organisations_held(slip, more)
    figures = {
        "flat": costs.flat,
        **costs.figures(),
        "slip": slip.ratio,
        "slip_16": more.ratio,
        "kill_s": killed.seconds,
        "kill_duplicates": float(len(killed.duplicates)),
        "mb_per_batch": slip.memory.each_batch,
        "mb_with_8": slip.memory.everything,
        "mb_with_16": more.memory.everything,
        "organisations_per_machine": organisations_per_machine(cores, cpu),
        "organisations_held": held,
    }
    made_of = (
        f"CPU of each restaurant with so many batches at once: {costs}; {slip}; {more}; {killed};"
        f" {cores} cores / {cpu:.2f} s: {figures['organisations_per_machine']:.0f} organisations with one account a"
        f" minute each; {held:.0f} by the restaurants a second of these runs"
    )
    return Reached(figures, made_of, _remark(figures, killed.duplicates))


def organisations_per_machine(cores: int, cpu_seconds: float) -> float:
    """How many organisations the cores carry if each registers a restaurant a minute, the account spacing."""
    return cores * 60 / cpu_seconds


def _organisations_held(*runs: Slip) -> float:
    """The same by experiment: the most restaurants a minute that were registered."""
    return 60 * max(run.restaurants_per_second for run in runs)


def _remark(figures: Mapping[str, float], duplicates: tuple[str, ...]) -> str | None:
    return "; ".join(filter(None, (missed(_AIMS, figures), *duplicates))) or None


PART = Part(
    "scale", "8 batches of 8 organisations on 4 workers / simulation without overhead", _AIMS[0], _run, minutes=14
)
