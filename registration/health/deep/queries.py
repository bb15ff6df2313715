"""Queries of the deep check: what our role sees of the platform's tables, and what it must not see."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.database.own_schema import PLATFORM_SCHEMA
from registration.database.row_security import ROWS

_READABLE = text(
    """
    select attname::text from pg_attribute
    where attrelid = to_regclass(:table) and attname = any(:columns) and not attisdropped
        and has_column_privilege(attrelid, attnum, 'select')
    order by attname
    """
)
_VISIBLE = """
    select exists (select from {table} where {rule}) as ours,
        exists (select from {table} where ({rule}) is not true) as others
"""
_FLAGS = text("select feature_flags from organisations where id = :organisation")
_JOB_TYPES = text(
    "select distinct job_type::text from extraction_jobs where organisation_id = :organisation order by 1"
)
_REGISTERED = text(
    """
    select restaurant_id from pumpd_restaurants where organisation_id = :organisation
    order by pumpd_restaurant_id is null limit 1
    """
)
_ANY_RESTAURANT = text("select id from restaurants where organisation_id = :organisation order by created_at limit 1")
_MENU = text(
    """
    select m.id from menus m join restaurants r on r.id = m.restaurant_id
    where r.organisation_id = :organisation order by m.created_at desc limit 1
    """
)
_UPLOAD = text(
    """
    select b.id from upload_batches b join menus m on m.id = b.menu_id join restaurants r on r.id = m.restaurant_id
    where r.organisation_id = :organisation order by b.created_at desc limit 1
    """
)


@dataclass(frozen=True)
class Visible:
    """Whether a table shows rows of the organisation, and rows of others."""

    ours: bool
    others: bool


async def readable(connection: AsyncConnection, table: str, columns: Iterable[str]) -> list[str]:
    """Those of the columns that the role of the transaction may read."""
    asked = {"table": f"{PLATFORM_SCHEMA}.{table}", "columns": list(columns)}
    return list((await connection.execute(_READABLE, asked)).scalars())


async def visible(connection: AsyncConnection, table: str) -> Visible:
    """What the role of the transaction sees of a table, whatever policies say about it."""
    asked = _VISIBLE.format(table=f"{PLATFORM_SCHEMA}.{table}", rule=ROWS[table])
    found = await connection.exec_driver_sql(asked)
    row = found.one()
    return Visible(row.ours, row.others)


async def read_flags(connection: AsyncConnection, organisation_id: UUID) -> JsonValue:
    """The feature flags of the organisation, as they are."""
    return (await connection.execute(_FLAGS, {"organisation": organisation_id})).scalar_one_or_none()


async def job_types(connection: AsyncConnection, organisation_id: UUID) -> list[str]:
    """The kinds of extraction jobs that the organisation has."""
    return list((await connection.execute(_JOB_TYPES, {"organisation": organisation_id})).scalars())


async def a_restaurant(connection: AsyncConnection, organisation_id: UUID) -> UUID | None:
    """A restaurant of the organisation, if there is one: rather one that the platform has registered."""
    asked = {"organisation": organisation_id}
    registered = (await connection.execute(_REGISTERED, asked)).scalar_one_or_none()
    return registered or (await connection.execute(_ANY_RESTAURANT, asked)).scalar_one_or_none()


async def a_menu(connection: AsyncConnection, organisation_id: UUID) -> UUID | None:
    """The organisation's newest menu."""
    return (await connection.execute(_MENU, {"organisation": organisation_id})).scalar_one_or_none()


async def an_upload(connection: AsyncConnection, organisation_id: UUID) -> UUID | None:
    """The organisation's newest upload of images."""
    return (await connection.execute(_UPLOAD, {"organisation": organisation_id})).scalar_one_or_none()
