"""add-item-tags: always the ten preset tags, created outside again by every request and assigned by dish name.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: the menu's own tags only decide which dishes get
a preset tag; without a menu the tags are created and assigned to no dish.
"""

from dev.sandbox.platform import kept, outside
from dev.sandbox.platform.call import Call
from dev.sandbox.platform.cases import Case
from dev.sandbox.platform.menu_dishes import PRESETS, Dish, dishes_of
from dev.sandbox.platform.ready import missing, missing_case
from dev.sandbox.platform.reply import Body
from dev.sandbox.platform.scripts import ITEM_TAGS, fails_with_payload
from dev.sandbox.platform.summaries import PARTLY, WARNINGS, failed_of, summed


async def choose(call: Call) -> str:
    """Check restaurant and account; then whether the script finds the restaurant."""
    if problem := await missing_case(call):
        return problem
    if not outside.in_the_list(call):
        return "script failed, none created"
    if call.fails_partly:
        return PARTLY
    return "created" if _assigned(await dishes_of(call)) else "created, dishes not read"


def _assigned(dishes: list[Dish] | None) -> int:
    """Number of assignments, over all tags."""
    return sum(len({dish.name for dish in dishes or () if tag in dish.presets()}) for tag in PRESETS)


async def _summary(call: Call) -> dict[str, int]:
    case = call.notes.get("case")
    failed = failed_of(call)
    unread = case in ("created, dishes not read", WARNINGS)
    assigned = 0 if unread else _assigned(await dishes_of(call))
    return {"total": len(PRESETS), "created": len(PRESETS) - failed, "failed": failed, "itemsAssigned": assigned}


async def _body(call: Call) -> Body:
    return summed(call, "Item tags configured", await _summary(call))


async def _used(call: Call) -> None:
    summary = await _summary(call)
    ids = {"restaurant_id": str(call.restaurant_id), "menu_id": call.text("menuId")}
    counts = {"tags_created": summary["created"], "items_assigned": summary["itemsAssigned"]}
    await kept.use(call, "registration_item_tags", {**ids, **counts})


FAILING = "time over"
CASES = {
    "created": Case(200, _body, acts=True, after=(_used,)),
    PARTLY: Case(200, _body, acts=True, after=(_used,)),
    "created, dishes not read": Case(200, _body, acts=True, after=(_used,)),
    WARNINGS: Case(200, _body, acts=None),
    **missing(),
    "script failed, none created": Case(500, fails_with_payload(ITEM_TAGS, "Failed to create any tag")),
    FAILING: Case(500, fails_with_payload(ITEM_TAGS), acts=None),
}
