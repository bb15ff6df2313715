"""`make bench`: runs the parts one after the other on a stack of its own; the last line is JSON."""

import asyncio
import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Awaitable, Sequence
from functools import partial

from rich.console import Console

from dev.bench import memory
from dev.bench.harness import Bench
from dev.bench.machine import Reading, Share
from dev.bench.parts import (
    api,
    company_register,
    connections,
    gate_latency,
    left_batches,
    operator_console,
    realistic,
    recovery,
    scale,
    size,
    spacing,
    step6,
)
from dev.bench.report import Part, Reached, Row, as_json, as_table, machine_lines
from dev.stack.errors import StackError
from dev.stack.interrupts import run_interruptible
from dev.stack.temporary import temporary_folder
from registration.batches.models import MOST_RESTAURANTS
from registration.errors import RegistrationError

PARTS = (
    step6.OVERHEAD,
    realistic.REALISTIC,
    realistic.PHASES,
    gate_latency.PART,
    memory.PART,
    spacing.PART,
    left_batches.PART,
    recovery.PART,
    step6.REPORTING,
    company_register.PART,
    api.PART,
    operator_console.PART,
    scale.PART,
    connections.PART,
    size.PART,
)


DONE, FAILED = 0, 1


async def bench(console: Console, given: Namespace) -> int:
    """Run the chosen parts and print their results. A missed aim is shown, and is not a failure."""
    with temporary_folder() as folder:
        console.print(expected(given.only), soft_wrap=True)
        before = Reading.now()
        console.print("starting Postgres, Prefect server and sandbox …")
        async with Bench.running(folder, given.restaurants, partial(console.print, soft_wrap=True)) as running:
            tried = [await measure(console, part, part.run(running)) for part in given.only]
        machine = Share.between(before, Reading.now())
    rows = [row for row in tried if row is not None]
    console.print(as_table(rows))
    for row in filter(lambda one: one.reached.remark, rows):
        console.print(f"[bold]{row.name}[/]: {row.reached.remark}", soft_wrap=True)
    load = os.getloadavg()[0]
    console.print(
        f"the machine meanwhile: {os.cpu_count()} cores, {machine}; load {load:.1f} now; part by part:", soft_wrap=True
    )
    for line in machine_lines(rows):
        console.print(line, soft_wrap=True)
    print(as_json(rows, {**machine.figures(), "load": load}), flush=True)
    return DONE if len(rows) == len(tried) else FAILED


def expected(parts: Sequence[Part]) -> str:
    """The expected duration of the parts, each and in total."""
    each = ", ".join(f"{part.name} {part.minutes:g}" for part in parts)
    whole = sum(part.minutes for part in parts)
    return f"about {whole:g} minutes for {MOST_RESTAURANTS} restaurants on two quiet cores: {each}"


async def measure(console: Console, part: Part, measuring: Awaitable[Reached]) -> Row | None:
    """The result of `measuring` this part; None, with the reason on stderr, if it fails: the other parts still run."""
    console.print(f"measuring {part.name} …")
    before = Reading.now()
    try:
        reached = await measuring
    except (StackError, RegistrationError, TimeoutError, AssertionError) as error:
        why = str(error) or f"{type(error).__name__}: a wait timed out"
        print(f"make bench: {part.name} was not measured: {why}", file=sys.stderr)
        return None
    after = Reading.now()
    machine = str(Share.between(before, after))
    row = Row(part.name, part.description, part.aim, reached, after.clock - before.clock, machine)
    console.print(f"  {row.value:.2f}{part.aim.unit}, aim {part.aim}: {row.reached.made_of}")
    return row


def _parts(names: str) -> tuple[Part, ...]:
    known = {part.name: part for part in PARTS}
    if unknown := [name for name in names.split(",") if name not in known]:
        raise ArgumentTypeError(f"no part {', '.join(unknown)}; there are {', '.join(known)}")
    return tuple(known[name] for name in names.split(","))


def _restaurants(number: str) -> int:
    if not number.isdecimal() or not 2 <= int(number) <= MOST_RESTAURANTS:
        raise ArgumentTypeError(f"2 to {MOST_RESTAURANTS}")
    return int(number)


def main() -> int:
    """The exit code: 0 when everything was measured, 1 if a part could not be, 130 after Ctrl-C."""
    parser = ArgumentParser(prog="python -m dev.bench", description=__doc__)
    parser.add_argument("--only", type=_parts, default=PARTS, metavar="PART,…", help="run these parts only")
    parser.add_argument("--restaurants", type=_restaurants, default=MOST_RESTAURANTS, help="of each batch")
    given, console = parser.parse_args(), Console(highlight=False)
    try:
        return run_interruptible(bench(console, given), "make bench")
    except (StackError, RegistrationError, TimeoutError, AssertionError, asyncio.CancelledError) as error:
        print(f"make bench: {str(error) or type(error).__name__}", file=sys.stderr)
        return FAILED


if __name__ == "__main__":
    sys.exit(main())
