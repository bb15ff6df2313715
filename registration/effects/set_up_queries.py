"""Queries about single jobs."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.configuration.models import YoloConfig
from registration.states import SubStepStatus
from registration.workflow.sub_steps import SubStepName

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
class SetUpSnapshot:
    """A job at step 6: its frozen configuration and how its effects stand, with their stored outputs."""

    restaurant_id: UUID
    config: YoloConfig
    menu_items: int
    statuses: dict[SubStepName, SubStepStatus]
    outputs: dict[SubStepName, dict[str, Any]]
    needs_person: frozenset[SubStepName]
    errors: dict[SubStepName, str]


async def save_config(connection: AsyncConnection, organisation_id: UUID, job_id: UUID, config: YoloConfig) -> None:
    """Freeze the configuration that step 6 executes."""
    parameters = {"job": job_id, "organisation": organisation_id, "config": config.model_dump(mode="json")}
    await connection.execute(_SAVE_CONFIG, parameters)


async def read_set_up(connection: AsyncConnection, organisation_id: UUID, job_id: UUID) -> SetUpSnapshot:
    """What step 6 of a job works with; one query."""
    return (await read_set_ups(connection, organisation_id, [job_id]))[job_id]


async def read_set_ups(
    connection: AsyncConnection, organisation_id: UUID, job_ids: Collection[UUID]
) -> dict[UUID, SetUpSnapshot]:
    """The same of several jobs, by job; one query."""
    found = await connection.execute(_SET_UP, {"jobs": list(job_ids), "organisation": organisation_id})
    return {row.id: _set_up(row) for row in found}


def _set_up(row: Any) -> SetUpSnapshot:
    twelve = {SubStepName(name): effect for name, effect in row.effects.items() if name in _TWELVE}
    return SetUpSnapshot(
        restaurant_id=row.restaurant_id,
        config=YoloConfig.model_validate(row.execution_config),
        menu_items=row.menu_items,
        statuses={name: SubStepStatus(effect["status"]) for name, effect in twelve.items()},
        outputs={name: effect["outputs"] for name, effect in twelve.items() if effect["outputs"]},
        needs_person=frozenset(name for name, effect in twelve.items() if effect["needs_person"]),
        errors={name: effect["error"] for name, effect in twelve.items() if effect["error"]},
    )
