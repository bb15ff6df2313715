"""What one sub-step of one restaurant works with: its frozen configuration, the outputs of other sub-steps,
the ledger.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from uuid import UUID

from registration.configuration.models import YoloConfig
from registration.effects import Effect, EffectRow, Probe
from registration.effects.evidence import Expected, Observation
from registration.effects.evidence.models import Sendings, expected_of
from registration.effects.outputs import ImagesOutputs, Outputs, outputs_of
from registration.effects.set_up_queries import SetUpSnapshot
from registration.effects.spacing_queries import account_key
from registration.errors import PersonMustAct
from registration.platform.requests import PlatformRequest
from registration.workflow.sub_steps import SUB_STEPS, SubStepName
from tasks.context import JobRef, Resources

OutputsKind = TypeVar("OutputsKind", bound=Outputs)


class NothingToDo(PersonMustAct):
    """The sub-step does not apply to this restaurant, which is no failure; the message is the reason to skip it."""


@dataclass(frozen=True)
class SubStepContext:
    """One sub-step of one restaurant: its frozen configuration, and the outputs of the other sub-steps.

    `requested_before`: another restaurant has sent a request for the same object, so an object that appears is ours.
    """

    name: SubStepName
    job: JobRef
    context: Resources
    row: SetUpSnapshot
    requested_before: bool = False

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
        """The selected menu. Preflight checks that there is one if a sub-step needs it."""
        selected = self.config.menu.selected_menu_id
        if selected is None:
            raise NothingToDo("no menu is selected")
        return selected

    def outputs(self, name: SubStepName, kind: type[OutputsKind]) -> OutputsKind | None:
        """The outputs of another sub-step, if it has completed."""
        stored = self.row.outputs.get(name)
        return kind.model_validate(stored) if stored else None

    async def perform(self, request: PlatformRequest, **details: Any) -> Outputs:
        """Send the request to the platform, through the ledger; `details` are further fields of the Effect."""
        hiding = replace(request, hidden=self._hidden())
        return await self.context.ledger.perform(self.job.job_id, self._effect(hiding, details))

    def probe(self) -> Probe:
        """How to find out whether an effect with an unknown outcome happened."""
        row = SUB_STEPS[self.name]
        return Probe(name=self.name, kind=row.effect, limit_seconds=row.limit_seconds, observe=self._observe)

    async def _observe(self, row: EffectRow) -> Observation:
        return await self.context.evidence.observe(self.name, self._expected(row))

    async def _read_back(self, row: EffectRow, outputs: Outputs) -> Observation:
        upload = outputs.batch_id if isinstance(outputs, ImagesOutputs) else None
        return await self.context.evidence.read_back(self.name, self._expected(row, upload))

    def _hidden(self) -> tuple[str, ...]:
        """The account's password, if there is one: the platform's scripts sign in with it and may repeat it in their
        output. A request that brings a new password has it in its body.
        """
        encrypted = self.row.password_encrypted
        return () if encrypted is None else (self.context.cipher.decrypt(encrypted).get_secret_value(),)

    def _effect(self, request: PlatformRequest, details: dict[str, Any]) -> Effect:
        row = SUB_STEPS[self.name]
        spaced = self.name is SubStepName.CLOUDWAITRESS_ACCOUNT
        return Effect(
            name=self.name,
            kind=row.effect,
            limit_seconds=row.limit_seconds,
            request=request,
            observe=self._observe,
            read_back=self._read_back,
            read=lambda answer: outputs_of(self.name, answer, self._asked_for(request)),
            slots=lambda: browser_slot(self.context, self.job, self.name) if row.browser else nullcontext(),
            **({"spacing_key": account_key(self.job.organisation_id)} if spaced else {}),
            **details,
        )

    def _asked_for(self, request: PlatformRequest) -> dict[str, Any]:
        """The values of the request that the outputs use where the platform's answer leaves them out."""
        body = request.body
        return {
            "email": body.get("email"),
            "link_asked": body.get("includeConnectLink", False),
            "item_count": self.row.menu_items,
        }

    def _expected(self, row: EffectRow, upload: str | None = None) -> Expected:
        ever_sent = row.ever_sent or self.requested_before
        sendings = Sendings(
            row.sent_at,
            row.previous_sent_at,
            ever_sent=ever_sent,
            resend_approved=row.resend_approved,
            window_closed=row.window_closed,
        )
        return expected_of(self.name, self.row, sendings, upload)


@asynccontextmanager
async def browser_slot(context: Resources, job: JobRef, name: SubStepName) -> AsyncGenerator[None]:
    """Hold one of the slots for requests that make the platform open a browser, over all batches and workers.

    Raises CancelRequested if the job is cancelled while it waits.
    """
    async with context.browser_slots.request(job.job_id, name) as granted:
        await context.watch.unless_stopped(granted.wait(), job.job_id)
        yield
