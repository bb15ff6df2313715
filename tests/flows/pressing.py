"""Buttons of the Prefect UI, and batches on whose runs they are pressed."""

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
from tests.flows.persons import Person
from tests.flows.stage import Opened, Stage
from tests.waiting import eventually

Press = Callable[[Stage, UUID], Awaitable[None]]
_AT_ONCE = 8
"""Batches that are carried at the same time: each waits most of its time."""

Stories = dict[str, asyncio.Task[None]]


class Moment(Enum):
    """Where the restaurants of a batch are when somebody presses a button."""

    BEFORE_THE_GATES = auto()
    COMPANY_GATE = auto()
    CONFIG_GATE = auto()
    STEP_6 = auto()


def forced(state: Callable[[], State[Any]]) -> Press:
    """“Change state” of the UI."""

    async def press(stage: Stage, run_id: UUID) -> None:
        await stage.client.set_flow_run_state(run_id, state(), force=True)

    return press


async def deleted(stage: Stage, run_id: UUID) -> None:
    """Delete, in the UI or by `prefect flow-run delete`."""
    await stage.client.delete_flow_run(run_id)


async def brought_to(stage: Stage, moment: Moment, how_many: int = 1) -> tuple[Opened, Run]:
    """A running batch whose restaurants are there; in step 6 with a request out that takes seconds."""
    batch = await stage.batch(how_many)
    ids = await Person(stage, batch).restaurant_ids()
    for restaurant in batch.names:
        endpoint = "extract-menu-premium" if moment is Moment.BEFORE_THE_GATES else "import-menu-direct"
        await stage.platform.break_with(ids[restaurant], endpoint, "slow_answer", seconds=9, times=1)
    run = stage.host.start(batch.organisation_id, batch_id=batch.batch_id)
    if moment is Moment.BEFORE_THE_GATES:
        await eventually(lambda: is_held(stage, batch), "somebody works on it")
        return batch, run
    companies = await batch.gates.form(COMPANY, *batch.names)
    if moment is Moment.COMPANY_GATE:
        return batch, run
    await batch.gates.answer(companies)
    configs = await batch.gates.form(CONFIG, *batch.names)
    if moment is Moment.STEP_6:
        await batch.gates.answer(configs)
        for restaurant in batch.names:
            await Person(stage, batch).effect_becomes(restaurant, "menuImport", "sent")
    return batch, run


async def carried_to_its_end(stage: Stage, batch: Opened, moment: Moment) -> None:
    """Another run finishes what the first one began: nothing is asked or done twice, nothing is lost."""
    run = stage.host.start(batch.organisation_id, batch_id=batch.batch_id)
    left = {Moment.CONFIG_GATE: (CONFIG,), Moment.STEP_6: ()}.get(moment, (COMPANY, CONFIG))
    for gate in left:
        await batch.gates.answer_each(gate, dict.fromkeys(batch.names))
    assert (await run.ended()).message.endswith(f": {len(batch.names)} completed")
    await everything_was_done_once(stage, batch)


async def runs_below(stage: Stage, batch: Opened) -> list[FlowRun]:
    """The runs of the restaurants."""
    tagged = FlowRunFilter(tags=FlowRunFilterTags(all_=[str(batch.batch_id)]))
    return [run for run in await stage.client.read_flow_runs(flow_run_filter=tagged) if run.name in batch.names]


async def runs_of(stage: Stage, batch: Opened, restaurant: str) -> list[FlowRun]:
    """The runs of one restaurant."""
    return [run for run in await runs_below(stage, batch) if run.name == restaurant]


@asynccontextmanager
async def side_by_side(stories: Mapping[str, Awaitable[None]]) -> AsyncGenerator[Stories]:
    """Stories of batches that run at the same time; each test waits for its own."""
    places = asyncio.Semaphore(_AT_ONCE)

    async def in_turn(history: Awaitable[None]) -> None:
        async with places:
            await history

    tasks = {name: asyncio.create_task(in_turn(history)) for name, history in stories.items()}
    yield tasks
    await asyncio.gather(*tasks.values(), return_exceptions=True)
