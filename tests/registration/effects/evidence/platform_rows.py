"""Rows of the platform's tables, written as its contract says that its routes write them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.database.base import Base
from registration.effects.evidence import Expected, Observation, PlatformEvidence
from registration.workflow.sub_steps import SUB_STEPS, SubStepName
from tests.platform_contract.contract import Write, contract

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class PlatformRows:
    """One restaurant with a menu on the platform, and the moment at which a request for it was sent."""

    everything: AsyncConnection
    evidence: PlatformEvidence
    organisation_id: UUID
    restaurant_id: UUID
    menu_id: UUID
    email: str
    sent: datetime

    async def record(self, name: SubStepName, write: str, at: datetime | None = None, **values: Any) -> None:
        """A log row or a usage event of a route, since the sending unless `at` says otherwise."""
        written = contract().endpoints[SUB_STEPS[name].endpoint].write(write)
        moment = {"created_at": at or self.sent + MINUTE}
        match written.table:
            case "registration_logs":
                await self.add("registration_logs", **self._log(written) | values | moment)
            case "usage_events":
                event = {"event_type": written.columns["event_type"], "metadata": self._metadata(written) | values}
                await self.add("usage_events", **event | moment)
            case other:
                raise AssertionError(f"{write} of {name} writes {other}")

    async def account(self, status: str, **values: Any) -> UUID:
        """The account's row, in one of the platform's statuses."""
        assert any(status in value for value in self._values("pumpd_accounts"))
        of = {"restaurant_id": self.restaurant_id, "email": self.email, "registration_status": status}
        return await self.add("pumpd_accounts", **of | values)

    async def restaurant(self, status: str, **values: Any) -> UUID:
        """The restaurant's row, in one of the platform's statuses."""
        assert any(status in value for value in self._values("pumpd_restaurants"))
        of = {"restaurant_id": self.restaurant_id, "registration_status": status}
        return await self.add("pumpd_restaurants", **of | values)

    async def code(self, stored: datetime, run: datetime, **values: Any) -> None:
        """Generated code, in a row that code generation makes itself."""
        config = {"generatedAt": f"{run.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.789Z"}
        code = {"head_injection": "<style>", "body_injection": "<script>", "code_injection_config": config}
        await self.restaurant("pending", **code | {"code_injection_generated_at": stored} | values)

    async def images(self, *uploaded: bool | None, error: str = "source not reachable") -> None:
        """An image of a dish of its own for each: uploaded, failed (False), or not tried (None)."""
        for place, one in enumerate(uploaded):
            item = await self.add("menu_items", menu_id=self.menu_id, name=f"Dish {place}")
            status = None if one is None else ("success" if one else "failed")
            wrong = {"upload_error": error} if one is False else {}
            image = {"url": "https://eats.example/1.jpg", "cdn_uploaded": bool(one), "upload_status": status}
            await self.add("item_images", menu_item_id=item, **image | wrong)

    async def upload(self, status: str, at: datetime | None = None) -> None:
        """An upload of the menu's images; its times are those of UTC, without a zone."""
        assert status in contract().tables["upload_batches"]["values"]["status"]
        moment = (at or self.sent + MINUTE).astimezone(UTC).replace(tzinfo=None)
        await self.add("upload_batches", menu_id=self.menu_id, total_images=2, status=status, created_at=moment)

    async def links(self, **columns: str) -> None:
        """Addresses that a route writes on the restaurant."""
        for column, value in columns.items():
            await self.everything.execute(
                text(f"update restaurants set {column} = :value where id = :id"),
                {"value": value, "id": self.restaurant_id},
            )

    async def add(self, table: str, **values: Any) -> UUID:
        """A row; returns its id."""
        made = Base.metadata.tables[table]
        of = {"organisation_id": self.organisation_id} if "organisation_id" in made.columns else {}
        found = await self.everything.execute(insert(made).values(**of | values).returning(made.c.id))
        return UUID(str(found.scalar_one()))

    async def observe(self, name: SubStepName, **fields: Any) -> Observation:
        """An observation after a request without a clear answer."""
        return await self.evidence.observe(name, self.expected(**fields))

    async def probe_first(self, name: SubStepName, **fields: Any) -> Observation:
        """An observation before anything was sent."""
        return await self.evidence.observe(name, self.expected(**{"sent_at": None, "ever_sent": False} | fields))

    async def read_back(self, name: SubStepName, **fields: Any) -> Observation:
        """An observation after a clear success."""
        return await self.evidence.read_back(name, self.expected(**fields))

    def expected(self, **fields: Any) -> Expected:
        """What was asked for."""
        values: dict[str, Any] = {"email": self.email, "menu_id": self.menu_id, "menu_items": 12, "ever_sent": True}
        values |= {"sent_at": self.sent} | fields
        return Expected(self.restaurant_id, **values)

    def _log(self, write: Write) -> dict[str, Any]:
        data = write.columns.get("response_data")
        named = {"userEmail": self.email} if isinstance(data, dict) and "userEmail" in data else {}
        row = {name: write.columns[name] for name in ("action", "status")}
        return row | {"restaurant_id": self.restaurant_id, "response_data": named or None}

    def _metadata(self, write: Write) -> dict[str, Any]:
        metadata: dict[str, Any] = write.columns["metadata"]
        ours = {"restaurant_id": str(self.restaurant_id), "menu_id": str(self.menu_id)}
        return metadata | {name: value for name, value in ours.items() if name in metadata}

    def _values(self, table: str) -> list[str]:
        return contract().tables[table]["values"]["registration_status"]
