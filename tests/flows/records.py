"""What a batch left: the rows in Postgres, and the sandbox's record of what was done."""

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, LiteralString, cast
from uuid import UUID

import httpx
import psycopg
from psycopg.rows import dict_row
from psycopg.sql import Composed
from sqlalchemy.ext.asyncio import AsyncEngine

_EVERY_FEATURE: LiteralString = """
    update organisations set feature_flags = jsonb_set(feature_flags, '{registration,onboardingSync,enabled}', 'true')
    where id = %(organisation)s
"""
"""On the platform the synchronisation of the onboarding record is off by default."""


@dataclass(frozen=True)
class Records:
    """The database as its superuser sees it, over connections of `kept`, or over a new connection for each
    statement.
    """

    url: str
    kept: AsyncEngine | None = None

    async def query(self, sql: LiteralString | Composed, **values: object) -> list[dict[str, Any]]:
        """The rows of a statement in its own transaction."""
        async with self._connection() as connection:
            cursor = connection.cursor(row_factory=dict_row)
            await cursor.execute(sql, values)
            return await cursor.fetchall() if cursor.description else []

    @asynccontextmanager
    async def _connection(self) -> AsyncGenerator[psycopg.AsyncConnection]:
        if self.kept is None:
            async with await psycopg.AsyncConnection.connect(self.url, autocommit=True) as connection:
                yield connection
        else:
            async with self.kept.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
                yield cast("psycopg.AsyncConnection", (await connection.get_raw_connection()).driver_connection)

    async def organisation(self) -> UUID:
        """A new organisation."""
        [row] = await self.query("insert into organisations (name) values ('Kai Group') returning id")
        await self.switch_on_every_feature(row["id"])
        return row["id"]

    async def switch_on_every_feature(self, organisation_id: UUID) -> None:
        """Switch on all features that are off by default for an organisation."""
        await self.query(_EVERY_FEATURE, organisation=organisation_id)

    async def jobs(self, batch_id: UUID) -> dict[str, dict[str, Any]]:
        """The jobs of a batch by restaurant, in the batch's order."""
        rows = await self.query(
            """
            select j.*, r.name as restaurant from registration_jobs j join restaurants r on r.id = j.restaurant_id
            where j.batch_job_id = %(batch)s order by j.position
            """,
            batch=batch_id,
        )
        return {row["restaurant"]: row for row in rows}

    async def statuses(self, batch_id: UUID) -> dict[str, str]:
        """The status of each restaurant."""
        return {restaurant: job["status"] for restaurant, job in (await self.jobs(batch_id)).items()}

    async def steps(self, batch_id: UUID, restaurant: str) -> dict[int, dict[str, Any]]:
        """The six steps of a restaurant by number."""
        job = (await self.jobs(batch_id))[restaurant]["id"]
        rows = await self.query("select * from registration_job_steps where job_id = %(job)s", job=job)
        return {row["step_number"]: row for row in rows}

    async def effects(self, batch_id: UUID, restaurant: str) -> dict[str, dict[str, Any]]:
        """The ledger of a restaurant: its twelve sub-steps and extraction starts by name."""
        job = (await self.jobs(batch_id))[restaurant]["id"]
        rows = await self.query("select * from registration_sub_steps where job_id = %(job)s", job=job)
        return {row["name"]: row for row in rows}

    async def decisions(self, batch_id: UUID) -> list[dict[str, Any]]:
        """All decisions of a batch with the restaurant's name, oldest first."""
        return await self.query(
            """
            select d.*, r.name as restaurant from registration_decisions d join registration_jobs j on j.id = d.job_id
            join restaurants r on r.id = j.restaurant_id where j.batch_job_id = %(batch)s order by d.decided_at
            """,
            batch=batch_id,
        )

    async def rounds(self, batch_id: UUID) -> list[dict[str, Any]]:
        """All rounds of a batch, oldest first."""
        return await self.query(
            "select * from registration_gate_rounds where batch_job_id = %(batch)s order by opened_at", batch=batch_id
        )


@dataclass(frozen=True)
class Platform:
    """Controls and reads the sandbox."""

    http: httpx.AsyncClient

    async def break_with(self, restaurant: object, endpoint: str, kind: str, **more: object) -> None:
        """Make the sandbox misbehave."""
        fault = {"restaurant": str(restaurant), "endpoint": endpoint, "kind": kind} | more
        (await self.http.post("/sandbox/faults", json=fault)).raise_for_status()

    async def take_register_away(self) -> None:
        """Cut every connection to the register until it is brought back."""
        (await self.http.post("/sandbox/register-outage", json={})).raise_for_status()

    async def bring_register_back(self) -> None:
        """End the outage of the register, and every other fault of it."""
        (await self.http.delete("/sandbox/register-outage")).raise_for_status()

    async def deliver_menu(self, organisation_id: UUID, restaurant_id: UUID) -> None:
        """Have the platform store a menu that the pipeline does not wait for."""
        menu = {"organisation_id": str(organisation_id), "restaurant_id": str(restaurant_id)}
        (await self.http.post("/sandbox/menus", json=menu)).raise_for_status()

    async def release(self, hold: str) -> None:
        """Release the requests that a fault holds."""
        (await self.http.delete(f"/sandbox/holds/{hold}")).raise_for_status()

    async def done(self, organisation_id: UUID) -> dict[str, Counter[str]]:
        """How often each effect happened, by restaurant."""
        done: dict[str, Counter[str]] = {}
        for effect in (await self.http.get("/sandbox/effects")).json():
            if effect["organisation_id"] == str(organisation_id):
                done.setdefault(effect["restaurant_name"], Counter())[effect["effect"]] += effect["count"]
        return done
