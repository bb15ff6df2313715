"""The demo from the list of restaurants to their outcomes, with the actions of an operator."""

import asyncio
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import State

from dev.demo.answerers import Answerer
from dev.demo.outcomes import Outcome, outcomes
from dev.demo.person import resolve_unknown
from dev.demo.screens import Screen
from dev.demo.script import NAME, Role
from dev.gate_forms.client import GateForms
from dev.gate_forms.schema import DemoError
from interfaces.cli.session import CommandContext, open_context
from registration.batches.models import NewBatch
from registration.batches.opening import open_batch
from registration.batches.queries import read_batch
from registration.restaurants.importing import import_restaurants
from registration.workflow.snapshot import BatchView
from registration.workflow.snapshot_queries import read_snapshot
from tasks.batch_runs import StartedRun, start_run

_SECONDS = 0.5
_CLOSING_SECONDS = 120.0


@dataclass(frozen=True)
class Running:
    """A batch, and the flow run that works on it; `roles` by restaurant id."""

    batch_id: UUID
    name: str
    run: StartedRun
    roles: Mapping[UUID, Role]


async def play(
    roles: tuple[Role, ...], answerer: Answerer, screen: Screen, *, limit: float | None
) -> tuple[Outcome, ...]:
    """Import the restaurants, start their batch, answer its gates, resolve unknown effects; return the outcomes.

    Needs the environment of a running stack. Raises DemoError if the batch does not end, or not before the demo is
    `limit` seconds old.
    """
    async with open_context(None) as context, get_client() as client:
        running = await _start(context, roles, screen)
        with screen.showing(running.name):
            view = await _accompany(context, client, running, answerer, screen, limit or math.inf)
        await _closed(client, running)
    return outcomes(view, running.roles)


async def _start(context: CommandContext, roles: tuple[Role, ...], screen: Screen) -> Running:
    imported = await import_restaurants(context.database, context.organisation_id, [role.row for role in roles])
    by_id = {one.id: role for one, role in zip(imported, roles, strict=True) if one.id is not None}
    screen.say(f"imported {len(by_id)} restaurants from dev/sandbox/data/restaurants.csv")
    new = NewBatch(restaurant_ids=tuple(by_id), created_by=NAME)
    batch_id = await open_batch(context.database, context.organisation_id, new)
    async with context.database.transaction(context.organisation_id) as transaction:
        name = (await read_batch(transaction, batch_id)).name
    run = await start_run(context.organisation_id, batch_id, name)
    screen.say("started deployment register-batch/register-batch:")
    screen.link(run.url)
    return Running(batch_id, name, run, by_id)


async def _accompany(
    context: CommandContext, client: PrefectClient, running: Running, answerer: Answerer, screen: Screen, limit: float
) -> BatchView:
    """Show the batch and let its gates be answered until every restaurant has ended."""
    gate_forms = GateForms(client)
    while True:
        state = await _state(client, running)
        async with context.database.transaction(context.organisation_id) as transaction:
            view = await read_snapshot(transaction, running.batch_id)
        screen.show(view)
        if not view.open_jobs:
            return view
        unfinished = ", ".join(job.restaurant for job in view.open_jobs)
        if state.is_final():
            raise DemoError(f"the flow run ended {state.name} ({state.message}) before {unfinished}")
        if screen.elapsed > limit:
            raise DemoError(f"not ended after {limit:.0f} s: {unfinished}")
        await answerer.answer(context, running.batch_id, gate_forms, screen)
        await resolve_unknown(context, view, running.roles, screen)
        await asyncio.sleep(_SECONDS)


async def _closed(client: PrefectClient, running: Running) -> None:
    """Wait for the end of the flow run. Raises DemoError if it does not end Completed."""
    deadline = time.monotonic() + _CLOSING_SECONDS
    while not (state := await _state(client, running)).is_final() and time.monotonic() < deadline:
        await asyncio.sleep(_SECONDS)
    if not state.is_completed():
        raise DemoError(f"all restaurants have ended, but the flow run is {state.name}: {state.message}")


async def _state(client: PrefectClient, running: Running) -> State:
    state = (await client.read_flow_run(running.run.id)).state
    assert state is not None
    return state
