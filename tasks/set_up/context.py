"""What one sub-step of one restaurant works with: its frozen configuration, what the others left, the ledger."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from uuid import UUID

from registration.accounts.queries import read_credential
from registration.configuration.models import YoloConfig
from registration.effects import Effect, Entry, Probe
from registration.effects.evidence import Expected, Observation
from registration.effects.evidence.model import Sendings, asked_for
from registration.effects.outputs import ImagesOutputs, Outputs, outputs_of
from registration.effects.set_up_queries import SetUpSnapshot
from registration.effects.spacing_queries import account_key
from registration.errors import PersonMustAct
from registration.platform.requests import PlatformRequest
from registration.workflow.sub_steps import SUB_STEPS, SubStepName
from tasks.context import JobRef, Resources

Left = TypeVar("Left", bound=Outputs)


class NothingToDo(PersonMustAct):
    """The sub-step cannot run for this restaurant, and that is no failure; the message is the reason to skip it."""


@dataclass(frozen=True)
class SubStepContext:
    """One sub-step of one restaurant: its frozen configuration, and what the others left.

    `asked_before`: another restaurant has asked for the same thing, so that one that turns up is ours.
    """

    name: SubStepName
    job: JobRef
    context: Resources
    row: SetUpSnapshot
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
        hiding = replace(request, hidden=await self._hidden())
        return await self.context.ledger.perform(self.job.job_id, self._effect(hiding, details))

    def probe(self) -> Probe:
        """How its effect is looked for when it is not known whether it happened."""
        row = SUB_STEPS[self.name]
        return Probe(name=self.name, kind=row.effect, limit_seconds=row.limit_seconds, look=self._look)

    async def _look(self, entry: Entry) -> Observation:
        return await self.context.witness.look(self.name, self._asked(entry))

    async def _read_back(self, entry: Entry, outputs: Outputs) -> Observation:
        upload = outputs.batch_id if isinstance(outputs, ImagesOutputs) else None
        return await self.context.witness.read_back(self.name, self._asked(entry, upload))

    async def _hidden(self) -> tuple[str, ...]:
        """The account's password, if there is one: the platform's scripts sign in with it and may repeat it."""
        if (email := self.config.account.email) is None:
            return ()
        async with self.context.lease.reading() as connection:
            row = await read_credential(connection, self.job.organisation_id, email.lower())
        return () if row is None else (self.context.cipher.decrypt(row.password_encrypted).get_secret_value(),)

    def _effect(self, request: PlatformRequest, details: dict[str, Any]) -> Effect:
        row = SUB_STEPS[self.name]
        spaced = self.name is SubStepName.CLOUDWAITRESS_ACCOUNT
        return Effect(
            name=self.name,
            kind=row.effect,
            limit_seconds=row.limit_seconds,
            request=request,
            look=self._look,
            read_back=self._read_back,
            read=lambda answer: outputs_of(self.name, answer, self._asked_for(request)),
            slots=lambda: browser_slot(self.context, self.job, self.name) if row.browser else nullcontext(),
            **({"spacing_key": account_key(self.job.organisation_id)} if spaced else {}),
            **details,
        )

    def _asked_for(self, request: PlatformRequest) -> dict[str, Any]:
        """What the outputs say where the platform's answer leaves it out."""
        body = request.body
        return {
            "email": body.get("email"),
            "link_asked": body.get("includeConnectLink", False),
            "item_count": self.row.menu_items,
        }

    def _asked(self, entry: Entry, upload: str | None = None) -> Expected:
        ever_sent = entry.ever_sent or self.asked_before
        sendings = Sendings(
            entry.sent_at,
            entry.sent_before,
            ever_sent=ever_sent,
            do_again=entry.do_again,
            over=entry.over,
        )
        return asked_for(self.name, self.row, sendings, upload)


@asynccontextmanager
async def browser_slot(context: Resources, job: JobRef, name: SubStepName) -> AsyncGenerator[None]:
    """Hold one of the slots for requests that make the platform open a browser, over all batches and workers.

    Raises StopRequested if the job must stop while it waits.
    """
    async with context.browser_slots.asked(job.job_id, name) as granted:
        await context.watch.unless_stopped(granted.wait(), job.job_id)
        yield
