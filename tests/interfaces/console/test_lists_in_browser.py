"""From a spreadsheet to a started batch with keys alone, and a selection that outlives filters."""

import pytest
from playwright.async_api import expect
from sqlalchemy import text

from dev.screenshots.desk import Desk
from interfaces.console.new_batches import MOST_NAMED
from tests.interfaces.console.browsing import Desktop
from tests.registration.tenant import Tenant

pytestmark = [pytest.mark.browser, pytest.mark.slow]
_END = text("update registration_jobs set status = 'skipped' where batch_job_id = :batch")
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


async def test_all_that_fits_is_selected_over_all_pages(desk: Desktop, tenant: Tenant) -> None:
    """More than an address can name: the dialog has each of them, and other filters leave them selected. What was
    selected before stays selected.
    """
    await tenant.restaurant(name="Tio", city="Bluff")
    for number in range(1, MOST_NAMED + 2):
        await tenant.restaurant(name=f"Kai {number:03d}", city="Gore")
    await desk.open("/restaurants?city=Bluff")
    for key in ("j", "x"):
        await desk.page.keyboard.press(key)
    await desk.page.locator("#pick-city summary").click()
    await desk.page.locator("#pick-city input[value=Gore]").check()
    await desk.page.locator("#pick-city input[value=Bluff]").uncheck()
    await desk.page.get_by_role("button", name=f"select all {MOST_NAMED + 1}").click()
    bulk = desk.page.locator("[data-bulk]")
    await expect(bulk).to_contain_text(f"{MOST_NAMED + 2} selected ({MOST_NAMED - 98} not shown)")
    await desk.page.get_by_role("link", name="More").click()
    await expect(desk.page.locator("tr[id^=restaurant-]").first).to_contain_text("Kai 101")
    await expect(bulk).to_contain_text(f"{MOST_NAMED + 2} selected")
    await desk.page.get_by_role("button", name="New batch …").click()
    await expect(desk.page.locator("#dialog-title")).to_have_text(f"New batch of {MOST_NAMED + 2} restaurants")
    assert not desk.complaints, desk.complaints


async def test_a_list_shows_what_ended_while_its_tab_was_hidden(desk: Desktop, tenant: Tenant) -> None:
    """A hidden tab reads no stream, and a new stream has only batches that are open."""
    batch = await Desk(tenant.database, tenant.organisation_id).batch("Monday", 2, begun=False)
    await desk.open("/batches")
    row = desk.page.locator(f"#batch-{batch}")
    await expect(row).to_contain_text("not started")
    await desk.page.locator("#pick-city summary").click()
    await desk.hide(hidden=True)
    await tenant.everything.execute(_END, {"batch": batch})
    await desk.hide(hidden=False)
    await expect(row).not_to_contain_text("not started")
    await expect(desk.page.locator("#pick-city")).to_have_attribute("open", "")
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
