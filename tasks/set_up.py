"""What one sub-step of one restaurant works with: its frozen configuration, what the others left, the ledger."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import httpx
from prefect.concurrency.asyncio import ConcurrencySlotAcquisitionError, concurrency

from registration.clients.platform_request import PlatformRequest
from registration.errors import PersonMustAct
from registration.evidence import Asked, Look, look, read_back
from registration.evidence.asking import asked_for
from registration.ledger import Effect, Entry, Sought
from registration.ledger.slots import account_key
from registration.models.outputs import OUTPUTS, Outputs
from registration.models.yolo_config import YoloConfig
from registration.store.jobs import SetUpRow
from registration.sub_steps import SUB_STEPS, SubStepName
from tasks.resources import JobRef, Resources

Left = TypeVar("Left", bound=Outputs)

BROWSER_LIMIT = "registration-browser"


class NothingToDo(PersonMustAct):
    """The sub-step cannot run for this restaurant, and that is no failure; the message is the reason to skip it."""


@dataclass(frozen=True)
class SetUp:
    """One sub-step of one restaurant: its frozen configuration, and what the others left.

    `asked_before`: another restaurant has asked for the same thing, so that one that turns up is ours.
    """

    name: SubStepName
    job: JobRef
    shared: Resources
    row: SetUpRow
    asked_before: bool = False

    @property
    def config(self) -> YoloConfig:
        """The configuration that the gate froze."""
        return self.row.config

    @property
    def restaurant_id(self) -> UUID:
        """The restaurant."""
        return self.row.restaurant_id

    @property
    def menu_id(self) -> UUID:
        """The selected menu; preflight made sure of it."""
        selected = self.config.menu.selected_menu_id
        if selected is None:
            raise NothingToDo("no menu is selected")
        return selected

    def outputs(self, name: SubStepName, kind: type[Left]) -> Left | None:
        """What another sub-step left when it completed."""
        stored = self.row.outputs.get(name)
        return kind.model_validate(stored) if stored else None

    async def perform(self, request: PlatformRequest, **details: Any) -> Outputs:
        """Ask the platform for it, through the ledger; `details` are further fields of the Effect."""
        return await self.shared.ledger.perform(self.job.job_id, self._effect(request, details))

    def sought(self) -> Sought:
        """How its effect is looked for when it is not known whether it happened."""
        row = SUB_STEPS[self.name]
        return Sought(name=self.name, kind=row.effect, limit_seconds=row.limit_seconds, look=self._look)

    async def _look(self, entry: Entry) -> Look:
        return await look(self.name, self.shared.platform, self._asked(entry))

    def _effect(self, request: PlatformRequest, details: dict[str, Any]) -> Effect:
        row = SUB_STEPS[self.name]
        spaced = self.name is SubStepName.CLOUDWAITRESS_ACCOUNT
        return Effect(
            name=self.name,
            kind=row.effect,
            limit_seconds=row.limit_seconds,
            request=request,
            look=self._look,
            read_back=lambda entry: read_back(self.name, self.shared.platform, self._asked(entry)),
            read=OUTPUTS[self.name].model_validate,
            slots=lambda: browser_slot(self.shared) if row.browser else nullcontext(),
            spacing_key=account_key(self.job.organisation_id) if spaced else None,
            **details,
        )

    def _asked(self, entry: Entry) -> Asked:
        ever_sent = entry.ever_sent or self.asked_before
        return asked_for(self.name, self.row, entry.idempotency_key, entry.sent_at, ever_sent=ever_sent)


@asynccontextmanager
async def browser_slot(shared: Resources) -> AsyncGenerator[None]:
    """One of the slots for requests that make the platform open a browser, over all batches and workers.

    This process asks for no more than there are, first come first served: whom the server refuses it makes wait for
    seconds, with everybody behind. With a limit of 0 the limiter is not asked. A limit that is missing at the Prefect
    server is an error there (`strict`), a server that is away is waited for; the slot's lease is renewed while it is
    held, and a failed renewal does not end a request that is out.
    """
    if shared.browser_places is None:
        yield
        return
    async with shared.browser_places, AsyncExitStack() as held:
        while not await slot_taken(held):
            await shared.watch.next_second()
        yield


async def slot_taken(held: AsyncExitStack) -> bool:
    """Take a slot at the Prefect server; False if the server was away for as long as its client tries."""
    limiter = concurrency(BROWSER_LIMIT, occupy=1, strict=True, lease_duration=60, raise_on_lease_renewal_failure=False)
    try:
        await held.enter_async_context(limiter)
    except ConcurrencySlotAcquisitionError as error:
        if not isinstance(error.__cause__, httpx.TransportError) and not _says_away(error.__cause__):
            raise
        return False
    return True


def _says_away(error: BaseException | None) -> bool:
    return isinstance(error, httpx.HTTPStatusError) and error.response.is_server_error
