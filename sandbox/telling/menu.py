"""The menu of a registered restaurant, its option sets and its tags."""

from sandbox.records import Created, ImportedMenu
from sandbox.refusals import Refusal
from sandbox.rows import Menu, menu_of
from sandbox.telling.bodies import RestaurantMenuBody
from sandbox.telling.call import Answer, Call
from sandbox.telling.registration import refuse_unregistered

_STORE = "UPDATE restaurants SET onboarding_status = 'menu_imported' WHERE id = %(restaurant)s"


async def import_menu_direct(call: Call, body: RestaurantMenuBody) -> Answer:
    """Import the items of a menu, again if they are there already; raises Refusal 400, 404, 409."""
    refuse_unregistered(call)
    menu = await menu_of(call.world.database, call.restaurant, body.menu_id)
    await call.work()
    if call.happens():
        _add_items(call, menu)
        await call.world.database.write(_STORE, {"restaurant": call.restaurant.id})
    return {"success": True, "message": f"Imported {menu.items} items", "itemCount": menu.items}


async def add_option_sets(call: Call, body: RestaurantMenuBody) -> Answer:
    """Create the option sets of an imported menu; raises Refusal 404, 409."""
    menu = await _imported_menu(call, body)
    await call.work()
    failed = 1 if call.fails_partly and menu.option_sets else 0
    if call.happens():
        call.done.option_sets = _created(call, call.done.option_sets, menu.option_sets, failed)
    return {"success": True, "message": "Option sets added", "summary": _summary(menu.option_sets, failed)}


async def add_item_tags(call: Call, body: RestaurantMenuBody) -> Answer:
    """Create the tags of an imported menu as they are, and put them on its items; raises Refusal 404, 409."""
    menu = await _imported_menu(call, body)
    await call.work()
    failed = 1 if call.fails_partly and menu.tags else 0
    if call.happens():
        call.done.item_tags = _created(call, call.done.item_tags, menu.tags, failed)
    summary = _summary(menu.tags, failed) | {"itemsAssigned": menu.tagged_items}
    return {"success": True, "message": "Item tags added", "summary": summary}


async def _imported_menu(call: Call, body: RestaurantMenuBody) -> Menu:
    menu = await menu_of(call.world.database, call.restaurant, body.menu_id)
    if call.done.menu is None or call.done.menu.menu_id != menu.id:
        raise Refusal(409, f"Menu {menu.id} is not imported for {call.restaurant.name}")
    return menu


def _add_items(call: Call, menu: Menu) -> None:
    before = call.done.menu
    items = before.items if before and before.menu_id == menu.id else 0
    call.done.menu = ImportedMenu(
        **call.stamp().model_dump(), menu_id=menu.id, items=items + menu.items, expected=menu.items
    )


def _created(call: Call, before: Created | None, expected: int, failed: int) -> Created:
    """What is there afterwards: what was missing is created, a complete set is created a second time."""
    there = before.created if before else 0
    missing = expected - there if there < expected else expected
    return Created(**call.stamp().model_dump(), expected=expected, created=there + max(0, missing - failed))


def _summary(total: int, failed: int) -> dict[str, int]:
    return {"total": total, "created": total - failed, "failed": failed}
