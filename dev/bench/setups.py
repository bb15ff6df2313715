"""Arrangements for the measured parts: batches at the configuration gate, and workers for batches and recovery."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from prefect.client.orchestration import PrefectClient

from dev.bench.harness import NO_QUEUES, Bench
from dev.gate_forms.client import GateForms, OpenGate
from dev.stack.fixtures import PreparedBatch
from dev.stack.prefect_worker import start_worker
from dev.stack.processes import Child
from dev.stack.sandbox_control import AT_ONCE
from dev.stack.stack import POOL, RECOVERY_POOL
from registration.errors import Refused
from registration.operations.cancel import cancel_batch
from registration.workflow.transition_queries import Attribution

_LIMIT = 120.0


@dataclass(frozen=True)
class WaitingBatch:
    """A batch at a gate, its process, and the client through which the gate is answered."""

    batch: PreparedBatch
    process: Child
    gate_forms: GateForms

    async def gate(self, questions: int) -> OpenGate:
        """The open form, once it asks about this many restaurants."""
        async with asyncio.timeout(_LIMIT):
            while True:
                self.process.check()
                for gate in await self.gate_forms.open_gates():
                    if len(gate.questions) == questions:
                        return gate
                await asyncio.sleep(0.1)


@asynccontextmanager
async def waiting_batch(bench: Bench) -> AsyncGenerator[WaitingBatch]:
    """Start a batch and wait until the gate asks about all of its restaurants.

    At the end the batch is cancelled, so that no run of it remains that could be taken over.
    """
    batch = await bench.prepare(AT_ONCE, decided=False)
    arguments = (str(batch.organisation_id), str(batch.batch_id))
    async with (
        bench.process("batch", *arguments, settings=NO_QUEUES) as process,
        PrefectClient(bench.stack.addresses.prefect_api_url or "") as client,
    ):
        waiting = WaitingBatch(batch, process, GateForms(client))
        await waiting.gate(bench.restaurants)
        yield waiting
        with suppress(Refused):  # it has ended by itself
            await cancel_batch(bench.database, batch.organisation_id, batch.batch_id, Attribution("benchmark"))
        await process.finish(_LIMIT)


@asynccontextmanager
async def workers(bench: Bench, settings: Mapping[str, str]) -> AsyncGenerator[None]:
    """Both workers during the block; the flows that they start have these settings."""
    environment = {**bench.stack.environment(), **settings}
    started: list[Child] = []
    try:
        started.append(start_worker(POOL, bench.stack.folder, environment))
        started.append(start_worker(RECOVERY_POOL, bench.stack.folder, environment, at_once=1))
        yield
    finally:
        await asyncio.gather(*(worker.stop() for worker in started))
