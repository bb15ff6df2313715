"""What a browser tells by itself: who else has a question open."""

import pytest
from playwright.async_api import Browser, expect

from tests.interfaces.console.browsing import Desktop, Serving, at_desk
from tests.registration.at_gate import at_company_gate, at_config_gate
from tests.registration.tenant import Tenant

pytestmark = [pytest.mark.browser, pytest.mark.slow]


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
