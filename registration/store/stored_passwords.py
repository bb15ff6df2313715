"""Queries about all stored passwords of an organisation at once; they stay encrypted here."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_READ = text("select password_encrypted from registration_credentials where organisation_id = :organisation")
_LOCK = text(
    """
    select id, password_encrypted from registration_credentials
    where organisation_id = :organisation order by id for update
    """
)
_REPLACE = text(
    """
    update registration_credentials set password_encrypted = :password, updated_at = clock_timestamp()
    where id = :id and organisation_id = :organisation
    """
)


async def read_passwords(connection: AsyncConnection, organisation_id: UUID) -> list[str]:
    """Every stored password."""
    return list((await connection.execute(_READ, {"organisation": organisation_id})).scalars())


async def lock_passwords(connection: AsyncConnection, organisation_id: UUID) -> dict[UUID, str]:
    """Every stored password by the id of its row; nobody else changes one until the transaction ends."""
    found = await connection.execute(_LOCK, {"organisation": organisation_id})
    return {row.id: row.password_encrypted for row in found}


async def replace_passwords(connection: AsyncConnection, organisation_id: UUID, stored: Mapping[UUID, str]) -> None:
    """Store the same passwords encrypted otherwise."""
    rows = [{"organisation": organisation_id, "id": id_, "password": one} for id_, one in stored.items()]
    if rows:
        await connection.execute(_REPLACE, rows)
