"""An organisation for pictures of the console: batches at every point, restaurants, leads, accounts, decisions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from cryptography.fernet import Fernet
from playwright.async_api import Page
from psycopg import AsyncConnection
from pydantic import SecretStr
from sqlalchemy import text

from dev.screenshots.album import DRAWING
from dev.screenshots.companies import companies_to_choose
from dev.screenshots.configurations import PALETTES, Drawn, configurations_to_confirm
from dev.screenshots.desk import Desk
from dev.screenshots.places import Place, places
from registration.accounts.passwords import Cipher
from registration.accounts.service import set_password, show_password
from registration.workflow.lease import Lease
from registration.workflow.transition_queries import Attribution

RUNNING, AT_COMPANIES, AT_CONFIGURATIONS, WITHOUT_BATCH = 0, 50, 100, 150
"""The first restaurants of the three batches, and of those that were never registered."""
_MADE_UP_PASSWORD: Final = SecretStr("Tuatara.Kowhai-41")
_LEASE_SECONDS: Final = 3600.0
_SCRAPE: Final = (
    "insert into lead_scrape_jobs (organisation_id, name, platform, city, status)"
    " values (%s, 'Dunedin', 'ubereats', 'Dunedin', 'completed') returning id"
)
_LEAD: Final = (
    "insert into leads (organisation_id, lead_scrape_job_id, current_step, step_progression_status, restaurant_name,"
    " opening_hours_text, ubereats_average_review_rating, created_at, store_link, ubereats_address, ubereats_cuisine,"
    " city, phone, email, website_url) values (%s, %s, 4, 'passed', %s, 'Mon-Sun 11:00-21:00', 4.6,"
    " clock_timestamp() - interval '26 hours', %s, %s, %s, %s, %s, %s, %s)"
)
_RENAME: Final = "update organisations set name = 'Harbour Street Group' where id = %s"


@dataclass(frozen=True)
class Scene:
    """The batches of one organisation, each with as many restaurants as its pictures are to show."""

    organisation_id: UUID
    size: int
    running: UUID
    companies: UUID
    configurations: UUID
    jobs: tuple[UUID, ...]
    configuration_jobs: tuple[UUID, ...]


async def make_scene(desk: Desk, platform: AsyncConnection, page: Page, size: int, keys: str) -> Scene:
    """Write all of it; `platform` may write what the platform writes, `page` draws the images, `keys` encrypt
    passwords.
    """
    await platform.execute(_RENAME, [desk.organisation_id])
    images = await _draw(page, size)
    await desk.batch("First list", 1, first=WITHOUT_BATCH + 30)
    running = await desk.batch("Monday list", size, first=RUNNING)
    await Lease.acquire(desk.database, desk.organisation_id, running, uuid4(), _LEASE_SECONDS)
    companies, _ = await companies_to_choose(desk, "Tuesday list", size, max(1, size // 9), first=AT_COMPANIES)
    configurations, at_gate = await configurations_to_confirm(desk, platform, "Wednesday list", images)
    await _others(desk)
    await _leads(desk, platform)
    await _accounts(desk, keys)
    async with desk.database.transaction(desk.organisation_id) as transaction:
        query = text("select id from registration_jobs where batch_job_id = :batch order by position")
        jobs = tuple(await transaction.scalars(query, {"batch": running}))
    return Scene(desk.organisation_id, size, running, companies, configurations, jobs, tuple(at_gate))


async def _draw(page: Page, size: int) -> Mapping[Place, Drawn]:
    drawn = dict[Place, Drawn]()
    for place in places(size, AT_CONFIGURATIONS):
        header, logo = await page.evaluate(DRAWING, [place.name, *PALETTES[place.number % len(PALETTES)]])
        drawn[place] = Drawn(header, logo)
    return drawn


async def _others(desk: Desk) -> None:
    """Restaurants that were never registered."""
    async with desk.database.transaction(desk.organisation_id) as transaction:
        for place in places(9, WITHOUT_BATCH):
            await desk.restaurant(transaction, place, "kiaora")


async def _leads(desk: Desk, platform: AsyncConnection) -> None:
    """Leads, some of which lack their e-mail or phone."""
    found = await (await platform.execute(_SCRAPE, [desk.organisation_id])).fetchone()
    for place in places(11, WITHOUT_BATCH + 10):
        link = f"https://www.ubereats.com/nz/store/{place.domain.partition('.')[0]}"
        address = f"{place.street}, {place.city} {place.postcode}"
        known = (f"03 477 {1000 + place.number}", f"kiaora@{place.domain}", f"https://www.{place.domain}")
        lacking = (None, None, None) if place.number % 4 == 0 else known
        values = (desk.organisation_id, found and found[0], place.name, link, address, [place.cuisine], place.city)
        await platform.execute(_LEAD, (*values, *lacking))


async def _accounts(desk: Desk, keys: str) -> None:
    """Accounts with made-up passwords, one of which was shown."""
    cipher = Cipher([SecretStr(keys or Fernet.generate_key().decode())])
    for place in places(4, RUNNING):
        key = (desk.database, desk.organisation_id, f"monday@{place.domain}")
        await set_password(*key, _MADE_UP_PASSWORD, cipher, Attribution("Tama Rewi", "the owner had an account"))
    why = Attribution("Mere Walker", "the owner asked at the counter")
    await show_password(desk.database, desk.organisation_id, f"monday@{places(1)[0].domain}", cipher, why)
