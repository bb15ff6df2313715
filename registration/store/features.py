"""Queries about the feature flags that the platform keeps for an organisation."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.features import Off, features_off

_READ = text("select feature_flags from organisations where id = :organisation")


async def read_features_off(connection: AsyncConnection, organisation_id: UUID) -> Off:
    """What the organisation may not use; nothing where the platform keeps no flags for it."""
    return features_off((await connection.execute(_READ, {"organisation": organisation_id})).scalar_one_or_none())
