"""What the tasks of one batch process share: database, clients, lease, watch; opened by the batch flow."""

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
from registration.batches.capacity import Places
from registration.batches.models import Batch
from registration.companies.register import CompaniesRegister
from registration.database.session import persistently
from registration.effects import Ledger, LedgerEntries
from registration.effects.evidence import PlatformEvidence
from registration.effects.set_up_queries import SetUpSnapshot, read_set_ups
from registration.errors import ProgrammerError
from registration.kit.coalescing import SharedReading
from registration.platform.client import PlatformClient
from registration.settings import Settings
from registration.workflow.lease import Lease
from registration.workflow.steps import Step
from registration.workflow.watch import BatchWatch


@dataclass(frozen=True)
class JobRef:
    """Which restaurant of which batch a task works for; `restaurant` is its name, for people."""

    organisation_id: UUID
    batch_id: UUID
    job_id: UUID
    restaurant: str


@dataclass
class OwnRun:
    """What became of the batch's own flow run at the Prefect server while its process works.

    `given_up`: the process is to end, and `state` is how its run was found, None if it is gone. `cancelled`: a person
    cancelled it, which is a cancel of the batch.
    """

    given_up: bool = False
    cancelled: bool = False
    state: State[Any] | None = None

    def give_up(self, state: State[Any] | None) -> None:
        """Have the process end; of several calls the first one counts."""
        if not self.given_up:
            self.given_up, self.state = True, state


@dataclass(frozen=True)
class Resources:
    """Everything that lives as long as the process works on its batch; `runs` and `gates` are the flow runs of both.

    The database is reached through `lease` alone, so that nothing is written for a batch that another process works on.
    `witness` looks at what the platform has done. `places` are for restaurants in step 6, `browser_slots` for
    browser-heavy requests; `working` are the jobs whose restaurants' runs have not ended.
    """

    batch: Batch
    platform: PlatformClient
    register: CompaniesRegister
    cipher: Cipher
    lease: Lease
    watch: BatchWatch
    ledger: Ledger
    witness: PlatformEvidence
    settings: Settings
    set_ups: SharedReading[UUID, SetUpSnapshot]
    browser_slots: BrowserSlots
    places: Places | None = field(default=None)
    runs: dict[UUID, UUID] = field(default_factory=dict[UUID, UUID])
    gates: dict[Step, UUID] = field(default_factory=dict[Step, UUID])
    working: set[UUID] = field(default_factory=set[UUID])
    own_run: OwnRun = field(default_factory=OwnRun)

    def working_runs(self) -> list[UUID]:
        """The runs of restaurants that have not ended."""
        return [run for job, run in self.runs.items() if job in self.working]

    @property
    def organisation_id(self) -> UUID:
        """The organisation of the batch."""
        return self.batch.organisation_id


def own_run() -> FlowRun:
    """The flow run that this code runs in; raises ProgrammerError outside one."""
    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        raise ProgrammerError("this runs only inside a Prefect flow run")
    return context.flow_run


_resources: ContextVar[Resources] = ContextVar("registration_resources")


def resources(job: JobRef | None = None) -> Resources:
    """The resources of the batch that this process works on.

    Raises ProgrammerError outside a batch's run, or if `job` is of another batch.
    """
    found = _resources.get(None)
    if found is None:
        raise ProgrammerError("this runs only inside register-batch, which opens what it needs")
    if job is not None and (job.batch_id, job.organisation_id) != (found.batch.id, found.organisation_id):
        raise ProgrammerError(f"job {job.job_id} is of another batch than this process works on")
    return found


@asynccontextmanager
async def working_with(
    batch: Batch,
    platform: PlatformClient,
    register: CompaniesRegister,
    cipher: Cipher,
    lease: Lease,
    settings: Settings,
) -> AsyncGenerator[Resources]:
    """Give the tasks below their resources; the clients are closed at the end."""
    watch = BatchWatch(lease.database, batch.organisation_id, batch.id)
    entries = LedgerEntries(lease, watch, settings)
    places = Places(batch.max_parallel) if batch.max_parallel else None
    browser_slots = BrowserSlots(lease, settings.browser_limit)
    set_ups = SharedReading(partial(_read_set_ups, lease))
    ledger = Ledger(platform, entries)
    witness = PlatformEvidence(settings.platform_evidence, platform, lease.reading, lease.organisation_id)
    context = Resources(
        batch, platform, register, cipher, lease, watch, ledger, witness, settings, set_ups, browser_slots, places
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


async def _read_set_ups(lease: Lease, job_ids: Collection[UUID]) -> dict[UUID, SetUpSnapshot]:
    async def once() -> dict[UUID, SetUpSnapshot]:
        async with lease.reading() as connection:
            return await read_set_ups(connection, lease.organisation_id, job_ids)

    return await persistently(once, give_up=lambda: lease.lost)
