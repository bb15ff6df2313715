"""Every page in every state by the rules of axe, in both lights, and at 200 % zoom; nothing leaves the host."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final, Literal

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, ViewportSize, expect

from dev.screenshots.console_pages import STATES, Photographer
from dev.stack.databases import DatabaseUrls
from dev.stack.postgres import EmbeddedPostgres
from interfaces.console.live.stream import replacing
from interfaces.console.rendering import RAIL, text_of
from tests.interfaces.console.browsing import Serving, at_desk
from tests.interfaces.console.states import at_everything, every_address, shows_page
from tests.registration.tenant import Tenant

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_SERIOUS = ("serious", "critical")
_RULES: Final[dict[str, Any]] = {"resultTypes": ["violations"]}
_CONTRAST: Final = _RULES | {"runOnly": ["color-contrast"]}
_LIGHTS: Final[tuple[tuple[Literal["light", "dark"], dict[str, Any]], ...]] = (("light", _RULES), ("dark", _CONTRAST))
_RESTAURANTS = 12
_WHOLE: Final[ViewportSize] = {"width": 1280, "height": 800}
_AT_200_PERCENT: Final[ViewportSize] = {"width": 640, "height": 400}


@pytest_asyncio.fixture(loop_scope="session")
async def at(
    browser: Browser, serving: Serving, tenant: Tenant, postgres: EmbeddedPostgres, database_urls: DatabaseUrls
) -> AsyncGenerator[Photographer]:
    """An administrator, and batches at every point."""
    url = postgres.url(database_urls.owner.rpartition("/")[2])
    async with at_everything(browser, serving, tenant, url, _RESTAURANTS) as person:
        yield person


async def _serious(page: Page, state: str) -> list[str]:
    """What axe finds, a line for each element; in the dark only the contrast is looked at again."""
    found: list[str] = []
    for light, options in _LIGHTS:
        await page.emulate_media(color_scheme=light, reduced_motion="reduce")
        run = await Axe().run(page, options=options)
        found += [
            f"{state} in the {light}: {one['id']} ({one['impact']}): {node['html'][:200]}"
            f" {node.get('failureSummary', '')[:200]}"
            for one in run.response["violations"]
            if one["impact"] in _SERIOUS
            for node in one["nodes"]
        ]
    return found


async def test_axe_finds_nothing_serious_in_any_state(at: Photographer) -> None:
    """What is photographed, and what is not: keys, filters that fit nothing, forms, answers, bars."""
    found: list[str] = []
    for name, prepare in {**STATES, **_FURTHER}.items():
        await prepare(at)
        found += await _serious(at.page, name)
        await at.page.unroute_all(behavior="ignoreErrors")
    assert not found, "\n".join(found)


async def test_every_address_by_axe_at_200_percent_and_without_another_host(at: Photographer, tenant: Tenant) -> None:
    """Every dialog and part of a page has an address. 1280 × 800 at 200 % has room for 640 × 400: wide tables scroll by
    themselves, the page needs no second scroll bar.
    """
    found, requests = list[str](), list[str]()
    wide: dict[str, int] = {}
    at.page.on("request", lambda request: requests.append(request.url))
    for path in await every_address(at, tenant):
        if not await shows_page(at, path):
            continue
        # Pages whose address names them alone are among the states above.
        found += await _serious(at.page, path) if "?" in path else []
        await at.page.set_viewport_size(_AT_200_PERCENT)
        width = await at.page.evaluate("document.documentElement.scrollWidth")
        if width > _AT_200_PERCENT["width"]:
            wide[path] = width
        await at.page.set_viewport_size(_WHOLE)
    assert not found, "\n".join(found)
    assert not wide, wide
    assert [one for one in requests if not one.startswith((f"{at.url}/", "data:"))] == []
    assert requests


async def test_axe_finds_nothing_serious_where_nothing_is(browser: Browser, serving: Serving, tenant: Tenant) -> None:
    """Pages of a new organisation, of a person with the role of a viewer, and of a person who is not signed in."""
    found: list[str] = []
    async with at_desk(browser, serving, tenant, "Ana", "viewer") as person:
        for path in (*(entry.path for entry in RAIL), "/batches/new"):
            await person.open(path)
            await expect(person.page.locator("main")).to_be_visible()
            found += await _serious(person.page, path)
        await person.page.context.clear_cookies()
        await person.open("/sign-in#worth-nothing")
        await expect(person.page.locator("[role=alert]")).to_be_visible()
        found += await _serious(person.page, "a link that is worth nothing")
    assert not found, "\n".join(found)


async def _keys(at: Photographer) -> None:
    await at.open(f"/batches/{at.scene.companies}/company-selection")
    await at.press("?")
    await expect(at.page.locator("#help")).to_be_visible()


async def _nothing_fits(at: Photographer) -> None:
    await at.open("/batches?q=nothing+has+this+name")
    await expect(at.page.locator(".state")).to_be_visible()


async def _by_hand(at: Photographer) -> None:
    await at.open(f"/batches/{at.scene.companies}/company-selection")
    await at.press("n", "h")
    await expect(at.page.locator("#company-form form")).to_be_visible()


async def _sent(at: Photographer) -> None:
    await at.open(f"/batches/{at.scene.companies}/company-selection")
    await expect(at.page.locator("#companies tr[data-at]")).to_be_focused()
    await at.press("A", "Enter")
    await expect(at.page.locator("#company-outcome")).to_contain_text("taken")


async def _selected(at: Photographer) -> None:
    await at.open(f"/batches/{at.scene.running}")
    await at.press("j", "j", "j", "j", "x")
    await at.page.locator("[data-bulk-dialog$=retry]").press("Enter")
    await expect(at.page.locator("#dialog")).to_contain_text("opens")


async def _done(at: Photographer) -> None:
    await _selected(at)
    await at.page.locator("#dialog").get_by_role("button", name="Retry").press("Enter")
    await expect(at.page.locator("#dialog")).to_contain_text("opened again")


async def _offline(at: Photographer) -> None:
    await at.page.route("**/stream**", lambda route: route.abort())
    await at.open(f"/batches/{at.scene.running}")
    await at.page.evaluate("dispatchEvent(new Event('offline'))")
    await expect(at.page.locator("#lost")).to_be_visible()


async def _away(at: Photographer) -> None:
    """The stream says that the database does not answer, as the feed of every page does."""
    said = f"data: {replacing(text_of('live.html', 'away', datetime.now(UTC)))}\n\n"
    await at.page.route("**/stream**", lambda route: route.fulfill(content_type="text/event-stream", body=said))
    await at.open("/")
    await expect(at.page.locator("#away")).to_contain_text("The database has not answered since")


async def _checking(at: Photographer) -> None:
    """The findings are on their way; this request for them is never answered."""
    await at.page.route("**/health/findings", lambda _: None, times=1)
    await at.open("/health")
    await expect(at.page.locator("#findings")).to_contain_text("Checking")


async def _wrong_value(at: Photographer) -> None:
    shown = at.scene.configuration_jobs[min(8, at.scene.size - 1)]
    await at.open(f"/batches/{at.scene.configurations}/configuration/{shown}")
    await at.page.locator("#editor [name=opening_hours]").fill("Mon 11:00-25:00")
    await at.press("Tab")
    await expect(at.page.locator("#editor [name=opening_hours]")).to_have_attribute("aria-invalid", "true")


async def _unreadable(at: Photographer) -> None:
    await at.open("/batches?day=x")
    await expect(at.page.locator(".problem")).to_contain_text("Something cannot be read")


_FURTHER: Final[dict[str, Callable[[Photographer], Awaitable[None]]]] = {
    "keys": _keys,
    "nothing fits": _nothing_fits,
    "by hand": _by_hand,
    "answers taken": _sent,
    "a selection": _selected,
    "what was done": _done,
    "offline": _offline,
    "database away": _away,
    "checking": _checking,
    "a wrong value": _wrong_value,
    "a wrong address": _unreadable,
}
"""States that no picture shows."""
