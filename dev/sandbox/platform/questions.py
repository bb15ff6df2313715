"""The queries status, setup-status and logs: the platform's own rows with all their columns.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: the status takes the account from the
restaurant's row if there is one, and only without such a row from the accounts; the answer for an unknown restaurant is
empty.
"""

from typing import LiteralString

from dev.sandbox.platform import account_rows
from dev.sandbox.platform.call import Call, Row
from dev.sandbox.platform.cases import Case, says
from dev.sandbox.platform.pumpd_restaurant_rows import pumpd_restaurant_of
from dev.sandbox.platform.reply import Body, failure, success
from dev.sandbox.platform.samples import MOMENT, account, begun, prepared, registered
from dev.sandbox.platform.scripts import ONBOARDING, command_failed

_REGISTERED, _ACCOUNT_ONLY = "registered", "account only (no restaurant row yet)"
_HIDDEN = "code generated before the registration: the account is hidden"
_GOING_ON, _TAKEN_OVER = "registration failed or going on", "account taken over"
_NOTHING = "nothing known (also an unknown restaurant, or a failed read)"
_ERROR = Case(500, says(failure("Internal error")))
_COMPLETED = "completed"


async def choose_status(call: Call) -> str:
    """The restaurant's row, and the account by the rule above."""
    call.pumpd_restaurant = await pumpd_restaurant_of(call)
    if call.pumpd_restaurant is None:
        call.account = await account_rows.of_restaurant(call)
        return _ACCOUNT_ONLY if call.account else _NOTHING
    call.account = await account_rows.by_id(call, call.pumpd_restaurant["pumpd_account_id"])
    if call.account is None:
        return _HIDDEN
    if call.pumpd_restaurant["registration_status"] != _COMPLETED:
        return _GOING_ON
    return _REGISTERED if call.account["registration_status"] == _COMPLETED else _TAKEN_OVER


async def _status_body(call: Call) -> Body:
    held, pumpd_restaurant = _status_rows(call)
    body = {**pumpd_restaurant, "pumpd_accounts": held} if pumpd_restaurant else None
    return success(
        account=held,
        pumpdRestaurant=body,
        hasAccount=bool(held and held["registration_status"] == _COMPLETED),
        hasRestaurant=bool(pumpd_restaurant and pumpd_restaurant["registration_status"] == _COMPLETED),
    )


def _status_rows(call: Call) -> tuple[Row | None, Row | None]:
    """Account and restaurant as they were read, else the sample rows of the played case."""
    match call.played:
        case "registered":
            return account(call, restaurant_count=1), registered(call)
        case "account only (no restaurant row yet)":
            return account(call), None
        case "code generated before the registration: the account is hidden":
            return None, prepared(call)
        case "registration failed or going on":
            error = command_failed(call, "restaurant-registration/login-and-register-restaurant.js")
            return account(call), begun(call, registration_status="failed", last_error=error, error_count=1)
        case "account taken over":
            changed = {"registration_status": "existing", "registration_method": "playwright", "pumpd_user_id": None}
            return account(call, **changed, pumpd_dashboard_url=None), registered(call)
        case None:
            return call.account, call.pumpd_restaurant
        case _:
            return None, None


STATUS = {
    **dict.fromkeys((_REGISTERED, _ACCOUNT_ONLY, _HIDDEN, _GOING_ON, _TAKEN_OVER), Case(200, _status_body)),
    _NOTHING: Case(200, _status_body),
    "error": _ERROR,
}
_ROW, _NO_ROW = "row there", "nothing known (also an unknown restaurant)"


async def choose_setup(call: Call) -> str:
    """The case for a restaurant with a row, or without."""
    call.pumpd_restaurant = await pumpd_restaurant_of(call)
    return _ROW if call.pumpd_restaurant else _NO_ROW


async def _setup_body(call: Call) -> Body:
    sample = {"system_settings_completed_at": MOMENT, "webhook_secret": "invented"}
    row = call.pumpd_restaurant or prepared(call, **sample)
    dates = {
        "system_settings": row["system_settings_completed_at"],
        "api_key": row["api_key_created_at"],
        "uber_integration": row["uber_integration_completed_at"],
    }
    done = {name: bool(date) for name, date in dates.items()}
    return success(status={**done, "webhook_configured": bool(row["webhook_secret"])}, completion_dates=dates)


SETUP = {
    _ROW: Case(200, _setup_body),
    _NO_ROW: Case(200, says(success(status={"system_settings": False, "api_key": False, "uber_integration": False}))),
    "error": _ERROR,
}
_LOGS: LiteralString = """
    SELECT row_to_json(one) AS row FROM (
        SELECT id, organisation_id, restaurant_id, pumpd_account_id, pumpd_restaurant_id, action, status, request_data,
               response_data, error_message, script_name, execution_time_ms, screenshot_paths, initiated_by, created_at
        FROM registration_logs WHERE organisation_id = %(organisation)s AND restaurant_id = %(restaurant)s
        ORDER BY created_at DESC LIMIT 50
    ) one
"""
_ROWS, _NO_ROWS, _BROKEN = "rows", "none (also an unknown restaurant)", "error (also a malformed id)"


async def choose_logs(call: Call) -> str:
    """The newest fifty rows."""
    if call.id_sent("restaurantId") is None:
        return _BROKEN
    values = {"organisation": call.organisation_id, "restaurant": call.restaurant_id}
    call.notes["logs"] = [log["row"] for log in await call.world.database.read(_LOGS, values)]
    return _ROWS if call.notes["logs"] else _NO_ROWS


async def _logs_body(call: Call) -> Body:
    return success(logs=call.notes.get("logs") or _sample_logs(call))


def _sample_logs(call: Call) -> list[Row]:
    names: dict[str, object] = {
        "id": "99999999-9999-4999-8999-999999999999",
        "organisation_id": str(call.organisation_id),
        "restaurant_id": str(call.restaurant_id),
    }
    mine, pumpd_restaurant = account(call)["id"], prepared(call)["id"]
    stdout = "Subdomain: examplekitchen.platform.example\nRestaurantID: RESinvented1\n"
    made = {"stdout": stdout, "stderr": "", "subdomain": "examplekitchen"}
    script, api = "login-and-register-restaurant.js", "cloudwaitress-api"
    failed = command_failed(call, ONBOARDING)
    request = {"email": "owner@kitchen.example", "restaurant_name": call.name}
    entries = (
        (mine, pumpd_restaurant, "restaurant_registration", "success", None, made, None, script),
        (None, None, "onboarding_user_creation", "failed", None, None, failed, None),
        (mine, None, "account_creation", "success", None, {"user_id": "invented-user-1"}, None, api),
        (mine, None, "account_creation", "started", request, None, None, "pumpd-api"),
    )
    members = (
        "pumpd_account_id",
        "pumpd_restaurant_id",
        "action",
        "status",
        "request_data",
        "response_data",
        "error_message",
        "script_name",
    )
    rest = {"execution_time_ms": None, "screenshot_paths": None, "initiated_by": "service@internal"}
    return [{**names, **dict(zip(members, entry, strict=True)), **rest, "created_at": MOMENT} for entry in entries]


LOGS = {
    _ROWS: Case(200, _logs_body),
    _NO_ROWS: Case(200, says(success(logs=[]))),
    _BROKEN: Case(500, says(failure("invalid input syntax for type uuid"))),
}
