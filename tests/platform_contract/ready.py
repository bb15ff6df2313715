"""A restaurant that stands ready for any call of the platform, and what a call of each endpoint sends."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from tests.dev.sandbox.client import PASSWORD, Platform
from tests.dev.sandbox.rows import Rows
from tests.platform_contract.contract import Endpoint, contract

_IDS = "33333333-3333-4333-8333-333333333333"


@dataclass(frozen=True)
class Ready:
    """One restaurant with its account and menu."""

    restaurant_id: UUID
    menu_id: UUID
    email: str

    def path(self, endpoint: Endpoint) -> str:
        """The address of an endpoint for this restaurant."""
        parts = {"restaurantId": self.restaurant_id, "menuId": self.menu_id, "batchId": _IDS, "jobId": "premium_1_2"}
        return endpoint.path.format(**parts)

    def body(self, name: str) -> Mapping[str, Any]:
        """What is sent to an endpoint where all shall be well."""
        ids = {"restaurantId": str(self.restaurant_id), "menuId": str(self.menu_id)}
        store = "https://www.ubereats.com/nz/store/example"
        more = {
            "register-account": {"email": self.email, "password": PASSWORD, "phone": "0200000000"},
            "create-onboarding-user": {"userName": "Mere", "userEmail": self.email, "userPassword": PASSWORD},
            "register-restaurant": {
                "registrationType": "existing_account_first_restaurant",
                "email": self.email,
                "password": PASSWORD,
            },
            "update-onboarding-record": {"userEmail": self.email},
            "extract-menu-premium": {"storeUrl": store, "async": True},
            "extractions/start": {"url": store, "platform": "ubereats"},
            "website-extraction/branding": {
                "sourceUrl": "https://kitchen.example",
                "versionsToUpdate": ["logo_url"],
                "colorsToUpdate": ["primary_color"],
                "headerFieldsToUpdate": ["website_og_image"],
            },
            "configure-payment": {"includeConnectLink": True},
        }
        return ids | more.get(name, {})


_PLANT = """
    WITH organisation AS (INSERT INTO organisations (name) VALUES ('Tester') RETURNING id),
    restaurant AS (
        INSERT INTO restaurants (organisation_id, name, email, cuisine, primary_color, secondary_color, address, phone,
                                 theme, logo_url, opening_hours)
        SELECT id, %(name)s, %(email)s, '{thai}', '#112233', '#ddeeff', '1 Example Street', '0200000000', 'dark',
               'https://kitchen.example/logo.png', %(hours)s::jsonb
        FROM organisation RETURNING id, organisation_id
    ),
    menu AS (INSERT INTO menus (restaurant_id) SELECT id FROM restaurant RETURNING id),
    dishes AS (
        INSERT INTO menu_items (menu_id, name, price, tags)
        SELECT id, 'Dish ' || n, 10 + n, '{Vegan}' FROM menu, generate_series(1, 3) AS n RETURNING id
    ),
    images AS (
        INSERT INTO item_images (menu_item_id, url) SELECT id, 'https://images.example/' || id FROM dishes
    ),
    account AS (
        INSERT INTO pumpd_accounts (organisation_id, restaurant_id, email, user_password_hint, registration_status,
                                    registration_method, registration_date, pumpd_user_id, restaurant_count)
        SELECT organisation_id, id, %(email)s, %(password)s, 'completed', 'api', clock_timestamp(), 'user', 0
        FROM restaurant WHERE %(account)s RETURNING id
    )
    SELECT restaurant.organisation_id, restaurant.id, menu.id AS menu_id FROM restaurant, menu
"""
_HOURS = '[{"day": "Monday", "hours": {"open": "10:00", "close": "21:00"}}]'


async def plant(rows: Rows, *, account: bool = True) -> tuple[UUID, Ready]:
    """An organisation with a restaurant that stands ready, as rows in one statement; the platform does not know of it.

    Enough where an answer is played by its name; where the platform is to answer by itself, `make_ready` asks it.
    """
    own = uuid4().hex[:8]
    email = f"{own}@owner.example"
    values = {"name": f"Test Kitchen {own}", "email": email, "hours": _HOURS, "password": PASSWORD, "account": account}
    [made] = await rows.query(_PLANT, **values)
    return made["organisation_id"], Ready(made["id"], made["menu_id"], email)


async def make_ready(platform: Platform, rows: Rows, *, account: bool = True, code: bool = True) -> Ready:
    """A restaurant with code, an account of its own and a menu whose images are not uploaded yet."""
    email = f"{uuid4().hex[:8]}@owner.example"
    restaurant_id = await rows.restaurant(platform.organisation_id, email=email)
    await rows.query(
        "UPDATE restaurants SET address = '1 Example Street', phone = '0200000000', theme = 'dark',"
        " logo_url = 'https://kitchen.example/logo.png', opening_hours = %(hours)s::jsonb WHERE id = %(id)s",
        id=restaurant_id,
        hours=_HOURS,
    )
    ready = Ready(restaurant_id, await rows.menu(restaurant_id), email)
    await rows.images(ready.menu_id, 3)
    if account:
        await send(platform, ready, "register-account")
    if code:
        await send(platform, ready, "generate-code-injections")
    return ready


async def send(platform: Platform, ready: Ready, name: str, **more: Any) -> Any:
    """Call an endpoint for a restaurant, with what is usually sent."""
    endpoint = contract().endpoints[name]
    if endpoint.method == "GET":
        return await platform.get(ready.path(endpoint))
    return await platform.post(ready.path(endpoint), **{**ready.body(name), **more})
