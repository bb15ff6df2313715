"""configure-website: a script sets theme, colours, logo and code; it hides its errors, and its success is trusted.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: the rows are written whenever the script reports
success. Inferred: the output of the script, and that it changes nothing if the restaurant is not in the list.
"""

from dev.sandbox.platform import kept, outside
from dev.sandbox.platform.call import Call
from dev.sandbox.platform.cases import Case, says
from dev.sandbox.platform.pumpd_restaurant_rows import DOMAIN, pumpd_restaurant_of
from dev.sandbox.platform.ready import load_account, missing, missing_case
from dev.sandbox.platform.reply import Body, failure, success
from dev.sandbox.platform.scripts import WEBSITE, command_failed

_DONE, _NOT_DONE = "done", "said done, not done"
_NO_LOGO = "done, logo given but not uploaded"
_NO_ADDRESS = "done, restaurant not registered or address unknown"
_WARNINGS, _NO_CODE, FAILING, _TIME_OVER = "warnings", "no code to put in", "script failed", "time over"
_LOGO = "UPDATE restaurants SET hosted_logo_url = %(logo)s WHERE id = %(restaurant)s"
_STORE = """
    UPDATE restaurants SET demo_store_built = true, onboarding_status = 'configured',
                           demo_store_url = coalesce(%(demo_store)s, demo_store_url),
                           subdomain = coalesce(%(subdomain)s, subdomain)
    WHERE id = %(restaurant)s
"""
_ENDED = "theme configuration completed"
_LOST = "\nNavigation failed: the restaurant is not in the list\n"


async def choose(call: Call) -> str:
    """Check restaurant, code and account; then what the script finds."""
    problem = await missing_case(call)
    call.pumpd_restaurant = call.pumpd_restaurant or await pumpd_restaurant_of(call)
    if problem == "not found":
        return problem
    row = call.pumpd_restaurant
    if not (row and row["head_injection"] and row["body_injection"]) and not call.part("filePaths"):
        return _NO_CODE
    if problem:
        return problem
    if not outside.in_the_list(call):
        return _NOT_DONE if _address(call) else _NO_ADDRESS
    return _DONE


def _address(call: Call) -> str | None:
    pumpd_restaurant = call.pumpd_restaurant or {}
    subdomain = pumpd_restaurant.get("pumpd_subdomain")
    made = f"https://{subdomain}.{DOMAIN}" if subdomain else None
    return str(pumpd_restaurant["pumpd_full_url"]) if pumpd_restaurant.get("pumpd_full_url") else made


def _logo(call: Call) -> str | None:
    given = call.restaurant and call.restaurant.logo_url
    return f"https://cdn.example/{call.restaurant_id}/logo.png" if given or call.played == _DONE else None


async def _store_logo(call: Call) -> None:
    if logo := _logo(call):
        await call.world.database.write_unseen(_LOGO, {"logo": logo, "restaurant": call.restaurant_id})


async def _store(call: Call) -> None:
    subdomain = (call.pumpd_restaurant or {}).get("pumpd_subdomain")
    values = {"demo_store": _address(call), "subdomain": subdomain, "restaurant": call.restaurant_id}
    await call.world.database.write_unseen(_STORE, values)
    theme = (call.restaurant and call.restaurant.theme) or "dark"
    metadata = {"restaurant_id": str(call.restaurant_id), "theme": theme}
    await kept.use(call, "registration_website_settings", metadata)


async def _load_rows(call: Call) -> None:
    await load_account(call)


async def _done_body(call: Call) -> Body:
    logo = _logo(call)
    output = (
        f'\n===RESULT_DATA_START===\n{{"success":true,"uploadedLogoUrl":"{logo}"}}\n===RESULT_DATA_END===\n'
        if logo
        else ""
    )
    return _script_body(call, f"Successfully logged in\n{_ENDED}\n{output}", None, logo)


async def _no_logo_body(call: Call) -> Body:
    return _script_body(call, f"Successfully logged in\n{_ENDED}\n", "Failed to upload logo: not reachable\n", None)


async def _not_done_body(call: Call) -> Body:
    return _script_body(call, "Successfully logged in\n", _LOST, None)


def _script_body(call: Call, output: str, error: str | None, logo: str | None) -> Body:
    address = _address(call) or "https://examplekitchen.platform.example"
    shown = None if call.notes.get("case") == _NO_ADDRESS else address
    return success("Website configured", output=output, error=error, uploadedLogoUrl=logo, demoStoreUrl=shown)


async def _warnings_body(_: Call) -> Body:
    message = "Website completed with warnings"
    nowhere: Body = {"uploadedLogoUrl": None, "demoStoreUrl": None}
    return {"success": False, "message": message, "output": "Starting\n", "error": _LOST, **nowhere}


async def _failed_body(call: Call) -> Body:
    error = "Missing parameters"
    return failure(command_failed(call, WEBSITE, error), details=f"{error}\n", **_PARTS)


_PARTS: Body = {"partialSuccess": False, "lastStep": ""}
_TOO_LONG = failure(
    "The script timed out after 4 minutes. Head code was added.",
    details=None,
    partialSuccess=True,
    lastStep="STEP 19: Addi",
)
CASES = {
    _DONE: Case(200, _done_body, before=(_load_rows,), acts=True, after=(_store_logo, _store)),
    _NOT_DONE: Case(200, _not_done_body, before=(_load_rows,), acts=None, after=(_store,)),
    _NO_LOGO: Case(200, _no_logo_body, before=(_load_rows,), acts=True, after=(_store,)),
    _WARNINGS: Case(200, _warnings_body),
    _NO_ADDRESS: Case(200, _not_done_body, after=(_store,)),
    _NO_CODE: Case(400, says(failure("No code injection: generate it first"))),
    **missing(**_PARTS),
    FAILING: Case(500, _failed_body, before=(_load_rows,), acts=None),
    _TIME_OVER: Case(500, says(_TOO_LONG), acts=None),
}
