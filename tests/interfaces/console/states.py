"""An administrator at a console that has everything, and the addresses of all that can be asked for there."""

import re
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from cryptography.fernet import Fernet
from playwright.async_api import Browser, expect
from psycopg import AsyncConnection
from rich.console import Console
from sqlalchemy import text

from dev.screenshots.console_pages import Photographer
from dev.screenshots.desk import Desk
from dev.screenshots.scene import make_scene
from interfaces.console.app import PAGES
from interfaces.console.rendering import RAIL
from tests.interfaces.console.browsing import Serving, at_desk
from tests.registration.tenant import Tenant

_NO_PAGE: Final = re.compile(r"/stream$|\.csv$|{name}$|{evidence_id}$|^/sign-in/oidc|^/search$")
_PARAMETER: Final = re.compile(r"{(\w+)}")
_FIRST_JOB: Final = text("select id from registration_jobs where batch_job_id = :batch order by position limit 1")
_OF_ORGANISATION: Final = "select id from {} where organisation_id = :organisation order by created_at limit 1"
_AT_A_GATE: Final = {"/company-selection": "companies", "/configuration": "configurations"}


@asynccontextmanager
async def at_everything(
    browser: Browser, serving: Serving, tenant: Tenant, superuser_url: str, size: int
) -> AsyncGenerator[Photographer]:
    """A person of the tenant, and batches of `size` restaurants at every point."""
    async with at_desk(browser, serving, tenant, "Hemi", "admin") as person:
        drawing = await person.page.context.new_page()
        platform = await AsyncConnection.connect(superuser_url, autocommit=True)
        try:
            desk = Desk(tenant.database, tenant.organisation_id)
            scene = await make_scene(desk, platform, drawing, size, Fernet.generate_key().decode())
        finally:
            await platform.close()
        yield Photographer(person.page, drawing, serving.url, scene, Path(), None, Console(quiet=True))


async def shows_page(at: Photographer, path: str) -> bool:
    """Go to an address, and wait for its page; False for data that scripts ask for."""
    answer = await at.page.goto(f"{at.url}{path}", wait_until="load")
    assert answer is not None
    if not answer.headers["content-type"].startswith("text/html"):
        return False
    await expect(at.page.locator("main")).to_be_visible()
    return True


async def every_address(at: Photographer, tenant: Tenant) -> list[str]:
    """Every page, dialog and part of a page, by its address; and one that is not there."""
    scene = at.scene
    organisation = {"organisation": tenant.organisation_id}
    lead, restaurant = [
        (await tenant.everything.execute(text(_OF_ORGANISATION.format(table)), organisation)).scalar_one()
        for table in ("leads", "restaurants")
    ]
    company_job = (await tenant.everything.execute(_FIRST_JOB, {"batch": scene.companies})).scalar_one()
    jobs = {"companies": company_job, "configurations": scene.configuration_jobs[0], "running": scene.jobs[3]}
    ids = {"lead_id": str(lead), "restaurant_id": str(restaurant), "number": "0"}
    query = {"sub_step": "menuImport", "there": "true", "leads": ids["lead_id"], "restaurants": ids["restaurant_id"]}
    query["email"] = "monday@example.com"
    found = [entry.path for entry in RAIL]
    for path in _pages():
        batch = next((name for part, name in _AT_A_GATE.items() if part in path), "running")
        these = ids | {"batch_id": str(getattr(scene, batch)), "job_id": str(jobs[batch])}
        asked = f"?{urlencode(query)}" if path not in found and not path.endswith("_id}") else ""
        found.append(_PARAMETER.sub(lambda one, these=these: these[one[1]], path) + asked)
    return [*dict.fromkeys(found), "/nothing-is-here"]


def _pages() -> Iterator[str]:
    for route in (route for router in PAGES for route in router.routes):
        path: str = getattr(route, "path", "")
        if "GET" in (getattr(route, "methods", None) or ()) and not _NO_PAGE.search(path):
            yield path
