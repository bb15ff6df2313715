"""Queries about rate limits that apply to all processes. All times are by the database's clock."""

from sqlalchemy import text

from registration.database.session import Transaction

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


async def reserve(transaction: Transaction, key: str, interval: float) -> float:
    """Reserve the next free time slot, `interval` seconds before the one after it; returns the seconds until it."""
    result = await transaction.execute(_RESERVE, {"key": key, "interval": interval})
    return float(result.scalar_one())


async def hold(transaction: Transaction, key: str, seconds: float) -> None:
    """Grant no new slot before `seconds` have passed."""
    await transaction.execute(_HOLD, {"key": key, "seconds": seconds})
