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
from tests.registration.place import Place


@pytest_asyncio.fixture
async def rows(place: Place) -> AsyncGenerator[PlatformRows]:
    """One restaurant of this test alone, with a menu without dishes."""
    restaurant_id, _ = await place.restaurant(email="owner@kitchen.example")
    async with place.database.transaction(place.organisation_id) as connection:
        sent = await database_now(connection)
    reading = partial(place.database.transaction, place.organisation_id, read_only=True)
    platform = PlatformClient(place.url, SecretStr("key"), place.organisation_id)
    async with platform:
        witness = PlatformEvidence(EvidenceSource.TABLES, platform, reading, place.organisation_id)
        made = PlatformRows(
            place.everything,
            witness,
            place.organisation_id,
            restaurant_id,
            restaurant_id,
            "owner@kitchen.example",
            sent,
        )
        menu_id = await made.add("menus", restaurant_id=restaurant_id)
        yield PlatformRows(place.everything, witness, place.organisation_id, restaurant_id, menu_id, made.email, sent)
