"""Queries of the deep check: what our role can read of the platform's tables, and what it must not read."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import text

from registration.database.own_schema import PLATFORM_SCHEMA
from registration.database.row_security import ROWS
from registration.database.session import Transaction

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
    """Whether a table shows rows of the organisation, and rows of other organisations."""

    ours: bool
    others: bool


async def readable(transaction: Transaction, table: str, columns: Iterable[str]) -> list[str]:
    """The columns that the role of the transaction may read."""
    parameters = {"table": f"{PLATFORM_SCHEMA}.{table}", "columns": list(columns)}
    return list((await transaction.execute(_READABLE, parameters)).scalars())


async def visible(transaction: Transaction, table: str) -> Visible:
    """The rows of a table that the role of the transaction can see, whatever the policies state."""
    query = _VISIBLE.format(table=f"{PLATFORM_SCHEMA}.{table}", rule=ROWS[table])
    result = await transaction.connection.exec_driver_sql(query)
    row = result.one()
    return Visible(row.ours, row.others)


async def read_flags(transaction: Transaction) -> JsonValue:
    """The feature flags of the organisation, unparsed."""
    return (await transaction.execute(_FLAGS, {"organisation": transaction.organisation_id})).scalar_one_or_none()


async def job_types(transaction: Transaction) -> list[str]:
    """The types of extraction jobs that the organisation has."""
    return list((await transaction.execute(_JOB_TYPES, {"organisation": transaction.organisation_id})).scalars())


async def a_restaurant(transaction: Transaction) -> UUID | None:
    """A restaurant of the organisation, preferably one that is registered on the platform; None if there is none."""
    parameters = {"organisation": transaction.organisation_id}
    registered = (await transaction.execute(_REGISTERED, parameters)).scalar_one_or_none()
    return registered or (await transaction.execute(_ANY_RESTAURANT, parameters)).scalar_one_or_none()


async def a_menu(transaction: Transaction) -> UUID | None:
    """The organisation's newest menu; None if there is none."""
    return (await transaction.execute(_MENU, {"organisation": transaction.organisation_id})).scalar_one_or_none()


async def an_upload(transaction: Transaction) -> UUID | None:
    """The organisation's newest upload of images; None if there is none."""
    return (await transaction.execute(_UPLOAD, {"organisation": transaction.organisation_id})).scalar_one_or_none()
