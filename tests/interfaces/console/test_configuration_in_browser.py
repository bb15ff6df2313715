"""The page of configurations in a real browser: fifty in two clicks, the editor by keys, and what changes meanwhile."""

import re

import pytest
from playwright.async_api import expect

from registration.gates.decisions import Channel, GoAhead
from registration.states import StepStatus
from registration.workflow.snapshot_queries import read_snapshot
from registration.workflow.steps import Step
from tests.interfaces.console.browsing import Desktop
from tests.registration.at_gate import AtGate, all_at_config_gate
from tests.registration.tenant import Tenant

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def _path(one: AtGate) -> str:
    return f"/batches/{one.batch_id}/configuration"


async def _statuses(tenant: Tenant, one: AtGate) -> list[StepStatus]:
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        view = await read_snapshot(transaction, one.batch_id)
    return [job.steps[Step.YOLO_CONFIG].status for job in view.jobs.values()]


async def test_fifty_clear_configurations_take_two_clicks(desk: Desktop, tenant: Tenant) -> None:
    """One that changes while the question is open is not registered, and says what changed."""
    waiting = await all_at_config_gate(tenant, *({"website_og_image": None} for _ in range(50)))
    page = desk.page
    await desk.open(_path(waiting[0]))
    await expect(page.locator("#list tr[data-kind=clear]")).to_have_count(50)
    await page.get_by_role("button", name="Go ahead with 50 clear").click()
    await waiting[49].query("update restaurants set city = 'Nelson' where id = :restaurant")
    await page.get_by_role("button", name="Register 50 restaurants").click()
    await expect(page.locator("#outcome")).to_contain_text("49 restaurants go ahead")
    await expect(page.locator("#outcome")).to_contain_text("City: none → Nelson")
    await expect(page.locator("#list tr.decided")).to_have_count(49)
    await expect(page.locator("#list tr[data-kind='look again']")).to_have_count(1)
    statuses = await _statuses(tenant, waiting[0])
    assert statuses == [StepStatus.COMPLETED] * 49 + [StepStatus.ACTION_REQUIRED]
    assert [one for one in desk.requests if not one.startswith(f"{desk.url}/")] == []


async def test_the_editor_by_keys_and_what_changes_meanwhile(desk: Desktop, tenant: Tenant) -> None:
    """What was typed stays under the cursor; the editor says what changed, and what is new can be loaded."""
    waiting = await all_at_config_gate(
        tenant,
        {"name": "A", "website_og_image": None},
        {"name": "B", "website_og_image": None, "opening_hours": []},
        {"name": "C", "website_og_image": None},
    )
    a, b, c = waiting
    page, keys = desk.page, desk.page.keyboard
    await desk.open(_path(a))
    await expect(page.locator("#list tr[data-job]")).to_have_count(3)
    await keys.press("n")
    await expect(page.locator(f"#ask-{b.job_id}")).to_be_focused()
    await keys.press("e")
    hours = page.locator("#editor [name=opening_hours]")
    await expect(hours).to_be_focused()
    await expect(page.locator("#said-opening_hours")).to_contain_text("there are no opening hours")
    foot = await page.locator(".editor-foot").bounding_box()
    assert foot is not None
    assert foot["height"] < 60, "the buttons stand on one line"
    await keys.type("Mon-Fri 11:00-25:00")
    await keys.press("Tab")
    await expect(page.locator("#said-opening_hours")).to_contain_text("25:00")
    await expect(hours).to_have_attribute("aria-invalid", "true")
    await page.get_by_text("Day by day").click()
    await page.locator("[data-day=Mon]").fill("11:00-21:00")
    await page.locator("[data-copy-down]").first.click()
    await expect(hours).to_have_value(re.compile("^Mon 11:00-21:00; .*; Sun 11:00-21:00$"))
    await hours.fill("Mon-Fri 11:00-21:00")
    await keys.press("Tab")
    await expect(page.locator("[data-day=Sat]")).to_have_value("")
    await expect(page.locator("[data-day=Fri]")).to_have_value("11:00-21:00")
    await b.query("update restaurants set city = 'Nelson' where id = :restaurant")
    await b.query(
        "insert into registration_events (organisation_id, batch_job_id, job_id, what, actor)"
        " select organisation_id, batch_job_id, id, 'restaurant edited', 'Hemi' from registration_jobs where id = :job"
    )
    await expect(page.locator("[data-changed-meanwhile]")).to_contain_text("city")
    await expect(hours).to_have_value("Mon-Fri 11:00-21:00")
    await page.get_by_role("button", name="Load what is new, keep what I typed").press("Enter")
    await expect(page.locator("#editor [name=city]")).to_have_value("Nelson")
    await expect(hours).to_have_value("Mon-Fri 11:00-21:00")
    await expect(page.locator("#said-opening_hours")).to_contain_text("Mon-Fri 11:00-21:00; closed Sat, Sun")
    assert (await c.answer(GoAhead(), by="Hemi", channel=Channel.PREFECT)).accepted
    await expect(page.locator(f"#ask-{c.job_id}")).to_contain_text("go ahead · Hemi in the Prefect form")
    await page.locator("#editor [name=item_layout]").select_option("List")
    await page.get_by_role("button", name="Save to the restaurant").click()
    await expect(page.locator("#outcome")).to_contain_text("B: saved opening hours; it is asked anew")
    await expect(page.locator("#outcome")).to_contain_text("not saved: Item layout")
    await expect(page.locator("#said-opening_hours")).to_contain_text("restaurant")
    await expect(page.locator("#editor [name=item_layout]")).to_have_value("List")
    await keys.press("Control+Enter")
    await expect(page.locator("#outcome")).to_contain_text("B goes ahead")
    await expect(page.locator("#editor-form")).to_have_count(0)
    assert await _statuses(tenant, a) == [StepStatus.ACTION_REQUIRED, StepStatus.COMPLETED, StepStatus.COMPLETED]
    assert (await b.restaurant())["city"] == "Nelson"
    await keys.press("G")
    await expect(page.locator("#go-all")).to_contain_text("1 restaurant")
    await keys.press("Enter")
    await expect(page.locator("#outcome")).to_contain_text("A goes ahead")
    assert not desk.complaints, desk.complaints


async def test_a_list_says_that_it_changed_while_its_tab_was_hidden(desk: Desktop, tenant: Tenant) -> None:
    """What was decided meanwhile is in no message of the new stream; the list is shown anew when a person asks."""
    a, b = await all_at_config_gate(tenant, {"website_og_image": None}, {"website_og_image": None})
    await desk.open(_path(a))
    rows = desk.page.locator("#list tr[data-kind=clear]")
    await expect(rows).to_have_count(2)
    await desk.hide(hidden=True)
    assert (await b.answer(GoAhead(), by="Hemi", channel=Channel.PREFECT)).accepted
    await desk.hide(hidden=False)
    await desk.page.get_by_role("link", name="the list has changed").click()
    await expect(rows).to_have_count(1)
    assert not desk.complaints, desk.complaints
