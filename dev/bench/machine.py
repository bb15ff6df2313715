"""The load of the machine: by this benchmark, by other work, and by the host of a virtual machine."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

import psutil


@dataclass(frozen=True)
class Reading:
    """Monotonic counters in seconds: the clock, and CPU time over all cores."""

    clock: float
    busy: float
    stolen: float
    own: float

    @classmethod
    def now(cls) -> Self:
        """The present counters of the machine."""
        times = psutil.cpu_times()
        busy = sum(getattr(times, name, 0.0) for name in ("user", "nice", "system", "irq", "softirq"))
        return cls(time.monotonic(), busy, getattr(times, "steal", 0.0), cpu_seconds())


@dataclass(frozen=True)
class Share:
    """Percent of all cores' time between two readings; None where the counters are inconsistent."""

    own: float | None
    other: float | None
    stolen: float | None

    @classmethod
    def between(cls, before: Reading, after: Reading, cores: int | None = None) -> Self:
        """The shares of this benchmark, of other work, and of the host between two readings."""
        whole = (after.clock - before.clock) * (cores or os.cpu_count() or 1)
        own, busy = after.own - before.own, after.busy - before.busy
        stolen = _percent(after.stolen - before.stolen, whole)
        if own < 0:
            return cls(None, None, stolen)
        # The two counters have different ticks: a slightly negative difference is zero.
        return cls(_percent(own, whole), _percent(max(0.0, busy - own), whole), stolen)

    def __str__(self) -> str:
        return ", ".join(
            f"{'?' if percent is None else f'{percent:.0f}'} % {label}"
            for percent, label in ((self.own, "this benchmark"), (self.other, "other work"), (self.stolen, "steal"))
        )

    def figures(self) -> dict[str, float]:
        """The known shares."""
        named = {"own_percent": self.own, "other_percent": self.other, "steal_percent": self.stolen}
        return {name: percent for name, percent in named.items() if percent is not None}


def cpu_seconds() -> float:
    """CPU time of this process and all of its descendants, including those that have ended.

    A process that ends adds its time to its parent: a sum over running processes alone would fall with every end.
    """
    return sum(map(with_ended, _family()))


def _family() -> Iterator[psutil.Process]:
    root = psutil.Process()
    yield root
    yield from root.children(recursive=True)


def with_ended(process: psutil.Process) -> float:
    """CPU seconds of a process and of its children that have ended; 0 if the process is gone."""
    with suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        return times.user + times.system + times.children_user + times.children_system
    return 0.0


def _percent(part: float, whole: float) -> float | None:
    """None if the share is impossible: negative, or clearly above 100."""
    share = 100 * part / whole if whole > 0 else -1.0
    return min(100.0, share) if 0 <= share <= 110 else None
