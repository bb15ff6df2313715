"""The database's clock: the one by which everything is counted that the database wrote."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_NOW = text("select clock_timestamp()")


async def database_now(connection: AsyncConnection) -> datetime:
    """What time it is at the database."""
    return (await connection.execute(_NOW)).scalar_one()
