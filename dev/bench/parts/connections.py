"""Connections to Postgres of each kind of process, counted at the server while it works and while it waits."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import psycopg

from dev.bench.harness import NO_QUEUES, Bench
from dev.bench.report import Aim, Part, Reached
from dev.bench.served import Served
from dev.bench.setups import waiting_batch, workers
from dev.stack.fixtures import PreparedBatch
from dev.stack.processes import start
from dev.stack.sandbox_control import AT_ONCE
from dev.stack.waiting import until
from registration.database.connections import IDLE_SECONDS

_COUNT = "select application_name, count(*) from pg_stat_activity where datid is not null group by 1"
_EVERY_SECONDS = 0.02
_BATCH, _SERVE, _COMMAND = "registration batch", "registration serve", "registration command"
_DOCTOR, _FLOW, _PREFECT = "registration doctor", "registration flow", "prefect server"
_READERS, _REQUESTS = 50, 20
_SETTLE_SECONDS = 2 * IDLE_SECONDS + 5
"""What was opened for the work before is closed after it."""
_WATCHED_SECONDS = 65.0
"""The recovery flow runs once a minute."""
_LIMIT = 120.0


class Peaks:
    """The most connections of each application at one moment."""

    def __init__(self) -> None:
        self._most = Counter[str]()

    def see(self, counted: dict[str, int]) -> None:
        """Note one reading."""
        self._most |= Counter(counted)

    def of(self, application: str) -> float:
        """The most of one application; 0 if it had none."""
        return float(self._most[application])


async def _run(bench: Bench) -> Reached:
    figures: dict[str, float] = {}
    working = await bench.prepare(AT_ONCE)
    async with counting(bench) as seen:
        await bench.run_batch(working, NO_QUEUES)
    figures |= {"batch_works": seen.of(_BATCH), "prefect_server": seen.of(_PREFECT)}
    figures |= await _served(bench, working)
    figures |= await _commands(bench, working)
    async with workers(bench, NO_QUEUES), waiting_batch(bench):
        await asyncio.sleep(_SETTLE_SECONDS)
        async with counting(bench) as seen:
            await asyncio.sleep(_WATCHED_SECONDS)
    figures |= {"batch_waits": seen.of(_BATCH), "recovery": seen.of(_FLOW), "prefect_server_waits": seen.of(_PREFECT)}
    made_of = ", ".join(f"{name} {count:g}" for name, count in figures.items())
    return Reached(figures, f"the most at one moment, read every {1000 * _EVERY_SECONDS:g} ms: {made_of}")


@asynccontextmanager
async def counting(bench: Bench) -> AsyncGenerator[Peaks]:
    """Count the connections of all processes during the block."""
    peaks = Peaks()

    async def count() -> None:
        async with await psycopg.AsyncConnection.connect(bench.stack.postgres.url(), autocommit=True) as connection:
            while True:
                peaks.see(dict(await (await connection.execute(_COUNT)).fetchall()))
                await asyncio.sleep(_EVERY_SECONDS)

    counter = asyncio.create_task(count())
    try:
        yield peaks
    finally:
        counter.cancel()
        with suppress(asyncio.CancelledError):
            await counter


async def _served(bench: Bench, batch: PreparedBatch) -> dict[str, float]:
    """Console and REST API: many readers at once, and then nobody."""
    async with Served.running(bench) as api, api.client(batch.organisation_id) as client:

        async def read() -> None:
            for _ in range(_REQUESTS):
                for path in ("registration-batches?limit=50", f"registration-batches/{batch.batch_id}", "gates"):
                    await client.get(f"/api/{path}")

        async with counting(bench) as busy:
            await asyncio.gather(*(read() for _ in range(_READERS)))
        await asyncio.sleep(_SETTLE_SECONDS)
        async with counting(bench) as idle:
            await asyncio.sleep(1)
    return {"serve_works": busy.of(_SERVE), "serve_waits": idle.of(_SERVE)}


async def _commands(bench: Bench, batch: PreparedBatch) -> dict[str, float]:
    """The command line: a batch with its restaurants, the list of batches, and the checks of the installation."""
    program = Path(sys.executable).parent / "registration"
    environment = {**bench.stack.environment(), "REGISTRATION_ORGANISATION": str(batch.organisation_id)}
    async with counting(bench) as seen:
        for words in (("show", str(batch.batch_id)), ("batches",), ("gates",), ("doctor", "--deep")):
            log = bench.stack.folder / f"command-{words[0]}.log"
            child = start(words[0], [program, *words], log=log, environment=environment, folder=bench.stack.folder)
            await until(child.ended, f"`registration {words[0]}` to end", _LIMIT)
    return {"command": seen.of(_COMMAND), "doctor": seen.of(_DOCTOR)}


PART = Part(
    "connections",
    "connections to Postgres of a batch's process that works",
    Aim("batch_works", 4),
    _run,
    minutes=5,
)
