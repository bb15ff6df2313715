"""The import of a menu, its option sets and tags."""

from uuid import UUID, uuid4

from tests.sandbox.client import Platform
from tests.sandbox.rows import Rows


async def test_a_menu_is_imported_with_all_its_items(
    platform: Platform, restaurant_id: UUID, sandbox_rows: Rows
) -> None:
    """The answer counts the items, and the set-up status shows them."""
    await platform.registered(restaurant_id)
    menu_id = await sandbox_rows.menu(restaurant_id, items=13)
    answer = await platform.post("import-menu-direct", restaurantId=str(restaurant_id), menuId=str(menu_id))
    told = (await platform.ask("setup-status", restaurant_id))["menu"]
    assert answer.json()["itemCount"] == 13
    assert (told["menu_id"], told["items"], told["expected"]) == (str(menu_id), 13, 13)


async def test_a_second_import_doubles_the_items(platform: Platform, restaurant_id: UUID, sandbox_rows: Rows) -> None:
    """What is done twice can be seen twice, even with the same key."""
    await platform.registered(restaurant_id)
    body = {"restaurantId": str(restaurant_id), "menuId": str(await sandbox_rows.menu(restaurant_id, items=13))}
    for _ in range(2):
        await platform.post_as("same", "import-menu-direct", **body)
    assert (await platform.ask("setup-status", restaurant_id))["menu"]["items"] == 26
    assert (await platform.effects(restaurant_id))["import-menu-direct"] == 2


async def test_a_key_is_honoured_when_told(platform: Platform, restaurant_id: UUID, sandbox_rows: Rows) -> None:
    """Then a repeated key is answered as before, and nothing happens."""
    await platform.registered(restaurant_id)
    await platform.behave(honour_idempotency=True)
    body = {"restaurantId": str(restaurant_id), "menuId": str(await sandbox_rows.menu(restaurant_id))}
    answers = [(await platform.post_as("same", "import-menu-direct", **body)).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert (await platform.effects(restaurant_id))["import-menu-direct"] == 1


async def test_only_a_menu_of_the_restaurant_with_items_is_imported(
    platform: Platform, restaurant_id: UUID, sandbox_rows: Rows
) -> None:
    """404 for somebody else's menu, 400 for an empty one."""
    await platform.registered(restaurant_id)
    other = await sandbox_rows.menu(await sandbox_rows.restaurant(platform.organisation_id))
    empty = await sandbox_rows.menu(restaurant_id, items=0)
    for menu_id, status in ((uuid4(), 404), (other, 404), (empty, 400)):
        response = await platform.post("import-menu-direct", restaurantId=str(restaurant_id), menuId=str(menu_id))
        assert response.status_code == status


async def test_option_sets_and_tags_need_the_imported_menu(
    platform: Platform, restaurant_id: UUID, sandbox_rows: Rows
) -> None:
    """409 before the import; afterwards summaries that the set-up status confirms."""
    await platform.registered(restaurant_id)
    body = {"restaurantId": str(restaurant_id), "menuId": str(await sandbox_rows.menu(restaurant_id, items=13))}
    for endpoint in ("add-option-sets", "add-item-tags"):
        assert (await platform.post(endpoint, **body)).status_code == 409
    await platform.post("import-menu-direct", **body)
    sets = (await platform.post("add-option-sets", **body)).json()["summary"]
    tags = (await platform.post("add-item-tags", **body)).json()["summary"]
    told = await platform.ask("setup-status", restaurant_id)
    assert sets == {"total": 2, "created": 2, "failed": 0}
    assert tags == {"total": 2, "created": 2, "failed": 0, "itemsAssigned": 8}
    assert (told["optionSets"]["created"], told["itemTags"]["created"]) == (2, 2)
    await platform.post("add-option-sets", **body)
    assert (await platform.ask("setup-status", restaurant_id))["optionSets"]["created"] == 4


async def test_one_of_several_option_sets_can_fail(platform: Platform, restaurant_id: UUID, sandbox_rows: Rows) -> None:
    """The summary says so; what was missing is created the next time."""
    await platform.registered(restaurant_id)
    body = {"restaurantId": str(restaurant_id), "menuId": str(await sandbox_rows.menu(restaurant_id, items=13))}
    await platform.post("import-menu-direct", **body)
    await platform.break_with(restaurant_id, "add-option-sets", "partly_failed", times=1)
    assert (await platform.post("add-option-sets", **body)).json()["summary"]["failed"] == 1
    assert (await platform.ask("setup-status", restaurant_id))["optionSets"]["created"] == 1
    await platform.post("add-option-sets", **body)
    assert (await platform.ask("setup-status", restaurant_id))["optionSets"]["created"] == 2
