"""How long the register's website takes for a whole batch, and how much memory, with a browser and no waiting."""

import asyncio

from deployments.bench.bench import Bench
from deployments.bench.memory import Sizes, family_sizes
from deployments.bench.part import Part
from deployments.bench.reached import Aim, Reached
from deployments.local.browser import NO_BROWSER, driver
from deployments.local.pretended_platform import AT_ONCE
from deployments.local.processes import Child

_MOST_MEGABYTES = 700.0
_EVERY_SECONDS = 0.5


async def _run(bench: Bench) -> Reached:
    await bench.platform.behave(AT_ONCE)
    reading = await driver()
    async with bench.process("register", str(bench.restaurants), reading, settings={}) as child:
        largest = await _largest(child)
    figures = bench.figures(child) | {"mb": largest.taken, "resident_mb": largest.resident}
    verdict = "within" if largest.taken <= _MOST_MEGABYTES else "over"
    made_of = (
        f"{figures['requests']:.0f} pages by {reading}; {largest.processes} processes take {largest.taken:.0f} MB,"
        f" {verdict} {_MOST_MEGABYTES:g} MB (each one's resident memory added up: {largest.resident:.0f} MB)"
    )
    return Reached(figures, made_of, NO_BROWSER if reading == "http" else None)


async def _largest(child: Child) -> Sizes:
    """The size of the process and its browser when they were largest, until it ends well. Raises ProcessEnded."""
    largest = Sizes(0, 0, 0)
    while not child.ended():
        largest = max(largest, await asyncio.to_thread(family_sizes, child.pid), key=lambda sizes: sizes.taken)
        await asyncio.sleep(_EVERY_SECONDS)
    await child.finish(0)
    return largest


PART = Part(
    "register",
    "searching and reading all restaurants on the register's website",
    Aim("seconds", 30, " s"),
    _run,
    minutes=1,
)
