"""A person at the console for each size of a batch, who takes all its pictures."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from playwright.async_api import Browser, Page, ViewportSize, expect
from psycopg import AsyncConnection
from rich.console import Console

from dev.screenshots.console_pages import SIZES, Photographer
from dev.screenshots.desk import Desk
from dev.screenshots.scene import make_scene
from dev.stack.api_server import sign_in_link
from dev.stack.databases import provide_organisation
from dev.stack.stack import LocalStack
from registration.companies.website.browser_launch import start_browser
from registration.database.session import Database

_WINDOW: Final = ViewportSize(width=1280, height=800)
_PATIENCE_MS: Final = 20_000


async def photograph_console(stack: LocalStack, images: Path, everything: Path | None, console: Console) -> None:
    """All pictures: those of documents into `images`, and all of them into `everything`, if it is given."""
    database, owner_url = Database(stack.addresses.database_url), stack.addresses.owner_database_url
    own = stack.postgres.url(urlsplit(owner_url).path.removeprefix("/"))
    platform = await AsyncConnection.connect(own, autocommit=True)
    running = await start_browser()
    try:
        for size in SIZES:
            organisation_id = uuid4()
            await provide_organisation(owner_url, str(organisation_id))
            async with _at_desk(running.browser, stack, organisation_id) as (page, prepared):
                keys = stack.settings()["REGISTRATION_ENCRYPTION_KEYS"]
                scene = await make_scene(Desk(database, organisation_id), platform, prepared, size, keys)
                url = str(stack.addresses.api_url)
                at = Photographer(page, prepared, url, scene, images, everything, console)
                for theme in ("light", "dark"):
                    await at.take_all(theme)
    finally:
        await running.end()
        await platform.close()
        await database.close()


@asynccontextmanager
async def _at_desk(browser: Browser, stack: LocalStack, organisation_id: UUID) -> AsyncGenerator[tuple[Page, Page]]:
    """A signed-in administrator's page, and a page of no site."""
    context = await browser.new_context(viewport=_WINDOW, timezone_id="Pacific/Auckland", locale="en-NZ")
    context.set_default_timeout(_PATIENCE_MS)
    expect.set_options(timeout=_PATIENCE_MS)
    try:
        page, prepared = await context.new_page(), await context.new_page()
        url, settings = str(stack.addresses.api_url), stack.settings()
        link = await sign_in_link(url, settings | {"REGISTRATION_ORGANISATION": str(organisation_id)}, "Mere Walker")
        await page.goto(link, wait_until="domcontentloaded")
        await page.wait_for_url(f"{url}/")
        yield page, prepared
    finally:
        await context.close()
