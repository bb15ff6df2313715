"""add-option-sets: the option sets of a menu, created outside again by every request.

Made after the platform's source at commit 3d2ff03 of 19 January 2026. Inferred: the number of sets of a menu (here one
per six dishes, since the tables of option sets are not stored).
"""

from dev.sandbox.platform import kept, outside
from dev.sandbox.platform.call import Call
from dev.sandbox.platform.cases import Case, says
from dev.sandbox.platform.menu_dishes import NOT_IN_THE_LIST, Dish, dishes_of
from dev.sandbox.platform.ready import missing, missing_case
from dev.sandbox.platform.reply import Body, failure, success
from dev.sandbox.platform.scripts import OPTION_SETS, fails_with_payload
from dev.sandbox.platform.summaries import NO_NUMBERS, PARTLY, WARNINGS, failed_of, summed, unreadable


async def choose(call: Call) -> str:
    """Check the menu's id, restaurant and account; then dishes and sets; then the script's list of restaurants."""
    if not call.text("menuId"):
        return "menuId missing"
    if problem := await missing_case(call):
        return problem
    dishes = await dishes_of(call)
    if not dishes:
        return "menu without dishes"
    if not _sets_of(dishes):
        return "menu without option sets"
    if not outside.in_the_list(call):
        return "script failed before the first set"
    return PARTLY if call.fails_partly else "created"


def _sets_of(dishes: list[Dish]) -> int:
    return len(dishes) // 6


async def _used(call: Call) -> None:
    total = _sets_of(await dishes_of(call) or [])
    ids = {"restaurant_id": str(call.restaurant_id), "menu_id": call.text("menuId")}
    await kept.use(call, "registration_option_sets", {**ids, "option_sets_count": total})


async def _body(call: Call) -> Body:
    total = _sets_of(await dishes_of(call) or []) or 1
    failed = failed_of(call)
    return summed(call, "Option sets configured", {"total": total, "created": total - failed, "failed": failed})


_NO_SETS = {"total": 0, "created": 0, "failed": 0}
FAILING = "time over"
CASES = {
    "created": Case(200, _body, acts=True, after=(_used,)),
    PARTLY: Case(200, _body, acts=True, after=(_used,)),
    "menu without dishes": Case(200, says(success("The menu has no items", summary=_NO_SETS))),
    "menu without option sets": Case(200, says(success("The menu has no option sets", summary=_NO_SETS))),
    NO_NUMBERS: Case(200, _body, acts=None, after=(_used,)),
    WARNINGS: Case(200, _body, acts=None),
    "menuId missing": Case(400, says(failure("menuId is required"))),
    **missing(),
    "dishes or sets could not be read": unreadable("Failed to fetch the menu's dishes"),
    "script failed, none created": Case(500, fails_with_payload(OPTION_SETS, "Failed to create any option set")),
    "script failed before the first set": Case(500, fails_with_payload(OPTION_SETS, NOT_IN_THE_LIST)),
    FAILING: Case(500, fails_with_payload(OPTION_SETS), acts=None),
}
