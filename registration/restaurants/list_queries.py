"""The list of restaurants, and how lists are searched and filtered: parts of names, folded cities and cuisines."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text

from registration.database.session import Transaction

_MARKED, _PLAIN = "āēīōūáéíóúàèìòùâêîôûäëïöüñç", "aeiouaeiouaeiouaeiouaeiounc"
_WITH_MARKS: Final = f"{_MARKED}{_MARKED.upper()}-_"
_WITHOUT: Final = f"{_PLAIN}{_PLAIN}  "
"""A database whose locale is C takes only ASCII letters for capitals."""


def folded(expression: str) -> str:
    """SQL for a text without capitals and marks, in which `fish-and-chips` is `Fish & Chips`."""
    words = f"regexp_replace(replace({expression}, '&', ' and '), '\\s+', ' ', 'g')"
    return f"btrim(translate(lower({words}), '{_WITH_MARKS}', '{_WITHOUT}'))"


def folded_in(expression: str, parameter: str) -> str:
    """SQL for whether the text is one of the texts of a bound list, both folded."""
    wanted = f"(select {folded('asked')} from unnest(cast(:{parameter} as text[])) asked)"
    return f"{folded(expression)} in {wanted}"


def contains(words: str) -> str:
    """The pattern of `ilike` for a text that contains these words as they are."""
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


@dataclass(frozen=True, kw_only=True)
class RestaurantFilter:
    """Which restaurants; None or empty filters nothing.

    `registered`: the platform has it; `active`: a batch that has not ended has it.
    """

    ids: tuple[UUID, ...] = ()
    search: str | None = None
    cities: tuple[str, ...] = ()
    cuisines: tuple[str, ...] = ()
    registered: bool | None = None
    active: bool | None = None


@dataclass(frozen=True)
class ListedRestaurant:
    """A restaurant in the list; `active_job_id` is its job in a batch, while that has not ended."""

    id: UUID
    name: str
    address: str | None
    city: str | None
    cuisine: tuple[str, ...]
    email: str | None
    phone: str | None
    has_menu: bool
    has_account: bool
    registered: bool
    active_job_id: UUID | None
    active_batch_id: UUID | None


ACTIVE = "j.restaurant_id = r.id and j.status in ('pending', 'in_progress', 'action_required')"
REGISTERED = """exists (select from pumpd_restaurants p where p.restaurant_id = r.id
            and p.organisation_id = r.organisation_id and p.pumpd_restaurant_id is not null)"""
_LIST = """
    select r.id, r.name, r.address, r.city, r.cuisine, r.email, r.phone, count(*) over () as total,
        exists (select from menus m where m.restaurant_id = r.id and m.is_active) as has_menu,
        exists (select from pumpd_accounts a where a.restaurant_id = r.id and a.organisation_id = r.organisation_id
            and a.registration_status = 'completed') as has_account,
        {registered} as registered, active.id as active_job_id, active.batch_job_id as active_batch_id
    from restaurants r
    left join lateral (select j.id, j.batch_job_id from registration_jobs j where {active} limit 1) active on true
    where {where}
    order by lower(r.name), r.id limit :limit offset :offset
"""
_COUNT = "select count(*) from restaurants r where {where}"


async def list_restaurants(
    transaction: Transaction, only: RestaurantFilter, *, limit: int, offset: int = 0
) -> tuple[tuple[ListedRestaurant, ...], int]:
    """The restaurants that fit, by name, and how many there are on all pages."""
    conditions, values = _conditions(only)
    where = " and ".join(conditions)
    values |= {"organisation": transaction.organisation_id}
    query = text(_LIST.format(registered=REGISTERED, active=ACTIVE, where=where))
    rows = (await transaction.execute(query, values | {"limit": limit, "offset": offset})).mappings().all()
    total = rows[0]["total"] if rows else 0
    if not rows and offset:
        total = await transaction.scalar(text(_COUNT.format(where=where)), values)
    return tuple(_listed(dict(row)) for row in rows), total


def _listed(row: dict[str, Any]) -> ListedRestaurant:
    row.pop("total")
    row["cuisine"] = tuple(filter(None, row["cuisine"] or ()))
    return ListedRestaurant(**row)


def _conditions(only: RestaurantFilter) -> tuple[list[str], dict[str, Any]]:
    conditions, values = ["r.organisation_id = :organisation"], dict[str, Any]()
    if only.ids:
        conditions.append("r.id = any(:ids)")
        values["ids"] = list(only.ids)
    if only.search:
        conditions.append("(r.name ilike :search or r.address ilike :search or r.email ilike :search)")
        values["search"] = contains(only.search)
    if only.cities:
        conditions.append(folded_in("r.city", "cities"))
        values["cities"] = list(only.cities)
    if only.cuisines:
        conditions.append(f"exists (select from unnest(r.cuisine) one where {folded_in('one', 'cuisines')})")
        values["cuisines"] = list(only.cuisines)
    if only.registered is not None:
        conditions.append(REGISTERED if only.registered else f"not {REGISTERED}")
    if only.active is not None:
        found = f"exists (select from registration_jobs j where {ACTIVE})"
        conditions.append(found if only.active else f"not {found}")
    return conditions, values
