"""The console in a real browser: sign-in, keys, live rows, dialogs, a server that goes away, and no other host."""

from collections import defaultdict
from uuid import UUID, uuid4

import pytest
from playwright.async_api import expect
from sqlalchemy import text

from dev.screenshots.desk import Desk
from registration.states import StepStatus
from registration.workflow.step_queries import advance
from registration.workflow.steps import Step
from tests.interfaces.console.browsing import Desktop
from tests.registration.at_gate import all_at_company_gate, all_at_config_gate, at_company_gate
from tests.registration.tenant import Tenant

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "\"' onmouseover='x",
    "\u202ekcab\u202c {{ 7*7 }}",
    "Whetū & Kererū",
    "x" * 300,
)
_SCRIPTS = text(
    "update companies_office_search_candidates set combined_results = replace(combined_results::text, 'KAI',"
    " '<script>alert(1)</script>')::jsonb"
    " where registration_job_id in (select id from registration_jobs where batch_job_id = :batch)"
)
_FAILURE = text("update registration_jobs set error_message = :error where batch_job_id = :batch")


async def _batch(tenant: Tenant, count: int = 12) -> tuple[UUID, list[UUID]]:
    """A batch of restaurants in every state: its id, and its jobs in their order."""
    batch = await Desk(tenant.database, tenant.organisation_id).batch("Monday", count)
    query = text("select id from registration_jobs where batch_job_id = :batch order by position")
    return batch, list((await tenant.everything.execute(query, {"batch": batch})).scalars())


async def test_the_secret_of_a_link_stays_out_of_addresses(desk: Desktop, tenant: Tenant) -> None:
    """It is behind #, and leaves the address of the page, too; no page breaks the policy."""
    batch, _ = await _batch(tenant)
    for path in ("/", "/batches", f"/batches/{batch}", "/nothing"):
        await desk.open(path)
        await expect(desk.page.locator("main")).to_be_visible()
    assert desk.requests
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


async def test_texts_are_text_whatever_they_hold(desk: Desktop, tenant: Tenant) -> None:
    """Markup, quotes, right-to-left marks, macrons, three hundred characters: names and cities, answers of the
    platform, entries of the register; on each page that shows them.
    """
    hostile = [{"name": name, "city": name[:200], "contact_name": name[:200]} for name in _HOSTILE]
    chosen = await all_at_company_gate(tenant, *hostile)
    confirmed = await all_at_config_gate(tenant, *hostile)
    await tenant.everything.execute(_SCRIPTS, {"batch": chosen[0].batch_id})
    await tenant.everything.execute(_FAILURE, {"batch": confirmed[0].batch_id, "error": _HOSTILE[0]})
    companies, configurations = (f"/batches/{one[0].batch_id}" for one in (chosen, confirmed))
    jobs = [f"/jobs/{one.job_id}" for one in (chosen[0], confirmed[0])]
    restaurants = [f"/restaurants/{one.restaurant_id}" for one in (chosen[0], confirmed[0])]
    lists = ("/restaurants", companies, f"{companies}/company-selection", f"{configurations}/configuration")
    opened: list[str] = []
    desk.page.on("dialog", lambda dialog: opened.append(dialog.message))
    editor = f"{configurations}/configuration/{confirmed[0].job_id}"
    for path in ("/", "/batches", "/notices", *lists, *jobs, *restaurants, editor):
        await desk.open(path)
        await expect(desk.page.locator("main")).to_be_visible()
        shown = await desk.page.locator("main").evaluate("main => main.textContent")
        assert [name for name in _HOSTILE if path in lists and name not in shown] == [], path
        assert await desk.page.locator("main :is(img[src=x], script, [onmouseover])").count() == 0, path
        assert await desk.page.evaluate("document.documentElement.scrollWidth") <= 1280, path
    assert opened == []


async def test_what_another_organisation_has_looks_like_what_nobody_has(
    desk: Desktop, tenant: Tenant, other: Tenant
) -> None:
    """Each of its addresses shows the page of an address that names nothing."""
    theirs = await at_company_gate(other, name="Kai of others")
    addresses = {
        theirs.batch_id: ("/batches/{}", "/batches/{}/company-selection", "/batches/{}/configuration"),
        theirs.job_id: ("/jobs/{}",),
        theirs.restaurant_id: ("/restaurants/{}",),
    }

    async def shown(path: str) -> str:
        await desk.open(path)
        await expect(desk.page.get_by_role("heading", name="There is nothing here")).to_be_visible()
        await desk.page.locator(".problem .fine").evaluate("numbered => numbered.remove()")
        return await desk.page.locator("main").inner_text()

    for known, paths in addresses.items():
        unknown = uuid4()
        for path in paths:
            page = await shown(path.format(known))
            assert "Kai of others" not in page
            assert page.replace(str(known), "it") == (await shown(path.format(unknown))).replace(str(unknown), "it")


async def test_no_meaning_is_in_a_colour_alone(desk: Desktop, tenant: Tenant) -> None:
    """On a batch with restaurants in every state each tone of a mark has signs of its own, and each mark a sign."""
    batch, _ = await _batch(tenant)
    await desk.open(f"/batches/{batch}")
    await expect(desk.page.locator("tr[id^=job-]")).to_have_count(12)
    marks = "marks => marks.map(mark => [mark.textContent.trim(), [...mark.classList].find(one => one !== 'm') ?? ''])"
    found = await desk.page.locator("tr[id^=job-] .m").evaluate_all(marks)
    tones: defaultdict[str, set[str]] = defaultdict(set)
    for sign, tone in found:
        tones[sign].add(tone)
    assert "" not in tones
    assert {sign: of for sign, of in tones.items() if len(of) > 1} == {}
    assert len({tone for of in tones.values() for tone in of}) > 1
