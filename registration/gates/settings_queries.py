"""Queries about the settings of an organisation."""

from dataclasses import dataclass

from sqlalchemy import text

from registration.database.session import Transaction

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
    """`auto_select_clear_matches`: a company that is clearly best is selected without a person."""

    auto_select_clear_matches: bool = False


async def read_settings(transaction: Transaction) -> OrganisationSettings:
    """The organisation's settings; the defaults if it has never changed one."""
    row = (await transaction.execute(_READ, {"organisation": transaction.organisation_id})).one_or_none()
    return OrganisationSettings(row.auto_select_clear_matches) if row else OrganisationSettings()


async def switch_auto_select(transaction: Transaction, *, on: bool) -> None:
    """Switch `auto_select_clear_matches`."""
    await transaction.execute(_AUTO_SELECT, {"organisation": transaction.organisation_id, "on": on})
