"""configure-website: a script sets theme, colours, logo and code; it swallows its errors and is believed.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: the rows are written whenever success is said.
Inferred: what the script writes into its output, and that a restaurant which is not in the list changes nothing.
"""

from dev.sandbox.platform import kept, outside
from dev.sandbox.platform.call import Call
from dev.sandbox.platform.cases import Case, says
from dev.sandbox.platform.place_rows import DOMAIN, place_of
from dev.sandbox.platform.ready import look_up, missing, not_ready
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
    """Restaurant, code, account; then what the script finds."""
    problem = await not_ready(call)
    call.place = call.place or await place_of(call)
    if problem == "not found":
        return problem
    if not (call.place and call.place["head_injection"] and call.place["body_injection"]) and not call.part(
        "filePaths"
    ):
        return _NO_CODE
    if problem:
        return problem
    if not outside.in_the_list(call):
        return _NOT_DONE if _address(call) else _NO_ADDRESS
    return _DONE


def _address(call: Call) -> str | None:
    place = call.place or {}
    subdomain = place.get("pumpd_subdomain")
    made = f"https://{subdomain}.{DOMAIN}" if subdomain else None
    return str(place["pumpd_full_url"]) if place.get("pumpd_full_url") else made


def _logo(call: Call) -> str | None:
    given = call.restaurant and call.restaurant.logo_url
    return f"https://cdn.example/{call.restaurant_id}/logo.png" if given or call.played == _DONE else None


async def _store_logo(call: Call) -> None:
    if logo := _logo(call):
        await call.world.database.write_unseen(_LOGO, {"logo": logo, "restaurant": call.restaurant_id})


async def _store(call: Call) -> None:
    subdomain = (call.place or {}).get("pumpd_subdomain")
    values = {"demo_store": _address(call), "subdomain": subdomain, "restaurant": call.restaurant_id}
    await call.world.database.write_unseen(_STORE, values)
    theme = (call.restaurant and call.restaurant.theme) or "dark"
    metadata = {"restaurant_id": str(call.restaurant_id), "theme": theme}
    await kept.use(call, "registration_website_settings", metadata)


async def _look(call: Call) -> None:
    await look_up(call)


async def _done_body(call: Call) -> Body:
    logo = _logo(call)
    said = (
        f'\n===RESULT_DATA_START===\n{{"success":true,"uploadedLogoUrl":"{logo}"}}\n===RESULT_DATA_END===\n'
        if logo
        else ""
    )
    return _said(call, f"Successfully logged in\n{_ENDED}\n{said}", None, logo)


async def _no_logo_body(call: Call) -> Body:
    return _said(call, f"Successfully logged in\n{_ENDED}\n", "Failed to upload logo: not reachable\n", None)


async def _not_done_body(call: Call) -> Body:
    return _said(call, "Successfully logged in\n", _LOST, None)


def _said(call: Call, output: str, error: str | None, logo: str | None) -> Body:
    address = _address(call) or "https://examplekitchen.platform.example"
    shown = None if call.notes.get("case") == _NO_ADDRESS else address
    return success("Website configured", output=output, error=error, uploadedLogoUrl=logo, demoStoreUrl=shown)


async def _warnings_body(_: Call) -> Body:
    said = "Website completed with warnings"
    nowhere: Body = {"uploadedLogoUrl": None, "demoStoreUrl": None}
    return {"success": False, "message": said, "output": "Starting\n", "error": _LOST, **nowhere}


async def _failed_body(call: Call) -> Body:
    said = "Missing parameters"
    return failure(command_failed(call, WEBSITE, said), details=f"{said}\n", **_PARTS)


_PARTS: Body = {"partialSuccess": False, "lastStep": ""}
_TOO_LONG = failure(
    "The script timed out after 4 minutes. Head code was added.",
    details=None,
    partialSuccess=True,
    lastStep="STEP 19: Addi",
)
CASES = {
    _DONE: Case(200, _done_body, before=(_look,), acts=True, after=(_store_logo, _store)),
    _NOT_DONE: Case(200, _not_done_body, before=(_look,), acts=None, after=(_store,)),
    _NO_LOGO: Case(200, _no_logo_body, before=(_look,), acts=True, after=(_store,)),
    _WARNINGS: Case(200, _warnings_body),
    _NO_ADDRESS: Case(200, _not_done_body, after=(_store,)),
    _NO_CODE: Case(400, says(failure("No code injection: generate it first"))),
    **missing(**_PARTS),
    FAILING: Case(500, _failed_body, before=(_look,), acts=None),
    _TIME_OVER: Case(500, says(_TOO_LONG), acts=None),
}
