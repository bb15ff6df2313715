"""Queries about single jobs."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.errors import NotFound
from registration.models.yolo_config import YoloConfig
from registration.states import SubStepStatus
from registration.sub_steps import SubStepName

_CONFIG_INPUTS = text(
    """
    select j.restaurant_id, b.default_config, coalesce(s.result_data -> 'for_all', '{}'::jsonb) as for_all
    from registration_jobs j
    join registration_batch_jobs b on b.id = j.batch_job_id
    join registration_job_steps s on s.job_id = j.id and s.step_number = 5
    where j.id = :job and j.organisation_id = :organisation
    """
)
_OUTCOMES = text(
    """
    select one.job_id, one.error_message as extraction_error,
        coalesce(four.result_data -> 'conflicts', '{}'::jsonb) as conflicts
    from registration_job_steps one
    join registration_job_steps four on four.job_id = one.job_id and four.step_number = 4
    where one.job_id = any(:jobs) and one.step_number = 1 and one.organisation_id = :organisation
    """
)
_SAVE_CONFIG = text(
    """
    update registration_jobs set execution_config = :config, updated_at = clock_timestamp()
    where id = :job and organisation_id = :organisation
    """
).bindparams(bindparam("config", type_=JSONB))
_SET_UP = text(
    """
    select j.id, j.restaurant_id, j.execution_config,
        (select coalesce(max(count), 0) from (select count(*) from menu_items i
            where i.menu_id = cast(j.execution_config #>> '{menu,selected_menu_id}' as uuid)) items)::int as menu_items,
        (select jsonb_object_agg(s.name, jsonb_build_object(
                'status', s.status, 'outputs', s.outputs, 'needs_person', s.needs_person,
                'error', s.error_message))
            from registration_sub_steps s where s.job_id = j.id) as effects
    from registration_jobs j where j.id = any(:jobs) and j.organisation_id = :organisation
    """
)

_TWELVE = frozenset(SubStepName)


@dataclass(frozen=True)
class ConfigInputs:
    """What lies over a job's proposal."""

    restaurant_id: UUID
    default_config: dict[str, Any]
    for_all: dict[str, Any]


@dataclass(frozen=True)
class StepOutcomes:
    """Why step 1 failed, if it did; and what step 4 found different from what a person typed, by column."""

    extraction_error: str | None
    conflicts: dict[str, dict[str, str]]


@dataclass(frozen=True)
class SetUpRow:
    """A job at step 6: its frozen configuration and how its effects stand, with their stored outputs."""

    restaurant_id: UUID
    config: YoloConfig
    menu_items: int
    statuses: dict[SubStepName, SubStepStatus]
    outputs: dict[SubStepName, dict[str, Any]]
    needs_person: frozenset[SubStepName]
    errors: dict[SubStepName, str]


async def read_config_inputs(connection: AsyncConnection, organisation_id: UUID, job_id: UUID) -> ConfigInputs:
    """Raises NotFound for an unknown or foreign job."""
    found = await connection.execute(_CONFIG_INPUTS, {"job": job_id, "organisation": organisation_id})
    row = found.one_or_none()
    if row is None:
        raise NotFound(f"there is no job {job_id} in this organisation")
    return ConfigInputs(row.restaurant_id, row.default_config, row.for_all)


async def read_step_outcomes(
    connection: AsyncConnection, organisation_id: UUID, job_ids: list[UUID]
) -> dict[UUID, StepOutcomes]:
    """What went wrong before the configuration gate; one query."""
    rows = await connection.execute(_OUTCOMES, {"jobs": job_ids, "organisation": organisation_id})
    return {row.job_id: StepOutcomes(row.extraction_error, row.conflicts) for row in rows}


async def save_config(connection: AsyncConnection, organisation_id: UUID, job_id: UUID, config: YoloConfig) -> None:
    """Freeze the configuration that step 6 executes."""
    parameters = {"job": job_id, "organisation": organisation_id, "config": config.model_dump(mode="json")}
    await connection.execute(_SAVE_CONFIG, parameters)


async def read_set_up(connection: AsyncConnection, organisation_id: UUID, job_id: UUID) -> SetUpRow:
    """What step 6 of a job works with; one query."""
    return (await read_set_ups(connection, organisation_id, [job_id]))[job_id]


async def read_set_ups(
    connection: AsyncConnection, organisation_id: UUID, job_ids: Collection[UUID]
) -> dict[UUID, SetUpRow]:
    """The same of several jobs, by job; one query."""
    found = await connection.execute(_SET_UP, {"jobs": list(job_ids), "organisation": organisation_id})
    return {row.id: _set_up(row) for row in found}


def _set_up(row: Any) -> SetUpRow:
    twelve = {SubStepName(name): effect for name, effect in row.effects.items() if name in _TWELVE}
    return SetUpRow(
        restaurant_id=row.restaurant_id,
        config=YoloConfig.model_validate(row.execution_config),
        menu_items=row.menu_items,
        statuses={name: SubStepStatus(effect["status"]) for name, effect in twelve.items()},
        outputs={name: effect["outputs"] for name, effect in twelve.items() if effect["outputs"]},
        needs_person=frozenset(name for name, effect in twelve.items() if effect["needs_person"]),
        errors={name: effect["error"] for name, effect in twelve.items() if effect["error"]},
    )
