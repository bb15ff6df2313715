"""One restaurant through all six steps, and what it leaves behind."""

import logging
from uuid import UUID

import pytest_asyncio
from prefect.client.schemas import TaskRunResult
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterTags,
    LogFilter,
    LogFilterFlowRunId,
    LogFilterLevel,
)
from psycopg import sql

from dev.stack.postgres import EmbeddedPostgres
from registration.accounts.passwords import Cipher
from registration.effects.outputs import OUTPUTS
from registration.workflow.sub_steps import SUB_STEPS, ExtractionStart
from tests.flows.events import end_is_stored
from tests.flows.harness import Ended
from tests.flows.records import Records
from tests.flows.system import OpenedBatch, RunningSystem
from tests.waiting import eventually


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def registered(system: RunningSystem) -> tuple[OpenedBatch, Ended]:
    """A batch of one that was run to its end."""
    batch = await system.batch(1)
    return batch, await system.carry_out(batch)


async def test_every_step_and_sub_step_is_completed(
    system: RunningSystem, registered: tuple[OpenedBatch, Ended]
) -> None:
    """The run ends Completed, and so do all six steps and all fourteen effects."""
    batch, ended = registered
    assert (ended.type, ended.message.endswith("1 completed")) == ("COMPLETED", True), ended
    [name] = batch.names
    assert await system.records.statuses(batch.batch_id) == {name: "completed"}
    steps = await system.records.steps(batch.batch_id, name)
    assert {number: step["status"] for number, step in steps.items()} == dict.fromkeys(range(1, 7), "completed")
    effects = await system.records.effects(batch.batch_id, name)
    assert {one: effect["status"] for one, effect in effects.items()} == dict.fromkeys(
        [*SUB_STEPS, *ExtractionStart], "completed"
    )


async def test_the_outputs_of_each_sub_step_are_stored(
    system: RunningSystem, registered: tuple[OpenedBatch, Ended]
) -> None:
    """The outputs have the sub-step's own model, and the evidence and the request's key are stored."""
    batch, _ = registered
    effects = await system.records.effects(batch.batch_id, batch.names[0])
    for name, kind in OUTPUTS.items():
        assert kind.model_validate(effects[name]["outputs"]).failure() is None
        assert effects[name]["idempotency_key"].endswith(f":{name}:1")
    assert effects["menuImport"]["outputs"]["item_count"] > 0
    assert effects["restaurantRegistration"]["outputs"]["pumpd_restaurant_id"].startswith("RES")


async def test_the_platform_did_everything_once(system: RunningSystem, registered: tuple[OpenedBatch, Ended]) -> None:
    """The platform did each of the twelve once, and each request carried our key."""
    batch, _ = registered
    done = (await system.platform.done(batch.organisation_id))[batch.names[0]]
    once = {row.endpoint for row in SUB_STEPS.values()} | {"extract-menu-premium", "extract-branding"}
    assert {name: times for name, times in done.items() if name in once} == dict.fromkeys(once, 1)
    assert set(done.values()) == {1}


async def test_the_server_recorded_the_graph_of_the_table(
    system: RunningSystem, registered: tuple[OpenedBatch, Ended]
) -> None:
    """The edges between the twelve task runs are exactly the needs of the table."""
    batch, _ = registered
    needs = {name: set(row.needs) for name, row in SUB_STEPS.items()}
    assert await eventually(lambda: recorded_graph(system, batch), "twelve task runs are recorded") == needs


async def recorded_graph(system: RunningSystem, batch: OpenedBatch) -> dict[str, set[str]] | None:
    """The task runs that each sub-step's task run waited for, by name, once all twelve are stored."""
    runs = await system.client.read_task_runs(
        flow_run_filter=FlowRunFilter(tags=FlowRunFilterTags(all_=[str(batch.batch_id)]))
    )
    names = {run.id: run.name.rsplit(" · ", 1)[-1] for run in runs}
    if not set(SUB_STEPS) <= set(names.values()):
        return None
    return {
        names[run.id]: {
            names[found.id]
            for inputs in run.task_inputs.values()
            for found in inputs
            if isinstance(found, TaskRunResult) and found.id in names
        }
        for run in runs
        if names[run.id] in SUB_STEPS
    }


async def test_the_password_stands_nowhere_in_clear_text(
    system: RunningSystem, registered: tuple[OpenedBatch, Ended], cipher: Cipher, postgres: EmbeddedPostgres
) -> None:
    """Not in Prefect's database, our tables or a log; our tables have it encrypted, the platform's in clear text."""
    batch, _ = registered
    [stored] = await system.records.query(
        "select password_encrypted from registration_credentials where organisation_id = %(organisation)s",
        organisation=batch.organisation_id,
    )
    password = cipher.decrypt(stored["password_encrypted"]).get_secret_value()
    prefect = Records(postgres.url("prefect"))
    await eventually(
        lambda: end_is_stored(prefect, f"registration.batch.{batch.batch_id}"), "the batch's events are stored"
    )
    assert await tables_with(system.records, stored["password_encrypted"]) == ["registration_credentials"]
    assert await tables_with(system.records, password) == ["pumpd_accounts"]
    assert await tables_with(prefect, password) == []
    assert password not in system.host.log.read_text()


async def tables_with(database: Records, text: str) -> list[str]:
    """The tables with a row that contains `text` in any column."""
    tables = await database.query(
        "select relname as name from pg_stat_user_tables where schemaname in ('public', 'registration')"
    )
    found: list[str] = []
    for table in tables:
        holds = sql.SQL("select 1 from {table} as row where strpos(row::text, {text}) > 0 limit 1")
        statement = holds.format(table=sql.Identifier(table["name"]), text=sql.Literal(text))
        if await database.query(statement):
            found.append(table["name"])
    return found


async def test_the_log_of_the_run_has_no_warnings(system: RunningSystem, registered: tuple[OpenedBatch, Ended]) -> None:
    """No warnings; the only lines about a sub-step report its end."""
    batch, _ = registered
    logs = await system.client.read_logs(
        LogFilter(
            level=LogFilterLevel(ge_=logging.WARNING), flow_run_id=LogFilterFlowRunId(any_=await runs_of(system, batch))
        )
    )
    assert [log.message for log in logs] == []


async def runs_of(system: RunningSystem, batch: OpenedBatch) -> list[UUID]:
    """Every flow run of a batch."""
    tagged = FlowRunFilter(tags=FlowRunFilterTags(all_=[str(batch.batch_id)]))
    return [run.id for run in await system.client.read_flow_runs(flow_run_filter=tagged)]
