"""Row-level security: the single rule by which an organisation reads and writes only its own rows."""

from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

RULE = "organisation_id = (select nullif(current_setting('app.organisation_id', true), '')::uuid)"
"""The sub-select is evaluated once for each statement; without it, Postgres evaluates the setting for each row."""
POLICY = "own_organisation"


def isolate(tables: Iterable[str]) -> list[str]:
    """The statements that put tables with an organisation_id under the rule, also for their owner."""
    return [
        statement
        for table in tables
        for statement in (
            f"alter table {table} enable row level security",
            f"alter table {table} force row level security",
            f"create policy {POLICY} on {table} using ({RULE}) with check ({RULE})",
        )
    ]


SETTING: Final = "app.organisation_id"
"""Setting with the organisation of a transaction; a policy that uses it shows our transactions their rows."""

_ORGANISATION = f"nullif(current_setting('{SETTING}', true), '')::uuid"
_OF_RESTAURANT = (
    "exists (select from public.restaurants r where r.id = {table}.restaurant_id"
    f" and r.organisation_id = {_ORGANISATION})"
)
_OF_MENU = (
    "exists (select from public.menus m join public.restaurants r on r.id = m.restaurant_id"
    f" where m.id = {{table}}.menu_id and r.organisation_id = {_ORGANISATION})"
)
_OF_ITEM = (
    "exists (select from public.menu_items i join public.menus m on m.id = i.menu_id"
    " join public.restaurants r on r.id = m.restaurant_id"
    f" where i.id = {{table}}.menu_item_id and r.organisation_id = {_ORGANISATION})"
)

ROWS: Final = MappingProxyType(
    {
        "organisations": f"id = {_ORGANISATION}",
        # Menus and their items may have no organisation in their own column; their restaurant names it.
        "menus": _OF_RESTAURANT.format(table="menus"),
        "menu_items": _OF_MENU.format(table="menu_items"),
        "upload_batches": _OF_MENU.format(table="upload_batches"),
        "item_images": _OF_ITEM.format(table="item_images"),
        **dict.fromkeys(
            (
                "restaurants",
                "lead_scrape_jobs",
                "leads",
                "extraction_jobs",
                "pumpd_accounts",
                "pumpd_restaurants",
                "registration_logs",
                "usage_events",
            ),
            RULE,
        ),
    }
)
HELPERS: Final = ("auth.uid()", "public.has_org_access(uuid)", "public.user_can_access_org_data(uuid, uuid)")
"""Functions that the platform's own policies call; each role that a policy applies to needs the right to call them."""
