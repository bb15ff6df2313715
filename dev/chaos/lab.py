"""The lab of the chaos programme: a running stack, prepared batches, and processes that work on them."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Self
from uuid import UUID, uuid4

from dev.chaos.expected import Done
from dev.chaos.records import Records
from dev.chaos.servers import Servers
from dev.chaos.traps import Traps
from dev.stack.databases import provide_organisation
from dev.stack.fixtures import Next, Preparation, PreparedBatch, made_restaurants, of_its_own, platform_client
from dev.stack.processes import Child, start
from dev.stack.sandbox import SandboxOptions
from dev.stack.sandbox_control import AT_ONCE, PretendedPlatform, Sending
from dev.stack.stack import LocalStack, StackOptions
from registration.batches.models import MOST_RESTAURANTS, BatchOptions
from registration.database.session import Database
from registration.restaurants.csv_import import NumberedRow

TIME_SCALE = 0.03
LEASE_SECONDS = 10.0
_HOLD_MINUTES = 600.0


@dataclass(frozen=True)
class Clock:
    """`scale` multiplies every waiting time; lease times are real: a busy machine must not lose a batch.

    No process hands its batch over while people are waited for: it is killed while it waits.
    """

    scale: float
    lease: float = LEASE_SECONDS

    def environment(self) -> dict[str, str]:
        """These values as environment variables of a process."""
        return {
            "REGISTRATION_TIME_SCALE": str(self.scale),
            "REGISTRATION_LEASE_SECONDS": str(self.lease / self.scale),
            "REGISTRATION_GATE_HOLD_MINUTES": str(_HOLD_MINUTES / self.scale),
        }


FAST = Clock(TIME_SCALE)
"""Three minutes, the limit of the account's request, are 5.4 s; the hour of option sets and tags is 108 s."""
REAL = Clock(1.0)
"""Clock for a process that is held at a point: no request times out meanwhile."""


PROCESSES = 2
"""Number of processes that work on batches at the same time."""
QUIET = {
    "REGISTRATION_ACCOUNT_SPACING_SECONDS": "0",
    "REGISTRATION_BROWSER_LIMIT": "0",
    # A round opens when all restaurants have arrived, however slow the machine is.
    "REGISTRATION_GATE_GATHER_SECONDS": "1000",
}
SPACING_SECONDS = 2.0
_SANDBOX = SandboxOptions(profile=AT_ONCE.profile, account_spacing_seconds=0)
ONE_PROCESS = StackOptions(
    workers=0,
    sandbox=_SANDBOX,
    settings={"REGISTRATION_TIME_SCALE": str(TIME_SCALE), "REGISTRATION_REGISTER_DRIVER": "http"},
    durable=True,
)
"""The stack of almost all cases: no worker, the cases start the processes that work on batches."""
SEVERAL = StackOptions(
    workers=4,
    servers=2,
    recovery=True,
    sandbox=_SANDBOX,
    settings={
        "REGISTRATION_REGISTER_DRIVER": "http",
        "REGISTRATION_ACCOUNT_SPACING_SECONDS": str(SPACING_SECONDS),
    },
    durable=True,
)
"""Several workers and Prefect servers, with the times of an installation except the spacing of accounts."""


@dataclass(frozen=True)
class Lab:
    """The stack, with traps in its database; started once for all cases that need the same stack."""

    stack: LocalStack
    servers: Servers
    platform: PretendedPlatform
    database: Database
    records: Records
    traps: Traps
    rows: tuple[NumberedRow, ...]
    slots: asyncio.Semaphore
    numbers: "count[int]"
    organisations: dict[UUID, int]
    arrived: list[Sending]

    @classmethod
    @asynccontextmanager
    async def running(cls, folder: Path, options: StackOptions = ONE_PROCESS) -> AsyncGenerator[Self]:
        """The stack, stopped at the end. Addresses in the environment are ignored."""
        async with AsyncExitStack() as exits:
            stack = await exits.enter_async_context(LocalStack(folder, options))
            servers = await exits.enter_async_context(Servers.of(stack))
            database = Database(stack.addresses.database_url)
            exits.push_async_callback(database.close)
            url = stack.postgres.url("registration")
            traps = await Traps.installed(url)
            exits.push_async_callback(traps.close)
            yield cls(
                stack=stack,
                servers=servers,
                platform=PretendedPlatform(stack.addresses.sandbox_url or ""),
                database=database,
                records=Records(url),
                traps=traps,
                rows=await made_restaurants(MOST_RESTAURANTS, stack.environment()),
                slots=asyncio.Semaphore(PROCESSES),
                numbers=count(1),
                organisations={},
                arrived=[],
            )

    async def batch(
        self,
        restaurants: int | Sequence[NumberedRow],
        before: Next = Next.SET_UP,
        options: BatchOptions | None = None,
        organisation_id: UUID | None = None,
    ) -> PreparedBatch:
        """A new batch, with an organisation of its own unless one is given; names and e-mails are unique.

        The platform has one subdomain per name and one onboarding user per e-mail over all organisations.
        """
        rows = self.rows[:restaurants] if isinstance(restaurants, int) else restaurants
        organisation_id = organisation_id or uuid4()
        number = self.organisations.setdefault(organisation_id, len(self.organisations) + 1)
        await provide_organisation(self.stack.addresses.owner_database_url, str(organisation_id))
        async with platform_client(self.stack.environment(), organisation_id) as platform:
            preparation = Preparation(self.database, organisation_id, platform, by="faults")
            return await preparation.prepare([of_its_own(row, number) for row in rows], before, options)

    async def batches_of_one(self, restaurants: int, before: Next = Next.SET_UP) -> tuple[PreparedBatch, ...]:
        """This many batches of one restaurant each; they share nothing."""
        return tuple([await self.batch([row], before) for row in self.rows[:restaurants]])

    @asynccontextmanager
    async def process(
        self,
        batches: Sequence[PreparedBatch],
        clock: Clock,
        settings: Mapping[str, str] | None = None,
        *,
        counts: bool = True,
    ) -> AsyncGenerator[Child]:
        """A process that works on the batches, killed after the block. A process that `counts` waits for a slot."""
        name = f"process-{next(self.numbers)}"
        pairs = [f"{batch.organisation_id}:{batch.batch_id}" for batch in batches]
        async with self.slots if counts else nullcontext():
            child = start(
                name,
                [sys.executable, "-m", "dev.chaos.process", *pairs],
                log=self.stack.folder / f"{name}.log",
                environment={**self.stack.environment(), **QUIET, **clock.environment(), **(settings or {})},
                folder=self.stack.folder,
            )
            try:
                yield child
            finally:
                child.kill()

    @property
    def registration_url(self) -> str:
        """The registration database, as its superuser."""
        return self.stack.postgres.url("registration")

    async def done(self, batch: PreparedBatch) -> Done:
        """The platform's effects for the organisation of a batch, and the requests for the batch's restaurants."""
        before = [request for request in self.arrived if request.restaurant_id in batch.restaurant_ids]
        sendings = await self.platform.sendings(batch.restaurant_ids)
        return Done.of(await self.platform.done(batch.organisation_id), [*before, *sendings])

    async def remember_sendings(self) -> None:
        """Keep the sandbox's log of requests, which is lost with its process."""
        self.arrived.extend(await self.platform.sendings())
