"""Account spacing over real processes: three with twenty restaurants each, and one of them killed."""

import asyncio
import os
import sys
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest

from dev.stack.databases import DatabaseUrls
from tests.plain_http import plain_http
from tests.registration.tenant import Tenant
from tests.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.faults]

SCALE = 0.004
"""The clock of `Tenant`."""
INTERVAL = 0.2
JITTER = 0.2
"""Between the moment that Postgres gives and the one at which the sandbox sees the call; it does not add up."""


class Spaced:
    """Batches of one organisation, a process each."""

    def __init__(self, tenant: Tenant, url: str, log: Path) -> None:
        self.tenant, self._url, self._log = tenant, url, log

    async def batch(self, restaurants: int) -> UUID:
        """A batch of new restaurants."""
        ids = [(await self.tenant.restaurant())[0] for _ in range(restaurants)]
        return (await self.tenant.batch(*ids))[0]

    async def start(self, batch_id: UUID) -> asyncio.subprocess.Process:
        """A process that creates the batch's accounts."""
        told = {
            "DATABASE_URL": self._url,
            "REGISTRATION_ORGANISATION": str(self.tenant.organisation_id),
            "REGISTRATION_PLATFORM_URL": self.tenant.url,
            "SPACING_BATCH": str(batch_id),
            "SPACING_SECONDS": str(INTERVAL / SCALE),
        }
        with self._log.open("ab") as output:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.registration.effects.spacing_process"),
                env=os.environ | told,
                stdout=output,
                stderr=output,
            )

    async def sent(self) -> list[datetime]:
        """When accounts were asked for, by Postgres's clock."""
        found = await self.tenant.everything.exec_driver_sql(
            "select sent_at from registration_sub_steps where sent_at is not null and name = 'cloudwaitressAccount'"
            f" and organisation_id = '{self.tenant.organisation_id}' order by sent_at"
        )
        return list(found.scalars())

    async def arrived(self) -> list[datetime]:
        """When the calls arrived, by the sandbox's clock."""
        found = await self.tenant.everything.exec_driver_sql(
            f"select id::text from restaurants where organisation_id = '{self.tenant.organisation_id}'"
        )
        ours = set(found.scalars())
        async with plain_http(self.tenant.url) as control:
            calls = (await control.get("/sandbox/calls")).raise_for_status().json()
        mine = [one for one in calls if one["restaurant_id"] in ours and one["endpoint"] == "register-account"]
        return sorted(datetime.fromisoformat(one["arrived_at"]) for one in mine)


@pytest.fixture
def spaced(tenant: Tenant, database_urls: DatabaseUrls, tmp_path: Path) -> Spaced:
    """The organisation of this test."""
    return Spaced(tenant, database_urls.app, tmp_path / "processes.log")


async def test_sixty_accounts_of_three_processes_keep_the_interval(spaced: Spaced) -> None:
    """No two starts are closer than the interval; `make bench` measures how little more it is."""
    batches = [await spaced.batch(20) for _ in range(3)]
    processes = [await spaced.start(batch) for batch in batches]
    assert [await process.wait() for process in processes] == [0, 0, 0]
    sent, arrived = await spaced.sent(), await spaced.arrived()
    assert (len(sent), len(arrived)) == (60, 60)
    assert min(gaps(sent)) >= INTERVAL
    assert all(later >= 5 * INTERVAL - JITTER for later in gaps(arrived[::5]))


async def test_a_killed_process_with_waiters_burns_at_most_one_slot(spaced: Spaced) -> None:
    """Fifteen wait in it when it is killed: of the slots that are taken, each but one at most was used."""
    victim, survivor = await spaced.batch(16), await spaced.batch(8)
    killed, living = await spaced.start(victim), await spaced.start(survivor)

    async def three_are_sent() -> bool:
        return len(await spaced.sent()) >= 3

    await eventually(three_are_sent, "three requests to be sent")
    killed.kill()
    assert await living.wait() == 0
    sent, arrived = await spaced.sent(), await spaced.arrived()
    assert len(sent) - len(arrived) <= 1
    assert min(gaps(sent)) >= INTERVAL


def gaps(moments: list[datetime]) -> list[float]:
    """Seconds between each and the next."""
    return [(later - earlier).total_seconds() for earlier, later in pairwise(moments)]
