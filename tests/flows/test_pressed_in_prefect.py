"""What the buttons of the Prefect UI do to the runs of a batch: nothing is lost, nothing stands still."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from enum import Enum, auto
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterTags
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.responses import SetStateStatus
from prefect.states import (
    Cancelled,
    Cancelling,
    Completed,
    Crashed,
    Failed,
    Paused,
    Pending,
    Running,
    Scheduled,
    Suspended,
)

from registration.sub_steps import SUB_STEPS
from tests.flows.gates import COMPANY, CONFIG, Form
from tests.flows.harness import Run, host
from tests.flows.persons import Person
from tests.flows.stage import Opened, Stage
from tests.flows.test_leaving import recovered
from tests.flows.test_taking_over import lease_has_ended, the_holder
from tests.waiting import eventually

pytestmark = [pytest.mark.faults, pytest.mark.slow]

Press = Callable[[Stage, UUID], Awaitable[None]]


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


async def is_held(stage: Stage, batch: Opened) -> bool:
    """Whether a process has the batch's lease."""
    leases = await stage.records.query(
        "select holder from registration_leases where batch_job_id = %(batch)s and holder is not null",
        batch=batch.batch_id,
    )
    return bool(leases)


async def carried_to_its_end(stage: Stage, batch: Opened, moment: Moment) -> None:
    """Another run finishes what the first one began: nothing is asked or done twice, nothing is lost."""
    run = stage.host.start(batch.organisation_id, batch_id=batch.batch_id)
    left = {Moment.CONFIG_GATE: (CONFIG,), Moment.STEP_6: ()}.get(moment, (COMPANY, CONFIG))
    for gate in left:
        await batch.gates.answer_each(gate, dict.fromkeys(batch.names))
    assert (await run.ended()).message.endswith(f": {len(batch.names)} completed")
    await everything_was_done_once(stage, batch)


async def everything_was_done_once(stage: Stage, batch: Opened) -> None:
    """One effect of each kind and one decision per gate for every restaurant."""
    done = await stage.platform.done(batch.organisation_id)
    for restaurant in batch.names:
        assert {row.endpoint: done[restaurant][row.endpoint] for row in SUB_STEPS.values()} == {
            row.endpoint: 1 for row in SUB_STEPS.values()
        }
    decided = [(one["restaurant"], one["gate"]) for one in await stage.records.decisions(batch.batch_id)]
    assert sorted(decided) == sorted((name, gate) for name in batch.names for gate in (COMPANY, CONFIG))


async def runs_below(stage: Stage, batch: Opened) -> list[FlowRun]:
    """The runs of the restaurants."""
    tagged = FlowRunFilter(tags=FlowRunFilterTags(all_=[str(batch.batch_id)]))
    return [run for run in await stage.client.read_flow_runs(flow_run_filter=tagged) if run.name in batch.names]


GIVEN_BACK: dict[str, tuple[Moment, Press]] = {
    "suspended before the gates": (Moment.BEFORE_THE_GATES, forced(Suspended)),
    "paused at the first gate": (Moment.COMPANY_GATE, forced(Paused)),
    "deleted at the second gate": (Moment.CONFIG_GATE, deleted),
    "crashed in step 6": (Moment.STEP_6, forced(Crashed)),
    "suspended in step 6": (Moment.STEP_6, forced(Suspended)),
    "deleted in step 6": (Moment.STEP_6, deleted),
    "completed at the first gate": (Moment.COMPANY_GATE, forced(Completed)),
    "failed at the first gate": (Moment.COMPANY_GATE, forced(Failed)),
    "scheduled at the second gate": (Moment.CONFIG_GATE, forced(Scheduled)),
    "pending at the second gate": (Moment.CONFIG_GATE, forced(Pending)),
}
CANCELLED: dict[str, tuple[Moment, Callable[[], State[Any]]]] = {
    "cancelled before the gates": (Moment.BEFORE_THE_GATES, Cancelled),
    "cancelling at the first gate": (Moment.COMPANY_GATE, Cancelling),
    "cancelled at the second gate": (Moment.CONFIG_GATE, Cancelled),
    "cancelled in step 6": (Moment.STEP_6, Cancelled),
}
ASKS_AGAIN: dict[str, Press] = {
    **{f"a gate {state.__name__.lower()}": forced(state) for state in (Cancelled, Completed, Failed, Crashed)},
    **{f"a gate {state.__name__.lower()}": forced(state) for state in (Scheduled, Pending, Running, Suspended)},
    "a gate deleted": deleted,
}
_AT_ONCE = 8
"""Batches that are carried at the same time: each waits most of its time."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pressed(stage: Stage) -> AsyncGenerator[dict[str, asyncio.Task[None]]]:
    """What happens to each of these batches; they are carried side by side, and each test waits for its own."""
    places = asyncio.Semaphore(_AT_ONCE)

    async def in_turn(story: Awaitable[None]) -> None:
        async with places:
            await story

    stories: dict[str, Awaitable[None]] = {
        **{name: _is_given_back(stage, *cell) for name, cell in GIVEN_BACK.items()},
        **{name: _is_cancelled(stage, *cell) for name, cell in CANCELLED.items()},
        **{moment.name: _cancels_its_job(stage, moment) for moment in Moment},
        **{name: _asks_again(stage, press) for name, press in ASKS_AGAIN.items()},
    }
    tasks = {name: asyncio.create_task(in_turn(story)) for name, story in stories.items()}
    yield tasks
    await asyncio.gather(*tasks.values(), return_exceptions=True)


@pytest.mark.parametrize("name", GIVEN_BACK)
async def test_a_batch_whose_run_is_not_to_go_on_is_given_back(
    pressed: dict[str, asyncio.Task[None]], name: str
) -> None:
    """Its process ends with what is out, its gates stay open, and the next run goes on where it was."""
    await pressed[name]


async def _is_given_back(stage: Stage, moment: Moment, press: Press) -> None:
    batch, run = await brought_to(stage, moment)
    held = await stage.client.read_flow_run(UUID(await the_holder(stage, batch)))
    await press(stage, held.id)
    await run.ended()
    assert not await is_held(stage, batch)
    gates = {Moment.COMPANY_GATE: 1, Moment.CONFIG_GATE: 1}.get(moment)
    assert gates in (None, len(await batch.gates.open_runs()))
    states = {one.state.type for one in await runs_below(stage, batch) if one.state}
    assert states <= {StateType.COMPLETED}, "nothing looks as if somebody carried it out"
    await carried_to_its_end(stage, batch, moment)


async def test_a_suspended_batch_rests_until_it_is_resumed(stage: Stage, deployment: UUID) -> None:
    """Its gates take answers meanwhile, and Resume has recovery go on with it."""
    batch, run = await brought_to(stage, Moment.COMPANY_GATE)
    held = UUID(await the_holder(stage, batch))
    await forced(lambda: Paused(name="Suspended"))(stage, held)
    assert (await run.ended()).name == "Suspended"
    await batch.gates.answer(await batch.gates.form(COMPANY, *batch.names))
    assert await recovered(stage, batch, deployment) == []

    assert (await stage.client.resume_flow_run(held)).status is SetStateStatus.ACCEPT
    [again] = await recovered(stage, batch, deployment)
    await carried_to_its_end(stage, batch, Moment.CONFIG_GATE)
    assert (await stage.client.read_flow_run(held)).state_name == "TakenOver"
    await stage.client.delete_flow_run(again.id)


@pytest.mark.parametrize("name", CANCELLED)
async def test_cancel_on_a_batch_cancels_it_though_nobody_ends_its_process(
    pressed: dict[str, asyncio.Task[None]], name: str
) -> None:
    """What is out is recorded as what it was, and nothing more is sent."""
    await pressed[name]


async def _is_cancelled(stage: Stage, moment: Moment, state: Callable[[], State[Any]]) -> None:
    batch, run = await brought_to(stage, moment)
    held = UUID(await the_holder(stage, batch))
    await forced(state)(stage, held)
    ended = await run.ended()
    assert ended.type == "CANCELLED"
    assert (await stage.records.statuses(batch.batch_id)) == dict.fromkeys(batch.names, "cancelled")
    [only] = batch.names
    effects = await stage.records.effects(batch.batch_id, only)
    out = "completed" if moment is Moment.STEP_6 else "cancelled"
    assert effects["menuImport"]["status"] == out
    assert effects["itemTags"]["status"] == "cancelled"
    assert (await stage.client.read_flow_run(held)).state_type is StateType.CANCELLED


@pytest.mark.parametrize("moment", [moment.name for moment in Moment])
async def test_cancel_on_the_run_of_a_restaurant_cancels_its_job(
    pressed: dict[str, asyncio.Task[None]], moment: str
) -> None:
    """The other one of the batch is registered."""
    await pressed[moment]


async def _cancels_its_job(stage: Stage, moment: Moment) -> None:
    batch, run = await brought_to(stage, moment, how_many=2)
    gone, stays = batch.names
    [of_gone] = await eventually(lambda: of(stage, batch, gone), "it has a run")
    await forced(Cancelling if moment is Moment.COMPANY_GATE else Cancelled)(stage, of_gone.id)
    await Person(stage, batch).becomes(gone, "cancelled")
    for gate in {Moment.CONFIG_GATE: (CONFIG,), Moment.STEP_6: ()}.get(moment, (COMPANY, CONFIG)):
        await batch.gates.answer_each(gate, {stays: None})
    assert (await run.ended()).message.endswith(": 1 cancelled, 1 completed")
    assert (await stage.client.read_flow_run(of_gone.id)).state_type is StateType.CANCELLED


async def of(stage: Stage, batch: Opened, restaurant: str) -> list[FlowRun]:
    """The runs of one restaurant."""
    return [run for run in await runs_below(stage, batch) if run.name == restaurant]


async def test_other_states_of_the_run_of_a_restaurant_change_nothing(stage: Stage) -> None:
    """Each of them is registered, and its run, or the one that stands in for a deleted one, says so at the end."""
    presses = (
        *map(forced, (Completed, Failed, Crashed, Paused, Suspended, Scheduled, Pending, Running)),
        deleted,
    )
    batch, run = await brought_to(stage, Moment.COMPANY_GATE, how_many=len(presses))
    for press, restaurant in zip(presses, batch.names, strict=True):
        [of_it] = await of(stage, batch, restaurant)
        await press(stage, of_it.id)
    await batch.gates.answer(await batch.gates.form(COMPANY, *batch.names))
    await batch.gates.answer_each(CONFIG, dict.fromkeys(batch.names))
    assert (await run.ended()).message.endswith(f": {len(presses)} completed")
    await everything_was_done_once(stage, batch)


async def test_what_is_changed_after_the_end_stays_without_effect(stage: Stage) -> None:
    """A retried restaurant is not cancelled by what somebody did to the runs of a batch that had ended."""
    batch = await stage.batch(1)
    await stage.carry_out(batch)
    [only] = batch.names
    [of_it] = await of(stage, batch, only)
    for run_id in (UUID(await the_holder(stage, batch)), of_it.id):
        await forced(Cancelled)(stage, run_id)
    await Person(stage, batch).retry(only, "itemTags", redo=("itemTags",))
    assert (await stage.host.run(batch.organisation_id, batch_id=batch.batch_id)).message.endswith(": 1 completed")


@pytest.mark.parametrize("name", ASKS_AGAIN)
async def test_a_gate_whose_run_is_changed_asks_again(pressed: dict[str, asyncio.Task[None]], name: str) -> None:
    """In another form, for the same restaurant, whose answer then counts."""
    await pressed[name]


async def _asks_again(stage: Stage, press: Press) -> None:
    batch, run = await brought_to(stage, Moment.COMPANY_GATE)
    form = await batch.gates.form(COMPANY)
    await press(stage, form.run.id)
    again = await eventually(lambda: another_form(batch, form), "the gate asks again")
    assert again.restaurants == form.restaurants
    await batch.gates.answer(again, dict.fromkeys(batch.names, "Leave this restaurant out"))
    assert (await run.ended()).type == "COMPLETED"


async def another_form(batch: Opened, before: Form) -> Form | None:
    """The open form, if it is not the one from before."""
    form = await batch.gates.form(COMPANY)
    return form if form.run.state_id != before.run.state_id else None


async def test_cancel_on_the_run_of_a_restaurant_whose_process_is_gone_counts_once(
    stage: Stage, host_environment: dict[str, str], short_folder: Path
) -> None:
    """Whoever takes over cancels its job; one that is opened again later is not cancelled by the old run."""
    batch = await stage.batch(2)
    gone, stays = batch.names
    environment = host_environment | {"REGISTRATION_LEASE_SECONDS": "100"}
    async with host(environment, short_folder / "host.log") as process:
        process.start(batch.organisation_id, batch_id=batch.batch_id)
        await batch.gates.form(COMPANY, *batch.names)
        await process.kill()
    [of_gone] = await of(stage, batch, gone)
    await forced(Cancelled)(stage, of_gone.id)
    await lease_has_ended(stage, batch)

    run = stage.host.start(batch.organisation_id, batch_id=batch.batch_id)
    await Person(stage, batch).becomes(gone, "cancelled")
    for gate in (COMPANY, CONFIG):
        await batch.gates.answer_each(gate, {stays: None})
    assert (await run.ended()).message.endswith(": 1 cancelled, 1 completed")

    await Person(stage, batch).retry(gone)
    run = stage.host.start(batch.organisation_id, batch_id=batch.batch_id)
    for gate in (COMPANY, CONFIG):
        await batch.gates.answer_each(gate, {gone: None})
    assert (await run.ended()).message.endswith(": 2 completed")
