"""Sample rows for a played answer whose tables have no such row. All values are invented.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: the members are the columns of its tables.
"""

from dev.sandbox.platform.call import Call, Row
from dev.sandbox.platform.pumpd_restaurant_rows import ADMIN, DOMAIN

MOMENT = "2031-02-03T04:05:06.789012+00:00"
_ACCOUNT_ID, _PLACE_ID = "33333333-3333-4333-8333-333333333333", "44444444-4444-4444-8444-444444444444"
CODE_CONFIG: Row = {
    "restaurant": "Example Kitchen",
    "primaryColor": "#112233",
    "secondaryColor": "#445566",
    "theme": "dark",
    "preset": "invented preset",
    "components": {
        "navBarTextEffects": {"enabled": True, "logoGradient": False},
        "welcomeMessages": {"enabled": True, "timeBasedGreeting": True, "restaurantName": "Example Kitchen"},
    },
    "generatedAt": "2031-02-03T04:05:06.789Z",
    "generatedBy": "internal-service",
    "generationMethod": "manual",
    "noGradient": False,
}


def account(call: Call, **changes: object) -> Row:
    """A completed account row."""
    row: Row = {
        "id": _ACCOUNT_ID,
        "organisation_id": str(call.organisation_id),
        "restaurant_id": str(call.restaurant_id),
        "email": "owner@kitchen.example",
        "user_password_hint": "invented-password",
        "registration_status": "completed",
        "registration_date": MOMENT,
        "registration_method": "api",
        "restaurant_count": 0,
        "is_primary_account": True,
        "pumpd_user_id": "invented-user-1",
        "pumpd_dashboard_url": ADMIN,
        "last_error": None,
        "retry_count": 0,
        "created_at": MOMENT,
        "updated_at": MOMENT,
    }
    return row | changes


def prepared(call: Call, **changes: object) -> Row:
    """A restaurant row that code generation has created."""
    row: Row = {
        "id": _PLACE_ID,
        "organisation_id": str(call.organisation_id),
        "restaurant_id": str(call.restaurant_id),
        **dict.fromkeys(("pumpd_account_id", "pumpd_restaurant_id", "pumpd_subdomain", "pumpd_full_url")),
        "registration_status": "pending",
        **dict.fromkeys(("registration_date", "registration_type", "configured_name", "configured_address")),
        **dict.fromkeys(("configured_phone", "configured_hours")),
        "configured_locale": "en-NZ",
        "configured_timezone": "Pacific/Auckland",
        "configured_currency": "NZD",
        "tax_in_prices": True,
        **dict.fromkeys(("dashboard_url", "settings_url", "menu_url")),
        "is_active": True,
        **dict.fromkeys(("last_sync_date", "sync_status", "last_error")),
        "error_count": 0,
        "created_at": MOMENT,
        "updated_at": MOMENT,
        "setup_completion": {},
        "webhook_secret": None,
        "api_keys": [],
        **dict.fromkeys(("system_settings_completed_at", "api_key_created_at", "uber_integration_completed_at")),
        "head_injection": "<style>invented</style>",
        "body_injection": "<script>invented</script>",
        "code_injection_config": CODE_CONFIG,
        "code_injection_generated_at": MOMENT,
    }
    return row | changes


def begun(call: Call, **changes: object) -> Row:
    """A restaurant row whose registration is in progress."""
    hours = {"open": "10:00", "close": "21:00"}
    own: Row = {
        "pumpd_account_id": _ACCOUNT_ID,
        "registration_status": "in_progress",
        "registration_type": "restaurant_only",
        "configured_name": call.name,
        "configured_address": "1 Example Street, Exampleville",
        "configured_phone": "0200000000",
        "configured_hours": [{"day": "Monday", "hours": hours}],
    }
    return prepared(call) | own | changes


def registered(call: Call, **changes: object) -> Row:
    """A registered restaurant."""
    page = f"{ADMIN}/restaurant/RESinvented1"
    own: Row = {
        "pumpd_restaurant_id": "RESinvented1",
        "pumpd_subdomain": "examplekitchen",
        "pumpd_full_url": f"https://examplekitchen.{DOMAIN}",
        "registration_status": "completed",
        "registration_date": MOMENT,
        "dashboard_url": page,
        "settings_url": f"{page}/settings",
        "menu_url": f"{page}/menus",
    }
    return begun(call) | own | changes
