"""What a browser tells by itself: who else has a question open, and notifications for whoever wants them."""

import json
from typing import Final

import pytest
from playwright.async_api import Browser, expect

from tests.interfaces.console.browsing import Desktop, Serving, at_desk
from tests.registration.at_gate import at_company_gate, at_config_gate
from tests.registration.tenant import Tenant

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_RECORDER: Final = """
    window.told = [];
    window.Notification = class extends EventTarget {
        static permission = sessionStorage.getItem('permission') ?? 'default';
        static async requestPermission() {
            sessionStorage.setItem('permission', 'granted');
            return (this.permission = 'granted');
        }
        constructor(title, options) { super(); window.told.push([title, options.body]); }
    };
"""
"""In place of the browser's notifications, which a browser without a screen does not have."""


async def test_the_inbox_says_who_else_has_a_question_open(
    desk: Desktop, browser: Browser, serving: Serving, tenant: Tenant
) -> None:
    """Not the reader; and no longer once the page is closed."""
    company, config = await at_company_gate(tenant), await at_config_gate(tenant)
    first = f"/batches/{company.batch_id}/company-selection"
    second = f"/batches/{config.batch_id}/configuration"
    async with at_desk(browser, serving, tenant, name="Ana") as other:
        said = desk.page.locator("#inbox-lines .here:not(:empty)")
        await desk.open("/")
        for path in (first, second):
            await other.open(path)
            await expect(desk.page.locator(f'tr[data-path="{path}"] .here')).to_have_text("Ana has it open")
            await expect(said).to_have_count(1)
        await other.open("/notices")
        await expect(said).to_have_count(0)
        await desk.open(second)
        await other.open("/")
        await expect(other.page.locator("#inbox-lines .here:not(:empty)")).to_have_text("Mere has it open")
    assert desk.complaints == []


async def test_notifications_are_off_until_somebody_wants_them(desk: Desktop, tenant: Tenant) -> None:
    """A question that waited before causes no notification; a new one causes one, whatever number of pages is open."""
    await desk.page.add_init_script(_RECORDER)
    await at_company_gate(tenant)
    await desk.open("/notices")
    switch = desk.page.locator("[data-notify-switch]")
    await expect(switch).to_have_text("Notify me in this browser")
    assert await desk.page.evaluate("[localStorage.getItem('notify'), window.told.length]") == [None, 0]
    await switch.click()
    await expect(switch).to_have_text("Switch notifications off")
    await desk.page.evaluate("localStorage.setItem('notifyAsked', 0)")
    config = await at_config_gate(tenant)
    await desk.page.wait_for_function("() => window.told.length")
    told = await desk.page.evaluate("window.told")
    assert [one[1] for one in told] == ["confirm configurations"]
    assert told[0][0].endswith(": 1 restaurant waits")
    known = json.loads(await desk.page.evaluate("localStorage.getItem('notifyKnown')"))
    assert [one for one in known if one.startswith(str(config.batch_id))]
    await desk.page.evaluate("localStorage.setItem('notifyAsked', 0)")
    async with desk.page.expect_response("**/notices/waiting"):
        await desk.open("/batches")
    assert await desk.page.evaluate("window.told") == []
    await desk.open("/notices")
    await switch.click()
    await expect(switch).to_have_text("Notify me in this browser")
    assert await desk.page.evaluate("localStorage.getItem('notify')") is None
    assert desk.complaints == []
