"""A person at the gates of a batch: sees each form, and answers it as it is proposed."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress

import httpx
from prefect.client.orchestration import PrefectClient

from deployments.demo.door import Door, OpenGate
from deployments.demo.form import Question
from deployments.faults.lab import Lab
from deployments.local.prepared_batches import PreparedBatch
from registration.answers import DECIDED_BY
from registration.questions.labels import DECIDE_LATER

_SECONDS = 0.5


class Operator:
    """Somebody with a name, at the Prefect door."""

    def __init__(self, name: str, client: PrefectClient) -> None:
        self.name = name
        self._client = client

    @classmethod
    @asynccontextmanager
    async def at_work(cls, lab: Lab, name: str) -> AsyncGenerator["Operator"]:
        """With a client of the stack's Prefect server."""
        async with PrefectClient(lab.stack.addresses.prefect_api_url or "") as client:
            yield cls(name, client)

    async def sees(self, batch: PreparedBatch, limit: float) -> OpenGate:
        """The form that asks about all restaurants of the batch. Raises TimeoutError."""
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            for gate in await self._door(batch).open_gates():
                if len(gate.questions) == len(batch.job_ids):
                    return gate
            await asyncio.sleep(_SECONDS)
        raise TimeoutError(f"no form asked about the {len(batch.job_ids)} restaurants within {limit:g} s")

    async def answers(self, batch: PreparedBatch, gate: OpenGate) -> bool:
        """Resume the gate's run with what it proposes; False if somebody else did before."""
        filled = {question.field: _proposed(question) for question in gate.questions}
        return await self._door(batch).answer(gate, {DECIDED_BY: self.name, **filled})

    async def answers_everything(self, batches: Sequence[PreparedBatch]) -> None:
        """Answer whatever is asked about the batches, until cancelled; a server that is away is waited for."""
        while True:
            for batch in batches:
                with suppress(httpx.HTTPError):
                    for gate in await self._door(batch).open_gates():
                        await self.answers(batch, gate)
            await asyncio.sleep(_SECONDS)

    def _door(self, batch: PreparedBatch) -> Door:
        return Door(self._client, batch.batch_id)


@asynccontextmanager
async def somebody_answers(lab: Lab, name: str, batches: Sequence[PreparedBatch]) -> AsyncGenerator[None]:
    """Every form of the batches is answered while the block runs."""
    async with Operator.at_work(lab, name) as operator:
        answering = asyncio.create_task(operator.answers_everything(batches))
        try:
            yield
        finally:
            answering.cancel()
            await asyncio.gather(answering, return_exceptions=True)


def _proposed(question: Question) -> str:
    """What is preselected; where nothing is, the best candidate, or that there is none."""
    return question.preset if question.preset != DECIDE_LATER else question.labels[0]
