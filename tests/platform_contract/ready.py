"""A restaurant that stands ready for any call of the platform, and what a call of each endpoint sends."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from tests.platform_contract.contract import Endpoint, contract
from tests.sandbox.client import PASSWORD, Platform
from tests.sandbox.rows import Rows

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


async def make_ready(platform: Platform, rows: Rows, *, account: bool = True, code: bool = True) -> Ready:
    """A restaurant with code, an account of its own and a menu whose images are not uploaded yet."""
    email = f"{uuid4().hex[:8]}@owner.example"
    restaurant_id = await rows.restaurant(platform.organisation_id, email=email)
    await rows.query(
        "UPDATE restaurants SET address = '1 Example Street', phone = '0200000000', theme = 'dark',"
        " logo_url = 'https://kitchen.example/logo.png', opening_hours = %(hours)s::jsonb WHERE id = %(id)s",
        id=restaurant_id,
        hours='[{"day": "Monday", "hours": {"open": "10:00", "close": "21:00"}}]',
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
