"""Pictures of the console: every page at 1280 × 800, light and dark, and a batch with 3, 12 and 50 restaurants."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from uuid import uuid4

from playwright.async_api import Page, expect
from rich.console import Console

from dev.screenshots.album import smaller
from dev.screenshots.scene import Scene

SIZES: Final = (3, 12, 50)
IN_DOCUMENTS: Final = {
    "inbox-12-light": "desk-inbox",
    "import-checked-12-light": "desk-import",
    "new-batch-12-light": "desk-new-batch",
    "companies-50-light": "desk-companies",
    "configurations-50-light": "desk-configurations",
    "editor-50-light": "desk-editor",
    "batch-50-light": "desk-batch",
    "job-12-light": "desk-restaurant",
    "job-retry-12-light": "desk-retry",
    "batch-12-dark": "desk-dark",
}
"""The pictures that documents show, with the names of their files."""
_LIST: Final = (
    "name\taddress\tcity\tphone\n"
    "Marama's Kitchen\t7 Emerson Street, Napier\tNapier\t06 835 1234\n"
    "The Blue Door\t91 Emerson Street, Napier\tNapier\t06 835 12\n"
    "Saffron Lane\t12 Victoria Street, Christchurch 8013\tChristchurch\t09 379 1000\n"
    "Port & Pier\t3 Trafalgar Street, Nelson\tNelson\t03 548 4411\n"
)
_SETTLED: Final = """() => document.readyState === "complete" && !document.querySelector(".htmx-request")
    && [...document.images].every((image) => image.complete || image.getBoundingClientRect().top > innerHeight)
    && document.getAnimations().every((each) => each.playState !== "running")"""

Theme = Literal["light", "dark"]


@dataclass(frozen=True)
class Photographer:
    """A person of the scene at the console; `prepared` is a page of no site, on which pictures are made smaller."""

    page: Page
    prepared: Page
    url: str
    scene: Scene
    images: Path
    everything: Path | None
    console: Console

    async def take_all(self, theme: Theme) -> None:
        """Every page; the ones that no batch is shown on only once."""
        await self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        for page, prepare in (STATES if self.scene.size == SIZES[1] else _OF_A_BATCH).items():
            name = f"{page}-{self.scene.size}-{theme}"
            if self.everything is not None or name in IN_DOCUMENTS:
                await prepare(self)
                await self._take(name)

    async def open(self, path: str) -> None:
        """Go to a page."""
        await self.page.goto(f"{self.url}{path}", wait_until="load")

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            await self.page.keyboard.press(key)

    async def _take(self, name: str) -> None:
        await self.page.wait_for_function(_SETTLED)
        picture = await self.page.screenshot(animations="disabled", caret="hide")
        if self.everything is not None:
            (self.everything / f"{name}.png").write_bytes(picture)
        if name in IN_DOCUMENTS:
            picture = await smaller(self.prepared, picture)
            (self.images / f"{IN_DOCUMENTS[name]}.png").write_bytes(picture)
            self.console.print(f"  {IN_DOCUMENTS[name]}.png, {len(picture) / 1024:.0f} KB")


async def _inbox(at: Photographer) -> None:
    # The number comes with the stream, which is up to two seconds behind: then the lines are as current as the page.
    await at.open("/restaurants")
    await expect(at.page.locator("#inbox-count")).to_have_text(re.compile("[1-9]"))
    await at.open("/")


async def _batches(at: Photographer) -> None:
    await at.open("/batches")


async def _batch(at: Photographer) -> None:
    await at.open(f"/batches/{at.scene.running}")


async def _drawer(at: Photographer) -> None:
    await at.open(f"/batches/{at.scene.running}")
    await at.press("j", "Enter")
    await expect(at.page.locator("#drawer")).to_be_focused()


async def _companies(at: Photographer) -> None:
    await at.open(f"/batches/{at.scene.companies}/company-selection?show=all")
    await expect(at.page.locator("#companies tr[data-at]")).to_be_focused()
    await expect(at.page.locator("#evidence .candidate").first).to_be_visible()


async def _decided_companies(at: Photographer) -> None:
    await _companies(at)
    await at.press("A", "m")
    await expect(at.page.locator("#company-submit")).to_be_enabled()
    await at.press("s")
    await expect(at.page.locator("#company-form form")).to_be_visible()


async def _configurations(at: Photographer) -> None:
    await at.open(f"/batches/{at.scene.configurations}/configuration")
    await expect(at.page.locator("#list tr[data-job]").first).to_be_visible()


async def _for_all(at: Photographer) -> None:
    await _configurations(at)
    await at.page.locator(".for-all > summary").click()
    await at.page.locator("[name=all_theme]").select_option("Light")
    await expect(at.page.locator("[data-changes]")).to_be_visible()


async def _go_ahead(at: Photographer) -> None:
    await _configurations(at)
    await at.press("G")
    await expect(at.page.locator("#go-all")).to_be_visible()


async def _editor(at: Photographer) -> None:
    shown = at.scene.configuration_jobs[min(8, at.scene.size - 1)]
    await at.open(f"/batches/{at.scene.configurations}/configuration/{shown}")
    await expect(at.page.locator("#editor-form :focus")).to_be_visible()


async def _sign_in(at: Photographer) -> None:
    context = at.page.context
    cookies = await context.cookies()
    await context.clear_cookies()
    await at.open("/sign-in")
    await context.add_cookies([{**one} for one in cookies])


async def _job(at: Photographer) -> None:
    await at.open(f"/jobs/{at.scene.jobs[3]}")


async def _retry(at: Photographer) -> None:
    await _job(at)
    await at.page.get_by_role("link", name="Retry …").first.click()
    await expect(at.page.locator("#dialog-body .consequences")).to_be_visible()


async def _restaurants(at: Photographer) -> None:
    await at.open("/restaurants")


async def _new_batch(at: Photographer) -> None:
    await at.open("/restaurants?show=never")
    await at.page.locator("tbody tr").first.focus()
    await at.press("a", "b")
    await expect(at.page.locator("#dialog-body form")).to_be_visible()


async def _restaurant(at: Photographer) -> None:
    await _restaurants(at)
    await at.page.locator("tbody [data-main]").first.click()
    await at.page.wait_for_url("**/restaurants/*")


async def _imports(at: Photographer) -> None:
    await at.open("/import")


async def _checked(at: Photographer) -> None:
    await _imports(at)
    await at.page.locator("#pasted").fill(_LIST)
    await expect(at.page.locator(".tallies")).to_be_visible()


async def _leads(at: Photographer) -> None:
    await at.open("/leads")


async def _convert(at: Photographer) -> None:
    await _leads(at)
    await at.page.locator("tbody tr").first.focus()
    await at.press("a", "c")
    await expect(at.page.locator("#dialog-body form")).to_be_visible()


async def _notices(at: Photographer) -> None:
    await at.open("/notices")


async def _accounts(at: Photographer) -> None:
    await at.open("/accounts")


async def _reveal(at: Photographer) -> None:
    await _accounts(at)
    await at.page.get_by_role("link", name="Show …").first.click()
    await expect(at.page.locator("#dialog-body form")).to_be_visible()


async def _settings(at: Photographer) -> None:
    await at.open("/settings")


async def _health(at: Photographer) -> None:
    await at.open("/health")
    await expect(at.page.locator("#findings table")).to_be_visible()


async def _nothing(at: Photographer) -> None:
    await at.open(f"/jobs/{uuid4()}")


_Preparing = Callable[[Photographer], Awaitable[None]]
_OF_A_BATCH: Final[dict[str, _Preparing]] = {
    "inbox": _inbox,
    "batch": _batch,
    "drawer": _drawer,
    "companies": _companies,
    "companies-decided": _decided_companies,
    "configurations": _configurations,
    "for-all": _for_all,
    "go-ahead": _go_ahead,
    "editor": _editor,
}
_OTHERS: Final[dict[str, _Preparing]] = {
    "sign-in": _sign_in,
    "batches": _batches,
    "job": _job,
    "job-retry": _retry,
    "restaurants": _restaurants,
    "new-batch": _new_batch,
    "restaurant": _restaurant,
    "import": _imports,
    "import-checked": _checked,
    "leads": _leads,
    "leads-convert": _convert,
    "notices": _notices,
    "accounts": _accounts,
    "reveal": _reveal,
    "settings": _settings,
    "health": _health,
    "not-found": _nothing,
}
STATES: Final[Mapping[str, _Preparing]] = _OF_A_BATCH | _OTHERS
"""Every page, and what opens on it; each brings the person there."""
