"""How big the process of a batch is while all of its restaurants wait for a person."""

import asyncio
import subprocess

from deployments.bench.bench import Bench
from deployments.bench.part import Part
from deployments.bench.reached import Aim, Reached
from deployments.bench.waiting import waiting_batch

_SETTLE_SECONDS = 5.0


async def _run(bench: Bench) -> Reached:
    async with waiting_batch(bench) as waiting:
        await asyncio.sleep(_SETTLE_SECONDS)
        sizes = family_megabytes(waiting.process.pid)
    return Reached({"mb": sum(sizes), "processes": float(len(sizes))}, f"{len(sizes)} process(es), resident")


def family_megabytes(pid: int) -> list[float]:
    """Resident memory of a process and of everything that it started, in MB."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,rss="], capture_output=True, text=True, check=True)
    rows = [tuple(map(int, line.split())) for line in listed.stdout.splitlines()]
    family = {pid}
    while more := {child for child, parent, _ in rows if parent in family} - family:
        family |= more
    return [kilobytes / 1024 for child, _, kilobytes in rows if child in family]


PART = Part("memory", "the batch's process with all restaurants waiting at a gate", Aim("mb", 250, " MB"), _run)
