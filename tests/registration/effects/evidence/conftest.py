"""A restaurant in the platform's tables, which are read as the application role reads them."""

from collections.abc import AsyncGenerator
from functools import partial

import pytest_asyncio
from pydantic import SecretStr

from registration.database.session import database_now
from registration.effects.evidence import PlatformEvidence
from registration.platform.client import PlatformClient
from registration.settings import EvidenceSource
from tests.registration.effects.evidence.platform_rows import PlatformRows
from tests.registration.tenant import Tenant


@pytest_asyncio.fixture
async def rows(tenant: Tenant) -> AsyncGenerator[PlatformRows]:
    """One restaurant of this test alone, with a menu without dishes."""
    restaurant_id, _ = await tenant.restaurant(email="owner@kitchen.example")
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        sent = await database_now(transaction)
    reading = partial(tenant.database.transaction, tenant.organisation_id, read_only=True)
    platform = PlatformClient(tenant.url, SecretStr("key"), tenant.organisation_id)
    async with platform:
        evidence = PlatformEvidence(EvidenceSource.TABLES, platform, reading)
        made = PlatformRows(
            tenant.everything,
            evidence,
            tenant.organisation_id,
            restaurant_id,
            restaurant_id,
            "owner@kitchen.example",
            sent,
        )
        menu_id = await made.add("menus", restaurant_id=restaurant_id)
        yield PlatformRows(
            tenant.everything, evidence, tenant.organisation_id, restaurant_id, menu_id, made.email, sent
        )
