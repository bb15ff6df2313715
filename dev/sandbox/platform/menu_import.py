"""import-menu-direct: sends the dishes of a menu to the outside, without a check for dishes that are already there.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: no answer counts dishes. Inferred: the effect of
a second import (here it adds).
"""

from dev.sandbox.platform import kept, outside
from dev.sandbox.platform.call import Call
from dev.sandbox.platform.cases import Case, says
from dev.sandbox.platform.menu_dishes import NOT_IN_THE_LIST, dishes_of
from dev.sandbox.platform.ready import load_account, missing_case
from dev.sandbox.platform.reply import Body, failure, success
from dev.sandbox.platform.scripts import IMPORT, command_failed

_STORE = "UPDATE restaurants SET onboarding_status = 'menu_imported' WHERE id = %(restaurant)s"


async def choose(call: Call) -> str:
    """Check both ids, restaurant, menu and account; then whether the script finds the restaurant."""
    if not call.text("restaurantId") or not call.text("menuId"):
        return "restaurantId or menuId missing"
    problem = await missing_case(call)
    if problem == "not found":
        return problem
    if await dishes_of(call) is None:
        return "menu not found"
    if problem:
        return _NO_ACCOUNT
    return "done" if outside.in_the_list(call) else FAILING


async def _imported(call: Call) -> None:
    await call.world.database.write_unseen(_STORE, {"restaurant": call.restaurant_id})
    metadata = {"restaurant_id": str(call.restaurant_id), "menu_id": call.text("menuId"), "method": "direct_import"}
    await kept.use(call, "registration_menu_upload", metadata)


def _import_fails(error: str) -> Case:
    async def build(call: Call) -> Body:
        return failure(command_failed(call, IMPORT, error), details=f"Signing in\n{error}\n")

    return Case(500, build, before=(load_account,), acts=None)


def _failure_case(error: str, details: str | None = None) -> Case:
    return Case(500, says(failure(error, details=details)), acts=None if details else False)


_NO_ACCOUNT = "no account for the restaurant, or incomplete"
FAILING, _LAST_LINE = "script failed", "Menu import finished\n"
CASES = {
    "done": Case(200, says(success("Menu imported", details=_LAST_LINE)), acts=True, after=(_imported,)),
    "warnings": Case(
        200,
        says({"success": False, "message": "Menu import completed with warnings", "details": _LAST_LINE}),
        acts=None,
    ),
    "restaurantId or menuId missing": Case(400, says(failure("restaurantId and menuId are required"))),
    "not found": _failure_case("Restaurant not found"),
    "menu not found": _failure_case("Menu not found"),
    _NO_ACCOUNT: _failure_case("The account's credentials were not found"),
    "refused by CloudWaitress": _import_fails("The import was rejected"),
    FAILING: _import_fails(f"Import failed: {NOT_IN_THE_LIST}"),
    "time over": _failure_case("Import timed out, try again", "Signing in\n"),
    "script ended well but printed a failure": _failure_case("Menu import failed, file upload", "Signing in\n"),
}
