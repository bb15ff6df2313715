"""Queries about what may happen only so often, over all processes. All times are the database's clock."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_RESERVE = text(
    """
    insert into rate_slots as slot (key, next_at) values (:key, clock_timestamp() + make_interval(secs => :interval))
    on conflict (key) do update set updated_at = clock_timestamp(),
        next_at = greatest(slot.next_at, clock_timestamp()) + make_interval(secs => :interval)
    returning greatest(0, extract(epoch from slot.next_at - clock_timestamp())::float - :interval)
    """
)
_HOLD = text(
    """
    insert into rate_slots as slot (key, next_at) values (:key, clock_timestamp() + make_interval(secs => :seconds))
    on conflict (key) do update set updated_at = clock_timestamp(),
        next_at = greatest(slot.next_at, clock_timestamp() + make_interval(secs => :seconds))
    """
)


async def reserve(connection: AsyncConnection, key: str, interval: float) -> float:
    """Take the next free moment, `interval` seconds before the one after it; answers with the seconds until then."""
    found = await connection.execute(_RESERVE, {"key": key, "interval": interval})
    return float(found.scalar_one())


async def hold(connection: AsyncConnection, key: str, seconds: float) -> None:
    """No new moment before so many seconds have passed."""
    await connection.execute(_HOLD, {"key": key, "seconds": seconds})
