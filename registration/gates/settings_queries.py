"""Queries about what an organisation has switched on."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_READ = text(
    """
    select auto_select_clear_matches from registration_organisation_settings where organisation_id = :organisation
    """
)
_AUTO_SELECT = text(
    """
    insert into registration_organisation_settings as s (organisation_id, auto_select_clear_matches)
    values (:organisation, :on)
    on conflict (organisation_id) do update
        set auto_select_clear_matches = excluded.auto_select_clear_matches, updated_at = clock_timestamp()
        where s.auto_select_clear_matches <> excluded.auto_select_clear_matches
    """
)


@dataclass(frozen=True)
class OrganisationSettings:
    """`auto_select_clear_matches`: a company that is clearly best is taken without asking anybody."""

    auto_select_clear_matches: bool = False


async def read_settings(connection: AsyncConnection, organisation_id: UUID) -> OrganisationSettings:
    """What is on; nothing, if nobody ever switched anything."""
    row = (await connection.execute(_READ, {"organisation": organisation_id})).one_or_none()
    return OrganisationSettings(row.auto_select_clear_matches) if row else OrganisationSettings()


async def switch_auto_select(connection: AsyncConnection, organisation_id: UUID, *, on: bool) -> None:
    """Switch `auto_select_clear_matches`."""
    await connection.execute(_AUTO_SELECT, {"organisation": organisation_id, "on": on})
