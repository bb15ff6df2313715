"""register-restaurant: a script creates the restaurant under an account, even if it exists already.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: address, phone, hours and city of the body are
ignored; the answer is the row before its last update. Inferred: the script's errors outside, short subdomains.
"""

from dataclasses import replace
from typing import Any

from dev.sandbox.names import words
from dev.sandbox.platform import account_rows, kept, outside, pumpd_restaurant_rows
from dev.sandbox.platform.accounts import credentials
from dev.sandbox.platform.call import Call
from dev.sandbox.platform.cases import Case, says
from dev.sandbox.platform.kept import LogEntry
from dev.sandbox.platform.pumpd_restaurant_rows import ADMIN
from dev.sandbox.platform.reply import Body, failure, success
from dev.sandbox.platform.samples import begun
from dev.sandbox.platform.scripts import REGISTER, command_failed

CREATED = "created"
TAKEN = "created, id not stored: the subdomain belongs to another row"
_ODD, _WRONG = "created, id not stored: its form is unknown", "wrong id stored"
_NOT_FOUND, _INCOMPLETE = "not found", "no e-mail or no password"
_NO_ROW = "existing account: its row could not be made"
_NO_ACCOUNT = "new account: CloudWaitress refused or failed"
_NO_PLACE = "restaurant row could not be made"
_BEFORE_THE_FORM, FAILED = "script failed before the form was sent", "script failed, effect not known"
_LATER = "other error after the script"
_NEW = "new_account_with_restaurant"
_FIRST = "existing_account_first_restaurant"
_NAME = "login-and-register-restaurant.js"
_STORE_STATUS = "UPDATE restaurants SET onboarding_status = 'registered' WHERE id = %(restaurant)s"
_SHORTEST = 4


def subdomain_of(name: str) -> str:
    """Letters and digits of a name, at least four."""
    return "".join(words(name)).ljust(_SHORTEST, "0")


async def choose(call: Call) -> str:
    """The case that follows from tables and account, before the form is filled in."""
    if call.restaurant is None:
        return _NOT_FOUND
    email, password = credentials(call)
    if not email or not password:
        return _INCOMPLETE
    if _is_new(call):
        return CREATED if outside.may_open(call) else _NO_ACCOUNT
    held = await account_rows.of_email(call, email)
    stored = str(held["user_password_hint"] or password) if held else password
    return CREATED if outside.signs_in(call, email, stored) else _BEFORE_THE_FORM


async def act(call: Call) -> str | None:
    """Create a restaurant, and try to store its id."""
    call.notes["number"] = outside.open_restaurant(call)
    return None


def _is_new(call: Call) -> bool:
    return call.text("registrationType") == _NEW


async def _have_account(call: Call) -> None:
    email, password = (credential or "" for credential in credentials(call))
    if _is_new(call):
        await _register_again(call, email, password)
        return
    first = call.text("registrationType") == _FIRST
    held = await account_rows.of_email(call, email)
    call.account = held or await account_rows.take_over(call, email, password, 0 if first else 1)


async def _register_again(call: Call, email: str, password: str) -> None:
    existed = outside.has_account(call, email)
    user = outside.open_account(call, email, password)
    call.account = await account_rows.begin(call, email, password)
    await account_rows.change(call, status="completed", dated=True, user=user, dashboard=ADMIN, count=0)
    response: dict[str, object] = {"alreadyExists": True} if existed else {"user_id": user}
    account = (call.account or {}).get("id")
    await kept.log(call, LogEntry("account_creation", "success", response=response, account=account))


async def _begin(call: Call) -> None:
    await pumpd_restaurant_rows.begin(call, "account_and_restaurant" if _is_new(call) else "restaurant_only")
    request = {"registration_type": call.text("registrationType"), "restaurant_name": call.name}
    await _log(call, "started", request=request)


async def _store(call: Call) -> None:
    subdomain = subdomain_of(call.name)
    stored = call.played != TAKEN
    if stored:
        number = None if call.played == _ODD else str(call.notes.get("number") or outside.new_number())
        stored = await pumpd_restaurant_rows.complete(call, number, subdomain)
    await _finish(call, subdomain)


async def _finish(call: Call, subdomain: str) -> None:
    count = (call.account or {}).get("restaurant_count")
    if _is_new(call):
        await account_rows.change(call, count=1, status="completed", dated=True)
    else:
        await account_rows.change(call, count=(count if isinstance(count, int) else 0) + 1)
    await call.world.database.write_unseen(_STORE_STATUS, {"restaurant": call.restaurant_id})
    output = f"Subdomain: {subdomain}.platform.example\nRestaurantID: {call.notes.get('number', 'unknown')}\n"
    await _log(call, "success", response={"stdout": output, "stderr": "", "subdomain": subdomain})
    metadata = {"restaurant_id": str(call.restaurant_id), "subdomain": subdomain}
    await kept.use(call, "registration_restaurant", metadata)


async def _fail(call: Call) -> None:
    error = _error_text(call)
    await pumpd_restaurant_rows.fail(call, error)
    await _log(call, "failed", error=error)


async def _account_failed(call: Call) -> None:
    await kept.log(call, LogEntry("account_creation", "failed", error="The ordering system refused"))


async def _log(call: Call, status: str, **more: Any) -> None:
    pumpd_restaurant = (call.pumpd_restaurant or {}).get("id")
    entry = LogEntry(
        "restaurant_registration",
        status,
        _NAME,
        account=(call.account or {}).get("id"),
        pumpd_restaurant=pumpd_restaurant,
    )
    await kept.log(call, replace(entry, **more))


def _error_text(call: Call) -> str:
    if call.notes.get("case") == FAILED:
        return command_failed(call, REGISTER, "The new restaurant in list was not found")
    return command_failed(call, REGISTER, "Create/Add Restaurant button not found")


async def _body(call: Call) -> Body:
    row = call.pumpd_restaurant or begun(call)
    shown = {
        "registration_status": "completed",
        "pumpd_subdomain": subdomain_of(call.name),
        "dashboard_url": f"{ADMIN}/restaurants/{subdomain_of(call.name)}",
    }
    return success("Restaurant registered", restaurant=row | shown)


async def _failed_body(call: Call) -> Body:
    return failure(_error_text(call))


_PREPARED = (_have_account, _begin)
_MADE = Case(200, _body, before=_PREPARED, acts=True, after=(_store,))
CASES = {
    CREATED: _MADE,
    TAKEN: _MADE,
    _ODD: _MADE,
    _WRONG: Case(200, _body, before=_PREPARED, acts=None, after=(_store,)),
    _NOT_FOUND: Case(404, says(failure("Restaurant not found"))),
    _INCOMPLETE: Case(400, says(failure("Email and password are required"))),
    _NO_ROW: Case(500, says(failure("The account's record could not be created"))),
    _NO_ACCOUNT: Case(500, says(failure("Failed to create user account: too many requests")), after=(_account_failed,)),
    _NO_PLACE: Case(500, says(failure("The restaurant's record could not be created"))),
    _BEFORE_THE_FORM: Case(500, _failed_body, before=_PREPARED, after=(_fail,)),
    FAILED: Case(500, _failed_body, before=_PREPARED, acts=None, after=(_fail,)),
    _LATER: Case(500, says(failure("The registration could not be noted")), acts=True),
}
FAILING = FAILED
