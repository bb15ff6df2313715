"""Every page by the rules of axe, in both lights, and at 200 % zoom."""

from typing import Any
from uuid import UUID

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect
from sqlalchemy import text

from dev.screenshots.desk import Desk
from interfaces.console.rendering import RAIL
from tests.interfaces.console.browsing import Serving, at_desk
from tests.registration.tenant import Tenant

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_SERIOUS = ("serious", "critical")
_CONTRAST: dict[str, Any] = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}


async def _addresses(tenant: Tenant) -> list[str]:
    """Each page, with batches and restaurants in every state; pages of a batch, and of one restaurant of each kind."""
    batch = await Desk(tenant.database, tenant.organisation_id).batch("Monday", 12)
    jobs = text("select id from registration_jobs where batch_job_id = :batch order by position limit 7")
    found: list[UUID] = list((await tenant.everything.execute(jobs, {"batch": batch})).scalars())
    pages = [entry.path for entry in RAIL]
    of_batch = [f"/batches/{batch}{page}" for page in ("", "/company-selection", "/configuration")]
    return [*pages, *of_batch, *(f"/jobs/{job}" for job in (found[0], found[3], found[6])), "/nothing-is-here"]


async def _serious(page: Page, path: str, options: dict[str, Any] | None = None) -> list[str]:
    """What axe finds, a line for each element."""
    run = await Axe().run(page, options=options) if options else await Axe().run(page)
    return [
        f"{path}: {one['id']} ({one['impact']}): {node['html'][:200]} {node.get('failureSummary', '')[:200]}"
        for one in run.response["violations"]
        if one["impact"] in _SERIOUS
        for node in one["nodes"]
    ]


async def test_axe_finds_nothing_serious_on_any_page(browser: Browser, serving: Serving, tenant: Tenant) -> None:
    """In any state of a restaurant; contrast in the dark, too."""
    found: list[str] = []
    async with at_desk(browser, serving, tenant, "Hemi", "admin") as person:
        for path in await _addresses(tenant):
            await person.open(path)
            await expect(person.page.locator("main")).to_be_visible()
            await person.page.emulate_media(color_scheme="light")
            found += await _serious(person.page, f"{path} in the light")
            await person.page.emulate_media(color_scheme="dark")
            found += await _serious(person.page, f"{path} in the dark", _CONTRAST)
    assert not found, "\n".join(found)


async def test_pages_need_no_second_scroll_bar_at_200_percent(
    browser: Browser, serving: Serving, tenant: Tenant
) -> None:
    """1280 × 800 at 200 % has room for 640 × 400; wide tables scroll by themselves."""
    wide: dict[str, int] = {}
    async with at_desk(browser, serving, tenant, "Hemi", "admin") as person:
        await person.page.set_viewport_size({"width": 640, "height": 400})
        for path in await _addresses(tenant):
            await person.open(path)
            await expect(person.page.locator("main")).to_be_visible()
            width = await person.page.evaluate("document.documentElement.scrollWidth")
            if width > 640:
                wide[path] = width
    assert not wide, wide
