"""The platform's own database, as its contract describes it, with the rights that its owner gives us."""

from collections.abc import AsyncGenerator
from functools import partial
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text

from dev.stack.sandbox import Sandbox
from registration.database.session import Database, database_now
from registration.effects.evidence import Expected, PlatformEvidence, Presence
from registration.errors import MisconfiguredInstallation
from registration.health.finding import Level
from registration.health.platform import check_evidence
from registration.platform.client import PlatformClient
from registration.settings import EvidenceSource
from registration.workflow.sub_steps import SubStepName
from tests.registration.database.platform_server import GuestTenant
from tests.registration.job_process import SERVICE_KEY

RESTAURANT, MENU, CATEGORY, ITEM = (uuid4() for _ in range(4))
_ROWS = (
    "insert into restaurants (id, organisation_id, name, slug) values (:restaurant, :organisation, 'Kai', 'kai')",
    "insert into menus (id, restaurant_id) values (:menu, :restaurant)",
    "insert into categories (id) values (:category)",
    "insert into menu_items (id, category_id, menu_id, name) values (:item, :category, :menu, 'Dish')",
    "insert into item_images (menu_item_id, url, cdn_uploaded) values (:item, 'https://eats.example/1.jpg', true)",
    "insert into upload_batches (menu_id, total_images, status) values (:menu, 1, 'completed')",
    (
        "insert into pumpd_accounts (organisation_id, restaurant_id, email, registration_status, pumpd_user_id)"
        " values (:organisation, :restaurant, 'owner@kitchen.example', 'completed', 'invented-user-1')"
    ),
    (
        "insert into pumpd_restaurants (organisation_id, restaurant_id, pumpd_restaurant_id, pumpd_subdomain,"
        " registration_status) values (:organisation, :restaurant, 'RESinvented1', 'examplekitchen', 'completed')"
    ),
    (
        "insert into registration_logs (organisation_id, restaurant_id, action, status, response_data) values"
        " (:organisation, :restaurant, 'onboarding_user_creation', 'success',"
        " jsonb_build_object('userEmail', 'owner@kitchen.example'))"
    ),
    (
        "insert into usage_events (organisation_id, event_type, metadata) values (:organisation,"
        " 'registration_services_config', jsonb_build_object('restaurant_id', cast(:restaurant as text)))"
    ),
)
SEEN = (
    SubStepName.CLOUDWAITRESS_ACCOUNT,
    SubStepName.CREATE_ONBOARDING_USER,
    SubStepName.UPLOAD_IMAGES,
    SubStepName.RESTAURANT_REGISTRATION,
    SubStepName.SERVICES_CONFIG,
)
"""Those of which the rows above tell."""


@pytest_asyncio.fixture
async def database(guest: GuestTenant) -> AsyncGenerator[Database]:
    """The platform's database, as our application's role is signed in to it."""
    made = Database(guest.app, pool_size=2)
    yield made
    await made.close()


async def asked_now(database: Database, organisation: UUID) -> Expected:
    """What was asked for before the rows were written."""
    async with database.transaction(organisation) as transaction:
        sent = await database_now(transaction)
    return Expected(RESTAURANT, email="owner@kitchen.example", menu_id=MENU, sent_at=sent, ever_sent=True)


async def test_with_the_script_every_look_works_and_sees_its_organisations_rows(
    guest: GuestTenant, database: Database, sandbox: Sandbox
) -> None:
    """Column grants and policies are enough; another organisation sees none of it."""
    guest.run_script()
    asked, stranger = await asked_now(database, guest.organisation), uuid4()
    ids = {"restaurant": RESTAURANT, "menu": MENU, "category": CATEGORY, "item": ITEM}
    with guest.everything() as connection:
        for statement in _ROWS:
            names = {name: value for name, value in ids.items() if f":{name}" in statement}
            connection.execute(text(statement), names | {"organisation": guest.organisation})
    async with PlatformClient(sandbox.url, SERVICE_KEY, guest.organisation) as platform:
        for organisation in (guest.organisation, stranger):
            reading = partial(database.transaction, organisation, read_only=True)
            evidence = PlatformEvidence(EvidenceSource.TABLES, platform, reading)
            looks = {name: await evidence.observe(name, asked) for name in SubStepName}
            there = [name for name, observation in looks.items() if observation.verdict is Presence.PRESENT]
            assert set(there) == ({*SEEN} if organisation == guest.organisation else set())
    assert (await check_evidence(database, EvidenceSource.TABLES)).level is Level.OK


async def test_without_rights_it_is_said_who_must_do_what(
    guest: GuestTenant, database: Database, sandbox: Sandbox
) -> None:
    """By the look itself, and by doctor; over HTTP nothing of it is needed."""
    guest.run_script()
    with guest.everything() as connection:
        connection.execute(text("revoke select on usage_events from registration_app"))
    asked = await asked_now(database, guest.organisation)
    reading = partial(database.transaction, guest.organisation, read_only=True)
    async with PlatformClient(sandbox.url, SERVICE_KEY, guest.organisation) as platform:
        evidence = PlatformEvidence(EvidenceSource.TABLES, platform, reading)
        with pytest.raises(MisconfiguredInstallation, match=r"usage_events.*grant the rights"):
            await evidence.observe(SubStepName.SERVICES_CONFIG, asked)
    found = await check_evidence(database, EvidenceSource.TABLES)
    assert (found.level, "usage_events" in found.says) == (Level.ERROR, True)
    assert (await check_evidence(database, EvidenceSource.HTTP)).level is Level.OK
