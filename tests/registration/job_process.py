"""A process that works on one job: real Postgres, the real sandbox over HTTP, and no Prefect."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import httpx
from pydantic import SecretStr
from sqlalchemy import text

from registration.database.session import Database
from registration.effects import Effect, EffectRow, EffectRows, Ledger
from registration.effects.evidence import Expected, PlatformEvidence
from registration.effects.outputs import ImagesOutputs, Outputs, outputs_of
from registration.effects.queries import read_effect
from registration.effects.spacing_queries import account_key
from registration.platform import requests
from registration.platform.client import PlatformClient
from registration.platform.requests import PlatformRequest
from registration.workflow.lease import Lease
from registration.workflow.sub_steps import SUB_STEPS, SubStepName
from registration.workflow.watch import BatchWatch
from tests.waiting import eventually

SERVICE_KEY = SecretStr("test-service-key")
PASSWORD = SecretStr("Correct.Horse-7Battery")
ITEMS = 12


@dataclass(frozen=True)
class JobProcess:
    """One restaurant's job, and everything with which a process works on it."""

    organisation_id: UUID
    batch_id: UUID
    job_id: UUID
    restaurant_id: UUID
    menu_id: UUID
    email: str
    database: Database
    platform: PlatformClient
    lease: Lease
    watch: BatchWatch
    rows: EffectRows
    ledger: Ledger
    evidence: PlatformEvidence
    control: httpx.AsyncClient

    def effect(self, name: SubStepName, request: PlatformRequest, **fields: Any) -> Effect:
        """An effect as step 6 makes it."""
        row = SUB_STEPS[name]
        effect = Effect(
            name=name,
            kind=row.effect,
            limit_seconds=row.limit_seconds,
            request=request,
            observe=lambda row: self.evidence.observe(name, self.expected(row)),
            read_back=lambda row, outputs: self.evidence.read_back(name, self.expected(row, outputs)),
            read=lambda answer: outputs_of(name, answer, {"email": request.body.get("email"), "item_count": ITEMS}),
        )
        return replace(effect, **fields)

    def menu_import(self, **fields: Any) -> Effect:
        """A create effect that the platform would happily do twice."""
        request = requests.import_menu(self.restaurant_id, self.menu_id)
        return self.effect(SubStepName.MENU_IMPORT, request, **fields)

    def services(self, **fields: Any) -> Effect:
        """An effect that must not be repeated, though it makes nothing new."""
        return self.effect(SubStepName.SERVICES_CONFIG, requests.configure_services(self.restaurant_id), **fields)

    def code(self, **fields: Any) -> Effect:
        """A set effect."""
        request = requests.generate_code_injections(self.restaurant_id, no_gradient=False)
        return self.effect(SubStepName.CODE_GENERATION, request, **fields)

    def account(self, **fields: Any) -> Effect:
        """The creation of the restaurant's account, spaced."""
        request = requests.register_account(self.restaurant_id, self.email, PASSWORD, "+6493791234")
        spaced = {"spacing_key": account_key(self.organisation_id)}
        return self.effect(SubStepName.CLOUDWAITRESS_ACCOUNT, request, **spaced | fields)

    async def row(self, name: str = SubStepName.MENU_IMPORT) -> EffectRow:
        """An effect's row as it is stored."""
        async with self.database.transaction(self.organisation_id) as transaction:
            return await read_effect(transaction, self.job_id, name)

    async def until_row(self, holds: Callable[[EffectRow], object], name: str = SubStepName.MENU_IMPORT) -> EffectRow:
        """The row once something holds of it."""

        async def row_that_holds() -> EffectRow | None:
            row = await self.row(name)
            return row if holds(row) else None

        return await eventually(row_that_holds, f"the row of {name}")

    async def job(self) -> tuple[str, str | None]:
        """The job's status and error."""
        query = "select status, error_message from registration_jobs where id = :job"
        found = await self.query(query, job=self.job_id)
        return found[0]["status"], found[0]["error_message"]

    async def query(self, sql: str, **values: Any) -> list[Mapping[str, Any]]:
        """Rows of a statement, as this organisation."""
        async with self.database.transaction(self.organisation_id) as transaction:
            found = await transaction.execute(text(sql), values)
            return [dict(row) for row in found.mappings()] if found.returns_rows else []

    async def misbehave(self, endpoint: str, kind: str, times: int | None = 1, **fields: Any) -> None:
        """Have the sandbox make mistakes for this restaurant."""
        fault = {"restaurant": str(self.restaurant_id), "endpoint": endpoint, "kind": kind, "times": times}
        (await self.control.post("/sandbox/faults", json=fault | fields)).raise_for_status()

    async def let_go(self, hold: str) -> None:
        """Release what the sandbox holds under this name."""
        (await self.control.delete(f"/sandbox/holds/{hold}")).raise_for_status()

    async def done(self, endpoint: str = "import-menu-direct") -> int:
        """How often the platform really did it for this restaurant."""
        effects = (await self.control.get("/sandbox/effects")).raise_for_status().json()
        mine = (str(self.restaurant_id), endpoint)
        return sum(one["count"] for one in effects if (one["restaurant_id"], one["effect"]) == mine)

    async def calls(self, endpoint: str = "import-menu-direct") -> list[dict[str, Any]]:
        """The calls that arrived for this restaurant, oldest first."""
        arrived = (await self.control.get("/sandbox/calls")).raise_for_status().json()
        mine = (str(self.restaurant_id), endpoint)
        return [one for one in arrived if (one["restaurant_id"], one["endpoint"]) == mine]

    def expected(self, row: EffectRow, outputs: Outputs | None = None) -> Expected:
        """What is asked for, as a look needs it."""
        upload = outputs.batch_id if isinstance(outputs, ImagesOutputs) else None
        return Expected(
            restaurant_id=self.restaurant_id,
            email=self.email,
            menu_id=self.menu_id,
            menu_items=ITEMS,
            sent_at=row.sent_at,
            ever_sent=row.ever_sent,
            previous_sent_at=row.previous_sent_at,
            resend_approved=row.resend_approved,
            window_closed=row.window_closed,
            upload=upload,
        )
