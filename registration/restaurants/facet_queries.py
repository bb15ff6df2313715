"""What a list of restaurants can be filtered by: how many are in which state, and the cities that occur."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text

from registration.database.session import Transaction
from registration.restaurants.list_queries import ACTIVE, REGISTERED

_MOST: Final = 200
_IN_A_BATCH: Final = f"exists (select from registration_jobs j where {ACTIVE})"
_STATES: Final = text(
    f"""
    select count(*) as every, count(*) filter (where registered) as registered,
        count(*) filter (where active) as active, count(*) filter (where not registered and not active) as unregistered
    from (
        select {REGISTERED} as registered, {_IN_A_BATCH} as active
        from restaurants r where r.organisation_id = :organisation
    ) states
    """
)
_CITIES: Final = text(
    """
    select min(btrim(city)) as value, count(*) as restaurants from restaurants
    where organisation_id = :organisation and btrim(city) <> ''
    group by lower(btrim(city)) order by restaurants desc, value limit :most
    """
)


@dataclass(frozen=True)
class RestaurantCounts:
    """How many restaurants there are: all, on the platform, in a batch that has not ended, and neither of both."""

    every: int
    registered: int
    active: int
    unregistered: int


@dataclass(frozen=True)
class City:
    """A city as it is first spelled, and how many restaurants are there."""

    value: str
    restaurants: int


async def count_restaurants(transaction: Transaction) -> RestaurantCounts:
    """One query over the restaurants of the organisation."""
    rows = await transaction.execute(_STATES, {"organisation": transaction.organisation_id})
    return RestaurantCounts(**rows.mappings().one())


async def restaurant_cities(transaction: Transaction) -> tuple[City, ...]:
    """The cities that occur, most frequent first."""
    rows = await transaction.execute(_CITIES, {"organisation": transaction.organisation_id, "most": _MOST})
    return tuple(City(row.value, row.restaurants) for row in rows)
