"""Queries about the inputs of a proposal: restaurants, batches, and the organisation's features."""

from collections.abc import Collection
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import text

from registration.configuration.features import Off, features_off
from registration.configuration.models import ConfigLayer
from registration.database.session import Transaction
from registration.database.shared_transaction import Reader, reader
from registration.restaurants.models import MenuChoice

_INPUTS = text(
    """
    select j.id, b.default_config, coalesce(five.result_data -> 'for_all', '{}'::jsonb) as for_all,
        five.result_data ->> 'contact' as contact, one.error_message as extraction_error,
        coalesce(four.result_data -> 'conflicts', '{}'::jsonb) as conflicts,
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
_HAS_MENU = text(
    """
    select exists (select from registration_jobs j join menus m on m.restaurant_id = j.restaurant_id
        where j.id = :job and j.organisation_id = :organisation and m.is_active
            and exists (select from menu_items i where i.menu_id = m.id))
    """
)
_READ = text("select feature_flags from organisations where id = :organisation")


class Conflict(BaseModel):
    """A value typed by a person, and the register's different value."""

    typed: str = Field(alias="restaurant")
    registered: str = Field(alias="register")


class ConfigInputs(BaseModel):
    """The inputs of a job's proposal, and the failures of the steps before it.

    `menus` are the active ones, newest first. `for_all` overrides `default_config`, the batch's defaults; `contact` was
    picked from the register entry.
    `extraction_error` is set if step 1 failed. `conflicts` has, by column, typed values that step 4 found to differ
    from the register.
    """

    model_config = ConfigDict(frozen=True, from_attributes=True)

    menus: tuple[MenuChoice, ...]
    default_config: ConfigLayer
    for_all: ConfigLayer
    contact: str | None = None
    extraction_error: str | None
    conflicts: dict[str, Conflict]


async def read_config_inputs(transaction: Transaction, job_ids: Collection[UUID]) -> dict[UUID, Reader[ConfigInputs]]:
    """The inputs by job; unknown and foreign jobs are left out."""
    rows = await transaction.execute(_INPUTS, {"jobs": list(job_ids), "organisation": transaction.organisation_id})
    return {row.id: reader("configuration", ConfigInputs.model_validate, row) for row in rows}


async def has_menu(transaction: Transaction, job_id: UUID) -> bool:
    """True if the restaurant of the job has an active menu with items."""
    parameters = {"job": job_id, "organisation": transaction.organisation_id}
    return bool((await transaction.execute(_HAS_MENU, parameters)).scalar_one())


async def read_features_off(transaction: Transaction) -> Off:
    """The features that are off for the organisation; empty if the platform stores no flags for it."""
    return features_off(
        (await transaction.execute(_READ, {"organisation": transaction.organisation_id})).scalar_one_or_none()
    )
