"""A batch whose restaurants all wait at the configuration gate, and its process."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from prefect.client.orchestration import PrefectClient

from deployments.bench.bench import NO_QUEUES, Bench
from deployments.demo.door import Door, OpenGate
from deployments.local.prepared_batches import PreparedBatch
from deployments.local.pretended_platform import AT_ONCE
from deployments.local.processes import Child
from registration.errors import Refused
from registration.stopping import cancel_batch
from registration.store.moves import Because

_LIMIT = 120.0


@dataclass(frozen=True)
class WaitingBatch:
    """The batch, its process, and the door through which it is answered."""

    batch: PreparedBatch
    process: Child
    door: Door

    async def gate(self, questions: int) -> OpenGate:
        """The open form, once it asks about so many restaurants."""
        async with asyncio.timeout(_LIMIT):
            while True:
                self.process.check()
                for gate in await self.door.open_gates():
                    if len(gate.questions) == questions:
                        return gate
                await asyncio.sleep(0.1)


@asynccontextmanager
async def waiting_batch(bench: Bench) -> AsyncGenerator[WaitingBatch]:
    """Start a batch and wait until the gate asks about all of its restaurants.

    At the end the batch is cancelled: no run of it is left that would be taken for one at work, or taken over.
    """
    batch = await bench.prepare(AT_ONCE, decided=False)
    arguments = (str(batch.organisation_id), str(batch.batch_id))
    async with (
        bench.process("batch", *arguments, settings=NO_QUEUES) as process,
        PrefectClient(bench.stack.addresses.prefect_api_url or "") as client,
    ):
        waiting = WaitingBatch(batch, process, Door(client))
        await waiting.gate(bench.restaurants)
        yield waiting
        with suppress(Refused):  # it has ended by itself
            await cancel_batch(bench.database, batch.organisation_id, batch.batch_id, Because("benchmark"))
        await process.finish(_LIMIT)
