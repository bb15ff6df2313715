"""import-menu-direct: the dishes of a menu, handed to the outside; nothing looks whether they are there already.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: no answer counts dishes. Inferred: what a second
import does (here it adds).
"""

from dev.sandbox.platform import kept, outside
from dev.sandbox.platform.call import Call
from dev.sandbox.platform.cases import Case, says
from dev.sandbox.platform.menu_dishes import NOT_IN_THE_LIST, dishes_of
from dev.sandbox.platform.ready import look_up, not_ready
from dev.sandbox.platform.reply import Body, failure, success
from dev.sandbox.platform.scripts import IMPORT, command_failed

_STORE = "UPDATE restaurants SET onboarding_status = 'menu_imported' WHERE id = %(restaurant)s"


async def choose(call: Call) -> str:
    """Both ids, the restaurant, the menu, the account; then whether the script finds the restaurant."""
    if not call.text("restaurantId") or not call.text("menuId"):
        return "restaurantId or menuId missing"
    problem = await not_ready(call)
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


def _import_fails(said: str) -> Case:
    async def build(call: Call) -> Body:
        return failure(command_failed(call, IMPORT, said), details=f"Signing in\n{said}\n")

    return Case(500, build, before=(look_up,), acts=None)


def _said(error: str, details: str | None = None) -> Case:
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
    "not found": _said("Restaurant not found"),
    "menu not found": _said("Menu not found"),
    _NO_ACCOUNT: _said("The account's credentials were not found"),
    "refused by CloudWaitress": _import_fails("The import was rejected"),
    FAILING: _import_fails(f"Import failed: {NOT_IN_THE_LIST}"),
    "time over": _said("Import timed out, try again", "Signing in\n"),
    "script ended well but printed a failure": _said("Menu import failed, file upload", "Signing in\n"),
}
