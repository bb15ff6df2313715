"""The restaurants as the platform reads them: only the columns that the platform needs.

The columns are those of the platform's schema files at commit 3d2ff03 of 19 January 2026.
"""

from typing import LiteralString
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from dev.sandbox.database import Database

_RESTAURANT = """
    SELECT r.id, r.organisation_id, r.name, r.metadata ->> 'external_id' AS external_id, r.address, r.phone,
           r.email, r.user_email, r.cuisine, r.primary_color, r.secondary_color,
           r.logo_url, r.hosted_logo_url, r.stripe_connect_url, r.company_name, r.nzbn, r.gst_number,
           r.full_legal_name, r.theme, r.opening_hours, r.contact_name
    FROM restaurants r
"""
_BY_ID = _RESTAURANT + "WHERE r.id = %(id)s AND r.organisation_id = %(organisation)s"
_OF_ANY_MENU = _RESTAURANT + "JOIN menus m ON m.restaurant_id = r.id WHERE m.id = %(id)s"


class Restaurant(BaseModel):
    """One restaurant of the platform's tables."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    organisation_id: UUID
    name: str
    external_id: str | None
    address: str | None
    phone: str | None
    email: str | None
    user_email: str | None
    cuisine: list[str] | None
    primary_color: str | None
    secondary_color: str | None
    logo_url: str | None
    hosted_logo_url: str | None
    stripe_connect_url: str | None
    company_name: str | None
    nzbn: str | None
    gst_number: str | None
    full_legal_name: str | None
    theme: str | None
    opening_hours: object
    contact_name: str | None

    @property
    def latency_key(self) -> str:
        """The key of the restaurant's latencies: its external id, equal in every database, or its id if it has none."""
        return self.external_id or str(self.id)

    @property
    def names(self) -> list[str]:
        """The names by which a fault can match the restaurant."""
        return [str(self.id), self.name, *([self.external_id] if self.external_id else [])]


async def restaurant_by_id(database: Database, organisation_id: UUID, restaurant_id: UUID) -> Restaurant | None:
    """A restaurant of the organisation."""
    return await _one(database, _BY_ID, {"id": restaurant_id, "organisation": organisation_id})


async def restaurant_of_menu(database: Database, menu_id: UUID) -> Restaurant | None:
    """The restaurant of a menu, in any organisation."""
    return await _one(database, _OF_ANY_MENU, {"id": menu_id})


async def _one(database: Database, query: LiteralString, values: dict[str, object]) -> Restaurant | None:
    rows = await database.read(query, values)
    return Restaurant.model_validate(rows[0]) if rows else None
