"""register-account: an account with the ordering system, and its row.

Made after the platform's source at commit 3d2ff03 of 19 January 2026. Inferred: the ordering system has one account per
e-mail, and refuses accounts that follow each other too fast.
"""

from dataclasses import replace
from typing import Any

from dev.sandbox.platform import account_rows, kept, outside
from dev.sandbox.platform.call import Call
from dev.sandbox.platform.cases import Case, says
from dev.sandbox.platform.kept import LogEntry
from dev.sandbox.platform.pumpd_restaurant_rows import ADMIN
from dev.sandbox.platform.reply import Body, failure, success
from dev.sandbox.platform.samples import account as sample

CREATED, EXISTED = "created", "existed before"
_MINE, _NOT_FOUND = "already registered for this restaurant", "not found"
_NOTHING_TO_SIGN_IN_WITH = "no e-mail or no password, in the body or in the row"
_THEIRS = "another restaurant of the organisation has the e-mail"
_REFUSED = "CloudWaitress refused or failed (also its rate limit)"
_TROUBLE = "database or configuration trouble before the call"
_SCRIPT = "cloudwaitress-api"


async def choose(call: Call) -> str:
    """The case that follows from the tables, before the ordering system is called."""
    if call.restaurant is None:
        return _NOT_FOUND
    email, password = credentials(call)
    if not email or not password:
        return _NOTHING_TO_SIGN_IN_WITH
    call.account = await account_rows.of_restaurant(call)
    if call.account and call.account["registration_status"] == "completed":
        return _MINE
    held = await account_rows.of_email(call, email)
    if held and held["restaurant_id"] != str(call.restaurant_id):
        return _THEIRS
    return CREATED if outside.may_open(call) else _REFUSED


def credentials(call: Call) -> tuple[str | None, str | None]:
    """E-mail and password of the request, else of the restaurant's row."""
    row = call.restaurant
    held = (row.user_email or row.email) if row else None
    return call.text("email") or held, call.text("password")


async def act(call: Call) -> str | None:
    """Open the account, unless the e-mail already has one."""
    email, password = credentials(call)
    if email and outside.has_account(call, email) and not call.played:
        return EXISTED
    call.notes["user"] = outside.open_account(call, email or "", password or "")
    return None


async def _begin(call: Call) -> None:
    email, password = credentials(call)
    call.account = await account_rows.begin(call, email or "", password or "")
    request = {"email": email, "restaurant_name": call.name}
    await _log(call, "started", script="pumpd-api", request=request)


async def _created(call: Call) -> None:
    user = call.notes.get("user")
    await account_rows.change(call, status="completed", dated=True, user=user, dashboard=ADMIN, retries=0)
    await _log(call, "success", response={"user_id": user})
    await kept.use(
        call,
        "registration_user_account",
        {"restaurant_id": str(call.restaurant_id), "email": credentials(call)[0]},
    )


async def _existed(call: Call) -> None:
    await account_rows.change(call, status="completed", dated=True, dashboard=ADMIN)


async def _failed(call: Call) -> None:
    await account_rows.change(call, status="failed", error=_refusal(call))
    await _log(call, "failed", error=_refusal(call))


async def _log(call: Call, status: str, *, script: str = _SCRIPT, **more: Any) -> None:
    account = (call.account or {}).get("id")
    entry = LogEntry("account_creation", status, script=script, account=account)
    await kept.log(call, replace(entry, **more))


def _refusal(call: Call) -> str:
    message = call.fault and call.fault.message
    return message or "The ordering system refused the registration: too many requests"


async def _created_body(call: Call) -> Body:
    account = (call.account or sample(call))["id"]
    return success("Account registered", account_id=account, email=credentials(call)[0])


async def _existed_body(call: Call) -> Body:
    account = (call.account or sample(call))["id"]
    return success("Account exists already", account_id=account, alreadyExists=True)


async def _mine_body(call: Call) -> Body:
    held = call.account or await account_rows.of_restaurant(call)
    return failure("Account already registered for this restaurant", account=held or sample(call))


async def _refused_body(call: Call) -> Body:
    return failure(_refusal(call))


CASES = {
    CREATED: Case(200, _created_body, before=(_begin,), acts=True, after=(_created,)),
    EXISTED: Case(200, _existed_body, before=(_begin,), after=(_existed,)),
    _MINE: Case(200, _mine_body),
    _NOT_FOUND: Case(404, says(failure("Restaurant not found"))),
    _NOTHING_TO_SIGN_IN_WITH: Case(400, says(failure("Email and password are required"))),
    _THEIRS: Case(
        500,
        says(
            failure(
                'duplicate key value violates unique constraint "pumpd_accounts_organisation_id_email_key"',
            )
        ),
    ),
    _REFUSED: Case(500, _refused_body, before=(_begin,), acts=None, after=(_failed,)),
    _TROUBLE: Case(500, says(failure("The platform's database did not answer"))),
}
FAILING = _REFUSED
