"""CPU time by kind of process: the batches' processes, the Prefect server, Postgres.

The sandbox is not counted: it stands in for the platform, which runs elsewhere.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Self

import psutil

from dev.bench.machine import with_ended
from dev.stack.errors import StackError
from dev.stack.postgres_data import running
from dev.stack.stack import LocalStack

_IDLE_SHARE = 0.15
"""Share of a core that the Prefect server takes at most while it has nothing to do but its own loops."""
_MOST_SECONDS = 20


@dataclass(frozen=True)
class CpuTime:
    """CPU seconds, user and system, until now or between two moments; Postgres serves us and the Prefect server."""

    batches: float
    prefect: float
    postgres: float

    @property
    def total(self) -> float:
        """All three kinds together."""
        return self.batches + self.prefect + self.postgres

    @classmethod
    def of_servers(cls, stack: LocalStack) -> Self:
        """The time of both servers of a stack until now. Raises StackError if one of them does not run."""
        postgres = running(stack.postgres.data_folder.data)
        if postgres is None:
            raise StackError("Postgres does not run")
        return cls(0.0, family_seconds(stack.children["prefect-server"].pid), family_seconds(postgres.pid))

    def __sub__(self, before: "CpuTime") -> "CpuTime":
        """The time since `before`."""
        return CpuTime(self.batches - before.batches, self.prefect - before.prefect, self.postgres - before.postgres)

    def with_batches(self, seconds: Iterable[float]) -> "CpuTime":
        """With the time of batches' processes, each of which has measured its own."""
        return CpuTime(self.batches + sum(seconds), self.prefect, self.postgres)

    def per_restaurant(self, restaurants: int) -> "CpuTime":
        """The share of each restaurant."""
        return CpuTime(self.batches / restaurants, self.prefect / restaurants, self.postgres / restaurants)

    def __str__(self) -> str:
        return ", ".join(f"{field.name} {getattr(self, field.name):.3f}" for field in fields(self))


async def settled(stack: LocalStack) -> CpuTime:
    """The time of both servers once the Prefect server has stored what clients have sent, or after `_MOST_SECONDS`.

    It stores events in the background, for seconds after the end of the run that they belong to.
    """
    before = CpuTime.of_servers(stack)
    for _ in range(_MOST_SECONDS):
        await asyncio.sleep(1)
        now = CpuTime.of_servers(stack)
        if (now - before).prefect < _IDLE_SHARE:
            break
        before = now
    return CpuTime.of_servers(stack)


def family_seconds(pid: int) -> float:
    """CPU seconds of a process and all of its descendants, including those that have ended.

    Raises psutil.NoSuchProcess if the process has ended.
    """
    root = psutil.Process(pid)
    return sum(with_ended(process) for process in (root, *root.children(recursive=True)))
