"""Buttons of the Prefect UI, and the batches on whose runs they are pressed."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from enum import Enum, auto
from typing import Any
from uuid import UUID

from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterTags
from prefect.client.schemas.objects import FlowRun, State

from tests.flows.done_once import everything_was_done_once
from tests.flows.gates import COMPANY, CONFIG
from tests.flows.harness import Run
from tests.flows.leases import is_held
from tests.flows.operators import Operator
from tests.flows.system import OpenedBatch, RunningSystem
from tests.waiting import eventually

Press = Callable[[RunningSystem, UUID], Awaitable[None]]
_AT_ONCE = 8
"""Batches that run at the same time: each spends most of its time waiting."""

Stories = dict[str, asyncio.Task[None]]


class Moment(Enum):
    """The state of a batch's restaurants when a person presses a button."""

    BEFORE_THE_GATES = auto()
    COMPANY_GATE = auto()
    CONFIG_GATE = auto()
    STEP_6 = auto()


def forced(state: Callable[[], State[Any]]) -> Press:
    """“Change state” of the UI."""

    async def press(system: RunningSystem, run_id: UUID) -> None:
        await system.client.set_flow_run_state(run_id, state(), force=True)

    return press


async def deleted(system: RunningSystem, run_id: UUID) -> None:
    """Delete, in the UI or by `prefect flow-run delete`."""
    await system.client.delete_flow_run(run_id)


async def brought_to(
    system: RunningSystem, moment: Moment, how_many: int = 1, *, held: bool = False
) -> tuple[OpenedBatch, Run]:
    """A running batch whose restaurants are at the given moment.

    In step 6 each has a request in flight, which takes seconds, or is `held` until it is `let_go`.
    """
    batch = await system.batch(how_many)
    ids = await Operator(system, batch).restaurant_ids()
    for restaurant in batch.names:
        endpoint = "extract-menu-premium" if moment is Moment.BEFORE_THE_GATES else "import-menu-direct"
        until: dict[str, object] = {"hold": str(batch.batch_id)} if held and moment is Moment.STEP_6 else {"seconds": 9}
        await system.platform.break_with(ids[restaurant], endpoint, "slow_answer", times=1, **until)
    run = system.host.start(batch.organisation_id, batch_id=batch.batch_id)
    if moment is Moment.BEFORE_THE_GATES:
        await eventually(lambda: is_held(system, batch), "somebody works on it")
        return batch, run
    companies = await batch.gates.form(COMPANY, *batch.names)
    if moment is Moment.COMPANY_GATE:
        return batch, run
    await batch.gates.answer(companies)
    configs = await batch.gates.form(CONFIG, *batch.names)
    if moment is Moment.STEP_6:
        await batch.gates.answer(configs)
        for restaurant in batch.names:
            await Operator(system, batch).effect_becomes(restaurant, "menuImport", "sent")
    return batch, run


async def let_go(system: RunningSystem, batch: OpenedBatch, restaurant: str | None = None) -> None:
    """Answer the held requests once the cancel of the batch, or of this restaurant, is recorded."""
    await Operator(system, batch).is_to_stop(restaurant)
    await system.platform.release(str(batch.batch_id))


async def carried_to_its_end(system: RunningSystem, batch: OpenedBatch, moment: Moment) -> None:
    """Another run finishes what the first began: nothing is asked or done twice, nothing is lost."""
    run = system.host.start(batch.organisation_id, batch_id=batch.batch_id)
    left = {Moment.CONFIG_GATE: (CONFIG,), Moment.STEP_6: ()}.get(moment, (COMPANY, CONFIG))
    for gate in left:
        await batch.gates.answer_each(gate, dict.fromkeys(batch.names))
    assert (await run.ended()).message.endswith(f": {len(batch.names)} completed")
    await everything_was_done_once(system, batch)


async def runs_below(system: RunningSystem, batch: OpenedBatch) -> list[FlowRun]:
    """The runs of the restaurants."""
    tagged = FlowRunFilter(tags=FlowRunFilterTags(all_=[str(batch.batch_id)]))
    return [run for run in await system.client.read_flow_runs(flow_run_filter=tagged) if run.name in batch.names]


async def runs_of(system: RunningSystem, batch: OpenedBatch, restaurant: str) -> list[FlowRun]:
    """The runs of one restaurant."""
    return [run for run in await runs_below(system, batch) if run.name == restaurant]


@asynccontextmanager
async def side_by_side(stories: Mapping[str, Awaitable[None]]) -> AsyncGenerator[Stories]:
    """Scenarios of batches that run concurrently; each test awaits its own."""
    places = asyncio.Semaphore(_AT_ONCE)

    async def in_turn(history: Awaitable[None]) -> None:
        async with places:
            await history

    tasks = {name: asyncio.create_task(in_turn(history)) for name, history in stories.items()}
    yield tasks
    await asyncio.gather(*tasks.values(), return_exceptions=True)
