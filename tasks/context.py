"""What the tasks of one batch process share: database, clients, lease and watch; the batch flow opens it."""

import asyncio
from collections.abc import AsyncGenerator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from prefect.client.schemas.objects import FlowRun, State
from prefect.context import FlowRunContext

from registration.accounts.passwords import Cipher
from registration.batches.browser_slots import BrowserSlots
from registration.batches.capacity import SetUpSlots
from registration.batches.models import Batch
from registration.companies.register import CompaniesRegister
from registration.database.session import retry_until_available
from registration.database.shared_transaction import SharedTransaction
from registration.effects import EffectRows, Ledger
from registration.effects.evidence import PlatformEvidence
from registration.effects.set_up_queries import SetUpSnapshot, read_set_ups
from registration.errors import ProgrammerError
from registration.kit.coalescing import SharedReading
from registration.kit.outage import FIRST_PAUSE, LONGEST_PAUSE, Outage
from registration.platform.client import PlatformClient
from registration.settings import Settings
from registration.workflow.lease import Lease
from registration.workflow.steps import GateName
from registration.workflow.watch import BatchWatch


@dataclass(frozen=True)
class JobRef:
    """The job that a task works for; `restaurant` is its name, for people."""

    organisation_id: UUID
    batch_id: UUID
    job_id: UUID
    restaurant: str


@dataclass
class OwnRun:
    """The state at the Prefect server of the batch's own flow run while its process works.

    `given_up`: the process is to end, and `state` is the run's state at that moment, None if the run is gone.
    `cancelled`: a person cancelled the run, and with it the batch.
    """

    given_up: bool = False
    cancelled: bool = False
    state: State[Any] | None = None

    def give_up(self, state: State[Any] | None) -> None:
        """Make the process end; the first of several calls counts."""
        if not self.given_up:
            self.given_up, self.state = True, state


@dataclass(frozen=True)
class Resources:
    """Everything that lives as long as the process works on its batch; `runs` are the restaurants' flow runs by job,
    `gates` the gates' flow runs.

    The database is reached through `lease` alone, so that no row is written for a batch that another process works on.
    Concurrent tasks share the read-only transactions of `reads`. `evidence` reads what the platform has done.
    `register_outage` knows whether the register answers, `register_turns` limit the concurrent searches and readings,
    so that few requests are in flight when it stops answering. `set_up_slots` limit the restaurants in step 6,
    `browser_slots` the browser-heavy requests; `working` are the jobs whose restaurants' runs have not ended.
    """

    batch: Batch
    platform: PlatformClient
    register: CompaniesRegister
    cipher: Cipher
    lease: Lease
    watch: BatchWatch
    ledger: Ledger
    evidence: PlatformEvidence
    settings: Settings
    set_ups: SharedReading[UUID, SetUpSnapshot]
    reads: SharedTransaction
    browser_slots: BrowserSlots
    register_outage: Outage
    register_turns: asyncio.Semaphore
    set_up_slots: SetUpSlots | None = field(default=None)
    runs: dict[UUID, UUID] = field(default_factory=dict[UUID, UUID])
    gates: dict[GateName, UUID] = field(default_factory=dict[GateName, UUID])
    working: set[UUID] = field(default_factory=set[UUID])
    own_run: OwnRun = field(default_factory=OwnRun)

    def working_runs(self) -> list[UUID]:
        """The restaurants' flow runs that have not ended."""
        return [run for job, run in self.runs.items() if job in self.working]

    @property
    def organisation_id(self) -> UUID:
        """The organisation of the batch."""
        return self.batch.organisation_id


def own_run() -> FlowRun:
    """The flow run that this code runs in. Raises ProgrammerError outside a flow run."""
    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        raise ProgrammerError("this runs only inside a Prefect flow run")
    return context.flow_run


_resources: ContextVar[Resources] = ContextVar("registration_resources")


def resources(job: JobRef | None = None) -> Resources:
    """The resources of the batch that this process works on.

    Raises ProgrammerError outside a batch's run, or if `job` belongs to another batch.
    """
    context = _resources.get(None)
    if context is None:
        raise ProgrammerError("this runs only inside register-batch, which opens the resources")
    if job is not None and (job.batch_id, job.organisation_id) != (context.batch.id, context.organisation_id):
        raise ProgrammerError(f"job {job.job_id} is of another batch than this process works on")
    return context


@asynccontextmanager
async def open_resources(
    batch: Batch,
    platform: PlatformClient,
    register: CompaniesRegister,
    cipher: Cipher,
    lease: Lease,
    settings: Settings,
) -> AsyncGenerator[Resources]:
    """Open the resources for the tasks of the block; the clients are closed at the end."""
    watch = BatchWatch(lease.database, batch.organisation_id, batch.id)
    rows = EffectRows(lease, watch, settings)
    set_up_slots = SetUpSlots(batch.max_parallel) if batch.max_parallel else None
    browser_slots = BrowserSlots(lease, settings.browser_limit)
    reads = SharedTransaction(lease.reading)
    set_ups = SharedReading(partial(_read_set_ups, reads, lease))
    ledger = Ledger(platform, rows)
    evidence = PlatformEvidence(settings.platform_evidence, platform, lease.reading)
    context = Resources(
        batch,
        platform,
        register,
        cipher,
        lease,
        watch,
        ledger,
        evidence,
        settings,
        set_ups,
        reads,
        browser_slots,
        Outage(settings.scaled(FIRST_PAUSE), settings.scaled(LONGEST_PAUSE)),
        asyncio.Semaphore(settings.register_pages_at_a_time + 1),
        set_up_slots,
    )
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(platform)
        await stack.enter_async_context(register)
        await watch.refresh()
        token = _resources.set(context)
        try:
            yield context
        finally:
            _resources.reset(token)


async def _read_set_ups(reads: SharedTransaction, lease: Lease, job_ids: Collection[UUID]) -> dict[UUID, SetUpSnapshot]:
    async def once() -> dict[UUID, SetUpSnapshot]:
        return await reads.do(lambda transaction: read_set_ups(transaction, job_ids))

    return await retry_until_available(once, give_up=lambda: lease.lost)
