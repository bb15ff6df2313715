"""Memory of a batch's process while all of its restaurants wait for a person."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from dev.bench.harness import Bench
from dev.bench.report import Aim, Part, Reached
from dev.bench.setups import waiting_batch

_SETTLE_SECONDS = 5.0


async def _run(bench: Bench) -> Reached:
    async with waiting_batch(bench) as waiting:
        await asyncio.sleep(_SETTLE_SECONDS)
        sizes = family_megabytes(waiting.process.pid)
    return Reached({"mb": sum(sizes), "processes": float(len(sizes))}, f"{len(sizes)} process(es), resident")


@dataclass(frozen=True)
class Sizes:
    """Memory of a process with its descendants, in MB: the total, and the sum of each process's resident memory.

    The sum counts shared memory (a browser's program, once per page) once per process.
    """

    processes: int
    taken: float
    resident: float


def family_megabytes(pid: int) -> list[float]:
    """Resident memory of a process and of each descendant, in MB."""
    return [kilobytes / 1024 for _, kilobytes in _family(pid)]


def family_sizes(pid: int) -> Sizes:
    """The present memory of a process with its descendants."""
    family = _family(pid)
    resident = sum(kilobytes for _, kilobytes in family)
    taken = sum(_taken(child, kilobytes) for child, kilobytes in family)
    return Sizes(len(family), taken / 1024, resident / 1024)


def _family(pid: int) -> list[tuple[int, int]]:
    """Process ids with their resident memory in kB."""
    found: list[tuple[int, int]] = []
    with suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        for process in (root, *root.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                found.append((process.pid, process.memory_info().rss // 1024))
    return found


def _taken(pid: int, resident: int) -> int:
    """A process's part of the memory, in kB: shared memory is divided among its users; resident without /proc."""
    with suppress(OSError):
        rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return next((int(row.split()[1]) for row in rows if row.startswith("Pss:")), 0)
    return resident


PART = Part(
    "memory", "the batch's process with all restaurants waiting at a gate", Aim("mb", 250, " MB"), _run, minutes=1
)
