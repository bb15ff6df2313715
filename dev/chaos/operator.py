"""An operator: answers the gates as proposed, runs commands, resolves unknown effects by the sandbox's counts."""

import asyncio
import sys
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Protocol
from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient

from dev.chaos.expected import Done
from dev.chaos.lab import FAST, Lab
from dev.chaos.records import Records
from dev.gate_forms.client import GateForms, OpenGate
from dev.gate_forms.schema import Question
from dev.stack.fixtures import PreparedBatch
from registration.database.session import Database
from registration.errors import Refused
from registration.gates.form_answers import DECIDED_BY
from registration.gates.wording import DECIDE_LATER
from registration.operations.resolve import Resolution, resolve
from registration.workflow.sub_steps import SubStepName
from registration.workflow.transition_queries import Attribution

_SECONDS = 0.5


class Operator:
    """A named person at the Prefect server."""

    def __init__(self, name: str, client: PrefectClient) -> None:
        self.name = name
        self._client = client

    @classmethod
    @asynccontextmanager
    async def connected(cls, lab: Lab, name: str) -> AsyncGenerator["Operator"]:
        """An operator with a client of the stack's Prefect server."""
        async with PrefectClient(lab.stack.addresses.prefect_api_url or "") as client:
            yield cls(name, client)

    async def sees(self, batch: PreparedBatch, limit: float) -> OpenGate:
        """The form that asks about all restaurants of the batch. Raises TimeoutError."""
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            for gate in await self._gate_forms(batch).open_gates():
                if len(gate.questions) == len(batch.job_ids):
                    return gate
            await asyncio.sleep(_SECONDS)
        raise TimeoutError(f"no form asked about the {len(batch.job_ids)} restaurants within {limit:g} s")

    async def answers(self, batch: PreparedBatch, gate: OpenGate) -> bool:
        """Resume the gate's run with the proposed answers; False if it was already answered."""
        filled = {question.field: _proposed(question) for question in gate.questions}
        return await self._gate_forms(batch).answer(gate, {DECIDED_BY: self.name, **filled})

    async def answers_everything(self, batches: Sequence[PreparedBatch]) -> None:
        """Answer all gates of the batches until cancelled; waits while the server is away."""
        while True:
            for batch in batches:
                with suppress(httpx.HTTPError):
                    for gate in await self._gate_forms(batch).open_gates():
                        await self.answers(batch, gate)
            await asyncio.sleep(_SECONDS)

    def _gate_forms(self, batch: PreparedBatch) -> GateForms:
        return GateForms(self._client, batch.batch_id)


@asynccontextmanager
async def gates_answered(lab: Lab, name: str, batches: Sequence[PreparedBatch]) -> AsyncGenerator[None]:
    """Every form of the batches is answered during the block."""
    async with Operator.connected(lab, name) as operator:
        answering = asyncio.create_task(operator.answers_everything(batches))
        try:
            yield
        finally:
            answering.cancel()
            await asyncio.gather(answering, return_exceptions=True)


def _proposed(question: Question) -> str:
    """The preselected answer, else the best candidate, else "no match"."""
    return question.preset if question.preset != DECIDE_LATER else question.labels[0]


_PROGRAM = Path(sys.executable).parent / "registration"
_LIMIT = 120.0


class CommandFailed(Exception):
    """A command exited with a code other than 0; the message is its output."""


async def registration(lab: Lab, organisation_id: UUID, *arguments: str, typed: str = "") -> str:
    """The output of `registration ARGUMENTS`, with `typed` as its input. Raises CommandFailed."""
    environment = {**lab.stack.environment(), **FAST.environment(), "REGISTRATION_ORGANISATION": str(organisation_id)}
    process = await asyncio.create_subprocess_exec(
        *(str(_PROGRAM), *arguments),
        env=environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(_LIMIT):
        output, _ = await process.communicate(typed.encode())
    if process.returncode != 0:
        raise CommandFailed(f"registration {' '.join(arguments)}: {output.decode().strip()}")
    return output.decode()


_BY = "faults"
_REGISTRATION = SubStepName.RESTAURANT_REGISTRATION


class Counted(Protocol):
    """What a person needs who resolves effects: our records, and the platform's own count."""

    @property
    def database(self) -> Database:
        """Our database, as the product uses it."""
        ...

    @property
    def records(self) -> Records:
        """Our tables."""
        ...

    async def done(self, batch: PreparedBatch) -> Done:
        """The platform's count for a batch."""
        ...


async def resolve_unknown(lab: Counted, batches: Sequence[PreparedBatch]) -> None:
    """Resolve every sub-step that waits for a person by the platform's count, as `registration resolve` does."""
    for batch in batches:
        records = (await lab.records.restaurants([batch])).values()
        unknown = [(record, name) for record in records for name, one in record.twelve.items() if one.needs_person]
        for record, name in unknown:
            done = await lab.done(batch)
            count = done.count(record, name)
            found = Resolution.IT_IS_THERE if count else Resolution.DO_IT_AGAIN
            attribution = Attribution(_BY, f"the platform did it {count} times")
            key = (lab.database, batch.organisation_id, record.job_id, name, found, attribution)
            # The platform stores no id of a registration that it takes for failed: the ordering system shows it.
            seen = done.made.get(record.restaurant_id) if count and name == _REGISTRATION else None
            # Refused: a process or a probe was faster; the rest is read the next time.
            with suppress(Refused):
                await resolve(*key, pumpd_restaurant_id=seen)
