"""A part of the benchmark: one question, answered with figures."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from deployments.bench.bench import Bench
from deployments.bench.reached import Aim, Reached


@dataclass(frozen=True)
class Part:
    """`name` is its key in the JSON; `what` says to people what is measured.

    `minutes` is about how long it takes for 50 restaurants on two cores with nothing else to do.
    """

    name: str
    what: str
    aim: Aim
    run: Callable[[Bench], Awaitable[Reached]]
    minutes: float
