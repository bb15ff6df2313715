"""Queries about what configurations are proposed from: restaurants, batches, and the organisation's features."""

from collections.abc import Collection
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.configuration.features import Off, features_off
from registration.configuration.models import ConfigLayer
from registration.database.shared_transaction import Reader, reader
from registration.restaurants.models import MenuChoice

_INPUTS = text(
    """
    select j.id, b.default_config, coalesce(five.result_data -> 'for_all', '{}'::jsonb) as for_all,
        one.error_message as extraction_error, coalesce(four.result_data -> 'conflicts', '{}'::jsonb) as conflicts,
        (select coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'version', coalesce(m.version, 1),
                'items', (select count(*) from menu_items i where i.menu_id = m.id),
                'nuts', exists (select from menu_items i cross join unnest(i.tags) tag
                    where i.menu_id = m.id and lower(btrim(tag)) = 'contains nuts')) order by m.created_at desc), '[]')
            from menus m join restaurants r on r.id = m.restaurant_id
            where m.restaurant_id = j.restaurant_id and r.organisation_id = j.organisation_id and m.is_active) as menus
    from registration_jobs j
    join registration_batch_jobs b on b.id = j.batch_job_id
    join registration_job_steps one on one.job_id = j.id and one.step_number = 1
    join registration_job_steps four on four.job_id = j.id and four.step_number = 4
    join registration_job_steps five on five.job_id = j.id and five.step_number = 5
    where j.id = any(:jobs) and j.organisation_id = :organisation
    """
)


class Conflict(BaseModel):
    """What a person typed, and what the register has instead."""

    typed: str = Field(alias="restaurant")
    registered: str = Field(alias="register")


class ConfigInputs(BaseModel):
    """What a job's configuration is proposed from, and what went wrong on the way to it.

    `menus` are the active ones, newest first; `for_all` lies over `default_config`, the batch's. `extraction_error` is
    set if step 1 failed; `conflicts`, by column, are what step 4 found different from what a person typed.
    """

    model_config = ConfigDict(frozen=True, from_attributes=True)

    menus: tuple[MenuChoice, ...]
    default_config: ConfigLayer
    for_all: ConfigLayer
    extraction_error: str | None
    conflicts: dict[str, Conflict]


async def read_config_inputs(
    connection: AsyncConnection, organisation_id: UUID, job_ids: Collection[UUID]
) -> dict[UUID, Reader[ConfigInputs]]:
    """By job; an unknown or foreign one is not among them."""
    rows = await connection.execute(_INPUTS, {"jobs": list(job_ids), "organisation": organisation_id})
    return {row.id: reader("configuration", ConfigInputs.model_validate, row) for row in rows}


_READ = text("select feature_flags from organisations where id = :organisation")


async def read_features_off(connection: AsyncConnection, organisation_id: UUID) -> Off:
    """What the organisation may not use; nothing where the platform keeps no flags for it."""
    return features_off((await connection.execute(_READ, {"organisation": organisation_id})).scalar_one_or_none())
