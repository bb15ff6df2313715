"""The console in a real browser: sign-in, keys, live rows, dialogs, a server that goes away, and no other host."""

from uuid import UUID

import pytest
from playwright.async_api import expect
from sqlalchemy import text

from dev.screenshots.desk import Desk
from registration.states import StepStatus
from registration.workflow.step_queries import advance
from registration.workflow.steps import Step
from tests.interfaces.console.browsing import Desktop, Serving
from tests.registration.tenant import Tenant

pytestmark = [pytest.mark.browser, pytest.mark.slow]


async def _batch(tenant: Tenant, count: int = 12) -> tuple[UUID, list[UUID]]:
    """A batch of restaurants in every state: its id, and its jobs in their order."""
    batch = await Desk(tenant.database, tenant.organisation_id).batch("Monday", count)
    query = text("select id from registration_jobs where batch_job_id = :batch order by position")
    return batch, list((await tenant.everything.execute(query, {"batch": batch})).scalars())


async def test_the_link_leaves_the_address_and_nothing_leaves_the_host(desk: Desktop, tenant: Tenant) -> None:
    """No page asks another host, sends the secret in an address, or breaks the policy."""
    batch, _ = await _batch(tenant)
    for path in ("/", "/batches", f"/batches/{batch}", "/nothing"):
        await desk.open(path)
        await expect(desk.page.locator("main")).to_be_visible()
    assert desk.requests
    assert [one for one in desk.requests if not one.startswith(f"{desk.url}/")] == []
    assert [one for one in [*desk.requests, desk.page.url] if desk.secret in one.partition("#")[0]] == []
    assert not [one for one in desk.complaints if "404" not in one], desk.complaints


async def test_rows_change_by_themselves_and_stay_in_their_order(desk: Desktop, tenant: Tenant) -> None:
    """What the pipeline writes is on the page, in its row; the row that somebody is at keeps the focus."""
    batch, jobs = await _batch(tenant)
    await desk.open(f"/batches/{batch}")
    rows = desk.page.locator("tr[id^=job-]")
    before = await rows.evaluate_all("rows => rows.map(row => row.id)")
    await desk.page.keyboard.press("j")
    await expect(rows.nth(0)).to_be_focused()
    searching = desk.page.locator(f"#job-{jobs[7]}")
    await expect(searching.locator("td.five .m").nth(1)).to_have_text("▸")
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await advance(transaction, jobs[7], Step.SEARCH, StepStatus.COMPLETED)
    await expect(searching.locator("td.five .m").nth(1)).to_have_text("✓")
    assert await rows.evaluate_all("rows => rows.map(row => row.id)") == before
    await expect(rows.nth(0)).to_be_focused()


async def test_filters_stand_in_the_address_and_the_way_back_leads_back(desk: Desktop, tenant: Tenant) -> None:
    """A chip, a word that is typed, and the browser's own way back."""
    batch, _ = await _batch(tenant)
    await desk.open(f"/batches/{batch}")
    rows = desk.page.locator("tr[id^=job-]")
    await expect(rows).to_have_count(12)
    await desk.page.get_by_role("link", name="failed 2").click()
    await expect(rows).to_have_count(2)
    await desk.page.wait_for_url(f"**/batches/{batch}?show=failed")
    await desk.page.locator("#filter-q").fill("bao")
    await expect(rows).to_have_count(1)
    await desk.page.wait_for_url("**q=bao**")
    assert await desk.page.locator("#filter-q").input_value() == "bao"
    await desk.page.go_back()
    await expect(rows).to_have_count(2)


async def test_everything_is_done_with_keys(desk: Desktop, tenant: Tenant) -> None:
    """Pages, rows, a selection, its dialog and its way out."""
    batch, jobs = await _batch(tenant)
    keys = desk.page.keyboard
    await keys.press("g")
    await keys.press("b")
    await desk.page.wait_for_url("**/batches")
    await keys.press("j")
    await keys.press("Enter")
    await desk.page.wait_for_url(f"**/batches/{batch}")
    for key in ("j", "j", "j", "j", "x"):
        await keys.press(key)
    await expect(desk.page.locator("[data-bulk]")).to_contain_text("1 selected")
    await desk.page.locator("[data-bulk-dialog$=retry]").press("Enter")
    dialog = desk.page.locator("#dialog")
    await expect(dialog).to_contain_text("opens menu, options, tags")
    await dialog.get_by_role("button", name="Retry").press("Enter")
    await expect(dialog).to_contain_text("1 restaurant opened again")
    await keys.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(desk.page.locator(f"#job-{jobs[3]} td.marks .m").nth(13)).to_have_text("!")
    await keys.press("?")
    await expect(desk.page.locator("#help")).to_be_visible()


async def test_a_page_says_that_it_is_not_live_and_comes_back(desk: Desktop, serving: Serving, tenant: Tenant) -> None:
    """The server goes away and comes again; what happened meanwhile is shown, nobody loads a page."""
    batch, jobs = await _batch(tenant)
    await desk.open(f"/batches/{batch}")
    await expect(desk.page.locator("#inbox-count")).to_have_text("5")
    await serving.stop()
    await expect(desk.page.locator("#lost")).to_be_visible()
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await advance(transaction, jobs[7], Step.SEARCH, StepStatus.COMPLETED)
    await serving.start()
    await expect(desk.page.locator("#lost")).to_be_hidden()
    await expect(desk.page.locator(f"#job-{jobs[7]} td.five .m").nth(1)).to_have_text("✓")


async def test_names_are_text_whatever_they_hold(desk: Desktop, tenant: Tenant) -> None:
    """Markup, quotes, right-to-left marks, and three hundred characters."""
    hostile = ["<img src=x onerror=alert(1)>", "\"' onmouseover='x", "\u202ekcab\u202c {{ 7*7 }}", "x" * 300]
    ids = [(await tenant.restaurant(name=name))[0] for name in hostile]
    batch, _ = await tenant.batch(*ids)
    await desk.open(f"/batches/{batch}")
    assert await desk.page.locator("td.name").all_inner_texts() == hostile
    assert await desk.page.locator("main img").count() == 0
    width = await desk.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 1280
