"""A client for the gates on the Prefect server: paused runs, their forms, and resuming a run with typed input."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import NOT_FOUND
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas import OrchestrationResult
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.responses import SetStateStatus
from prefect.exceptions import PrefectHTTPStatusError

from dev.gate_forms.schema import DemoError, Question, read_form
from tasks.batch_runs import run_url

_PAUSED = FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.PAUSED]))
_BETWEEN = " · "
_NOT_YET = "Run input schema not found"
_ATTEMPTS, _SECONDS = 240, 0.25


@dataclass(frozen=True)
class OpenGate:
    """A gate's run that is paused with a form; `url` is its page in the Prefect UI."""

    run_id: UUID
    name: str
    url: str | None
    questions: tuple[Question, ...]

    @property
    def short_name(self) -> str:
        """The gate, the round and the number of waiting restaurants, without the name of the demo's only batch."""
        gate, *_, round_, waiting = self.name.split(_BETWEEN)
        return _BETWEEN.join((gate, round_, waiting))


class GateForms:
    """The gates of one batch, or of all on a Prefect server."""

    def __init__(self, client: PrefectClient, batch_id: UUID | None = None) -> None:
        self._client = client
        tags = FlowRunFilterTags(all_=[str(batch_id)]) if batch_id else None
        self._gates = FlowRunFilter(state=_PAUSED, tags=tags)

    async def open_gates(self) -> tuple[OpenGate, ...]:
        """The gates that wait for an answer now."""
        runs = await self._client.read_flow_runs(flow_run_filter=self._gates)
        return tuple(filter(None, [await self._gate(run) for run in runs]))

    async def is_open(self, gate: OpenGate) -> bool:
        """True if exactly this form still waits."""
        return gate in await self.open_gates()

    async def answer(self, gate: OpenGate, raw: Mapping[str, Any]) -> bool:
        """Resume the gate's run with the form's input; False if the gate was already answered.

        Raises DemoError if Prefect refuses the input.
        """
        for _ in range(_ATTEMPTS):
            result: OrchestrationResult[Any] = await self._client.resume_flow_run(gate.run_id, run_input=dict(raw))
            if result.status is SetStateStatus.ACCEPT:
                return True
            reason = getattr(result.details, "reason", None) or result.status.value
            if result.status is SetStateStatus.ABORT:
                return False
            if _NOT_YET not in reason:
                raise DemoError(f"{gate.name}: Prefect refused the answers: {reason}")
            await asyncio.sleep(_SECONDS)
        raise DemoError(f"{gate.name}: its form was not stored in {_ATTEMPTS * _SECONDS:.0f} s")

    async def _gate(self, run: FlowRun) -> OpenGate | None:
        keyset = run.state.state_details.run_input_keyset if run.state else None
        if keyset is None:
            return None
        try:
            schema = json.loads(await self._client.read_flow_run_input(run.id, keyset["schema"]))
        except PrefectHTTPStatusError as error:
            if error.response.status_code != NOT_FOUND:
                raise
            # The run is paused a moment before its form is stored: the next query finds the form.
            return None
        return OpenGate(run.id, run.name, run_url(run.id), read_form(schema))
