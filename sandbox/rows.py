"""What the platform reads of its tables: restaurants and menus, only the columns that it needs.

The columns are those of the platform's schema files at commit 3d2ff03 of 19 January 2026; that a menu has one option
set for six dishes is invented.
"""

from collections.abc import Iterable
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from sandbox.database import Database
from sandbox.refusals import Refusal

_RESTAURANT = """
    SELECT r.id, r.organisation_id, r.name, r.metadata ->> 'external_id' AS external_id, r.address, r.phone,
           r.email, r.user_email, r.contact_email, r.cuisine, r.primary_color, r.secondary_color,
           r.logo_url, r.hosted_logo_url, r.stripe_connect_url, r.company_name, r.nzbn, r.gst_number,
           r.full_legal_name, r.onboarding_status, r.theme, r.opening_hours, r.slug, r.contact_name,
           ARRAY_REMOVE(ARRAY[
               CASE WHEN r.website_og_image <> '' THEN 'website_og_image' END,
               CASE WHEN r.facebook_cover_image <> '' THEN 'facebook_cover_image' END,
               CASE WHEN r.ubereats_og_image <> '' THEN 'ubereats_og_image' END,
               CASE WHEN r.doordash_og_image <> '' THEN 'doordash_og_image' END], NULL) AS header_images
    FROM restaurants r
"""
_BY_ID = _RESTAURANT + "WHERE r.id = %(id)s AND r.organisation_id = %(organisation)s"
_BY_MENU = (
    _RESTAURANT + "JOIN menus m ON m.restaurant_id = r.id WHERE m.id = %(id)s AND r.organisation_id = %(organisation)s"
)
_OF_ANY_MENU = _RESTAURANT + "JOIN menus m ON m.restaurant_id = r.id WHERE m.id = %(id)s"
_MENU = """
    SELECT m.id, count(i.id) AS items, count(i.id) FILTER (WHERE cardinality(i.tags) > 0) AS tagged_items,
           (SELECT count(DISTINCT tag) FROM menu_items t, unnest(t.tags) AS tag WHERE t.menu_id = m.id) AS tags
    FROM menus m LEFT JOIN menu_items i ON i.menu_id = m.id
    WHERE m.id = %(menu)s AND m.restaurant_id = %(restaurant)s GROUP BY m.id
"""
_SUBDOMAIN = """
    SELECT 1 AS taken FROM pumpd_restaurants WHERE pumpd_subdomain = %(subdomain)s AND restaurant_id <> %(restaurant)s
"""


class Restaurant(BaseModel):
    """One restaurant as the platform's tables have it."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    organisation_id: UUID
    name: str
    external_id: str | None
    address: str | None
    phone: str | None
    email: str | None
    user_email: str | None
    contact_email: str | None
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
    onboarding_status: str | None
    theme: str | None
    opening_hours: object
    slug: str | None
    contact_name: str | None
    header_images: list[str]

    @property
    def who(self) -> str:
        """The name by which latencies vary: the same in every database if there is an external id."""
        return self.external_id or str(self.id)

    @property
    def names(self) -> list[str]:
        """The names by which a fault can mean it."""
        return [str(self.id), self.name, *([self.external_id] if self.external_id else [])]

    def emails(self) -> Iterable[str]:
        """The addresses by which the platform knows the restaurant's owner, the most telling first."""
        return filter(None, (self.user_email, self.email, self.contact_email))


class Menu(BaseModel):
    """One menu in numbers."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    items: int
    tagged_items: int
    tags: int

    @property
    def option_sets(self) -> int:
        """How many option sets (sizes, extras, sides) the platform finds in a menu of this length."""
        return self.items // 6


async def restaurant_by_id(database: Database, organisation_id: UUID, restaurant_id: UUID) -> Restaurant:
    """A restaurant of the organisation; raises Refusal 404."""
    rows = await database.read(_BY_ID, {"id": restaurant_id, "organisation": organisation_id})
    if not rows:
        raise Refusal(404, f"Restaurant {restaurant_id} not found")
    return Restaurant.model_validate(rows[0])


async def restaurant_by_menu(database: Database, organisation_id: UUID, menu_id: UUID) -> Restaurant:
    """The restaurant of a menu, within the organisation; raises Refusal 404."""
    rows = await database.read(_BY_MENU, {"id": menu_id, "organisation": organisation_id})
    if not rows:
        raise Refusal(404, f"Menu {menu_id} not found")
    return Restaurant.model_validate(rows[0])


async def restaurant_of_menu(database: Database, menu_id: UUID) -> Restaurant | None:
    """The restaurant of a menu, of whatever organisation."""
    rows = await database.read(_OF_ANY_MENU, {"id": menu_id})
    return Restaurant.model_validate(rows[0]) if rows else None


async def menu_of(database: Database, restaurant: Restaurant, menu_id: UUID) -> Menu:
    """A menu of the restaurant that has items; raises Refusal 404 or 400."""
    rows = await database.read(_MENU, {"menu": menu_id, "restaurant": restaurant.id})
    if not rows:
        raise Refusal(404, f"Menu {menu_id} not found for {restaurant.name}")
    menu = Menu.model_validate(rows[0])
    if not menu.items:
        raise Refusal(400, f"Menu {menu_id} has no items")
    return menu


async def subdomain_is_stored(database: Database, restaurant: Restaurant, subdomain: str) -> bool:
    """Whether another restaurant has this subdomain."""
    return bool(await database.read(_SUBDOMAIN, {"subdomain": subdomain, "restaurant": restaurant.id}))
