"""From a spreadsheet to a started batch with keys alone, and a selection that outlives filters."""

import pytest
from playwright.async_api import expect

from tests.interfaces.console.browsing import Desktop
from tests.registration.tenant import Tenant

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASTED = "name\tcity\tphone\nSaffron Lane\tTauranga\t12\nHarbour\tAuckland\t\n"


async def test_a_pasted_list_becomes_a_batch_by_keys(desk: Desktop) -> None:
    """Paste, correct the wrong cell, import, choose options, start."""
    keys = desk.page.keyboard
    await keys.press("g")
    await keys.press("m")
    await desk.page.wait_for_url("**/import")
    await keys.press("v")
    await keys.insert_text(PASTED)
    await expect(desk.page.locator(".tallies")).to_contain_text("1 new")
    await keys.press("Escape")
    await keys.press("n")
    cell = desk.page.locator(".field.wrong input")
    await expect(cell).to_be_focused()
    await cell.press("ControlOrMeta+A")
    await keys.type("09 379 1234")
    await keys.press("Enter")
    await expect(desk.page.locator(".tallies")).to_contain_text("2 new")
    await expect(desk.page.locator("#said")).to_contain_text("2 new")
    await expect(desk.page.locator(".open-line.right-now [name=cell-2-2]")).to_be_focused()
    await keys.press("Escape")
    await keys.press("i")
    await expect(desk.page.locator(".outcome")).to_contain_text("2 imported")
    await keys.press("Enter")
    dialog = desk.page.locator("#dialog")
    await expect(dialog).to_contain_text("New batch of 2 restaurants")
    await keys.type("From a sheet")
    await keys.press("Enter")
    await desk.page.wait_for_url("**/batches/*-*")
    await expect(desk.page.locator("h1")).to_contain_text("From a sheet")
    assert not desk.complaints, desk.complaints


async def test_a_selection_outlives_filters(desk: Desktop, tenant: Tenant) -> None:
    """What is selected and not shown is said, and is in the batch."""
    for name in ("Kai", "Tio", "Whare"):
        await tenant.restaurant(name=name, city="Bluff" if name == "Tio" else "Gore")
    await desk.open("/restaurants")
    keys = desk.page.keyboard
    for key in ("j", "x", "j", "j", "x"):
        await keys.press(key)
    await expect(desk.page.locator("[data-bulk]")).to_contain_text("2 selected")
    await desk.page.locator("#filter-q").fill("tio")
    await expect(desk.page.locator("tr[id^=restaurant-]")).to_have_count(1)
    await expect(desk.page.locator("[data-bulk]")).to_contain_text("2 selected (2 not shown)")
    await keys.press("Escape")
    await keys.press("a")
    await keys.press("b")
    await expect(desk.page.locator("#dialog")).to_contain_text("New batch of 3 restaurants")
    await keys.press("Escape")
    await desk.page.locator("#filter-q").fill("")
    await expect(desk.page.locator("tr[id^=restaurant-] input:checked")).to_have_count(3)
