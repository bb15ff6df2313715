"""How busy the machine is: with this benchmark, with other work, and with what its host takes away."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

import psutil


@dataclass(frozen=True)
class Reading:
    """Seconds since some moment, all of them only ever growing: on the clock, and of CPU over all cores."""

    clock: float
    busy: float
    stolen: float
    own: float

    @classmethod
    def now(cls) -> Self:
        """What the machine says now."""
        times = psutil.cpu_times()
        busy = sum(getattr(times, name, 0.0) for name in ("user", "nice", "system", "irq", "softirq"))
        return cls(time.monotonic(), busy, getattr(times, "steal", 0.0), cpu_seconds())


@dataclass(frozen=True)
class Share:
    """Percent of all cores' time between two readings; None where the counters say what cannot be."""

    own: float | None
    other: float | None
    stolen: float | None

    @classmethod
    def between(cls, before: Reading, after: Reading, cores: int | None = None) -> Self:
        """What was taken in that time by this benchmark, by other work, and by the host of a virtual machine."""
        whole = (after.clock - before.clock) * (cores or os.cpu_count() or 1)
        own, busy = after.own - before.own, after.busy - before.busy
        stolen = _percent(after.stolen - before.stolen, whole)
        if own < 0:
            return cls(None, None, stolen)
        # Both are counted in ticks of their own: a little less than nothing is nothing.
        return cls(_percent(own, whole), _percent(max(0.0, busy - own), whole), stolen)

    def __str__(self) -> str:
        return ", ".join(
            f"{'?' if percent is None else f'{percent:.0f}'} % {what}"
            for percent, what in ((self.own, "this benchmark"), (self.other, "other work"), (self.stolen, "steal"))
        )

    def figures(self) -> dict[str, float]:
        """Those that are known."""
        named = {"own_percent": self.own, "other_percent": self.other, "steal_percent": self.stolen}
        return {name: percent for name, percent in named.items() if percent is not None}


def cpu_seconds() -> float:
    """CPU time of this process and of all that it has started, also of what has ended since.

    A process that ends hands its time to the process that started it: a sum of times that counts only what runs now
    falls with every end.
    """
    return sum(_with_ended(one) for one in _family())


def _family() -> Iterator[psutil.Process]:
    root = psutil.Process()
    yield root
    yield from root.children(recursive=True)


def _with_ended(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        return times.user + times.system + times.children_user + times.children_system
    return 0.0


def _percent(part: float, whole: float) -> float | None:
    """None if it cannot be: less than nothing, or clearly more than everything."""
    share = 100 * part / whole if whole > 0 else -1.0
    return min(100.0, share) if 0 <= share <= 110 else None
