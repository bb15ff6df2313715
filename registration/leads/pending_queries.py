"""Pending leads: qualified by the platform and not converted yet; their list and what it can be filtered by."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from registration.database.session import Transaction
from registration.leads.models import LeadData
from registration.leads.queries import HEADER_IMAGE, QUALIFIED_STATUS, QUALIFIED_STEP
from registration.restaurants.list_queries import contains, folded_in

_FROM = f"""
    from leads join lead_scrape_jobs s on s.id = leads.lead_scrape_job_id
    where leads.organisation_id = :organisation and leads.current_step >= {QUALIFIED_STEP}
        and leads.step_progression_status = '{QUALIFIED_STATUS}' and leads.converted_to_restaurant_id is null"""
_NAMES = [name for name in LeadData.model_fields if name not in ("platform", "converted_by", "ubereats_og_image")]
LEAD_COLUMNS = ", ".join([*(f"leads.{name}" for name in _NAMES), f"{HEADER_IMAGE} as ubereats_og_image"])
_SELECT = f"""
    select {LEAD_COLUMNS}, s.platform,
        coalesce(leads.created_at, to_timestamp(0)) as created_at, count(*) over () as total"""
_CITIES = text(f"select distinct btrim(leads.city) as value {_FROM} and btrim(leads.city) <> '' order by 1")
_CUISINES = text(
    f"""
    select distinct btrim(one) as value from (select leads.ubereats_cuisine {_FROM}) found
    cross join unnest(found.ubereats_cuisine) one where btrim(one) <> '' order by 1
    """
)
_PLATFORMS = text(f"select distinct s.platform as value {_FROM} order by 1")


@dataclass(frozen=True, kw_only=True)
class LeadFilter:
    """Which pending leads; what is empty or None filters nothing."""

    search: str | None = None
    platforms: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    cuisines: tuple[str, ...] = ()


@dataclass(frozen=True)
class PendingLead:
    """A lead, and when it was scraped."""

    data: LeadData
    created_at: datetime

    @property
    def lacks(self) -> tuple[str, ...]:
        """The fields that a registration needs and the lead does not have."""
        data = self.data
        needed = {
            "e-mail": data.email,
            "phone": data.phone,
            "address": data.ubereats_address or data.google_address,
            "town": data.city,
            "opening hours": data.opening_hours or data.opening_hours_text,
            "menu link": data.store_link,
        }
        return tuple(name for name, value in needed.items() if not value)


@dataclass(frozen=True)
class LeadChoices:
    """What pending leads can be filtered by: every platform, city and cuisine that one of them has."""

    platforms: tuple[str, ...]
    cities: tuple[str, ...]
    cuisines: tuple[str, ...]


async def pending_leads(
    transaction: Transaction, only: LeadFilter, *, limit: int, offset: int = 0
) -> tuple[tuple[PendingLead, ...], int]:
    """The leads that fit, newest first, and how many there are on all pages."""
    conditions, values = _conditions(only)
    source = "".join((_FROM, *(f" and {one}" for one in conditions)))
    values |= {"organisation": transaction.organisation_id}
    query = text(f"{_SELECT} {source} order by leads.created_at desc, leads.id limit :limit offset :offset")
    rows = (await transaction.execute(query, values | {"limit": limit, "offset": offset})).all()
    total = rows[0].total if rows else 0
    if not rows and offset:
        total = await transaction.scalar(text(f"select count(*) {source}"), values)
    return tuple(PendingLead(LeadData.model_validate(row), row.created_at) for row in rows), total


async def lead_choices(transaction: Transaction) -> LeadChoices:
    """The platforms, cities and cuisines of pending leads; three queries."""
    parameters: dict[str, UUID] = {"organisation": transaction.organisation_id}
    platforms = (await transaction.execute(_PLATFORMS, parameters)).scalars().all()
    cities = (await transaction.execute(_CITIES, parameters)).scalars().all()
    cuisines = (await transaction.execute(_CUISINES, parameters)).scalars().all()
    return LeadChoices(tuple(platforms), tuple(cities), tuple(cuisines))


def _conditions(only: LeadFilter) -> tuple[list[str], dict[str, Any]]:
    conditions, values = list[str](), dict[str, Any]()
    if only.search:
        columns = ("restaurant_name", "email", "ubereats_address")
        conditions.append(f"({' or '.join(f'leads.{column} ilike :search' for column in columns)})")
        values["search"] = contains(only.search)
    if only.platforms:
        conditions.append("s.platform = any(:platforms)")
        values["platforms"] = list(only.platforms)
    if only.cities:
        conditions.append(folded_in("leads.city", "cities"))
        values["cities"] = list(only.cities)
    if only.cuisines:
        found = f"select from unnest(leads.ubereats_cuisine) one where {folded_in('one', 'cuisines')}"
        conditions.append(f"exists ({found})")
        values["cuisines"] = list(only.cuisines)
    return conditions, values
