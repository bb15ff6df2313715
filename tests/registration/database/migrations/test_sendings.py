"""Upgrade and downgrade of what the row of an effect remembers of its requests: from `evidence` to columns and back."""

import asyncio
import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, Engine, text
from sqlalchemy.ext.asyncio import AsyncConnection

from dev.stack.databases import DatabaseUrls
from registration.database import schema
from registration.errors import DatabaseUnavailable
from tests.locks import wait_for_lock_waiters
from tests.registration.database.conftest import engine
from tests.registration.database.rows import add_batch, add_job

BEFORE = "registration_outcome"
SENT = "2026-11-29T10:00:00.123456+00:00"
NOTHING = (None, False, False, 0, False)
ROWS: dict[str, tuple[str, dict[str, Any] | None, tuple[Any, ...]]] = {
    "cloudwaitressAccount": (
        "pending",
        {"sent_before": SENT, "over": True, "unclear": 2},
        (SENT, True, False, 2, False),
    ),
    "codeGeneration": ("in_progress", {"sent_before": SENT, "unclear": 1}, (SENT, False, False, 1, False)),
    "createOnboardingUser": ("retrying", None, NOTHING),
    "uploadImages": ("unknown", {"over": True}, (None, True, False, 0, False)),
    "restaurantRegistration": ("pending", {"over": True, "do_again": True}, (None, True, True, 0, False)),
    "websiteConfig": ("failed", {"over": True}, (None, True, False, 0, False)),
    "servicesConfig": ("skipped", {"restored": True}, (None, False, False, 0, True)),
    "paymentConfig": ("cancelled", {"do_again": True, "restored": True}, (None, False, True, 0, True)),
    "menuImport": ("completed", {"said_by": "Mere", "why": "41 items"}, NOTHING),
    "syncOnboardingUser": ("completed", {"status": "success", "over": "kept"}, NOTHING),
    "optionSets": ("unknown", {"sent_before": SENT, "seen": "half"}, (SENT, False, False, 0, False)),
}
"""A row in each state: its status, its evidence before the upgrade, and its columns after it."""

_ADD = text(
    "insert into registration_sub_steps (organisation_id, job_id, name, status, evidence)"
    " values (:organisation, :job, :name, :status, cast(:evidence as jsonb))"
)
_LEASE = text(
    "insert into registration_leases (organisation_id, batch_job_id, holder, expires_at)"
    " values (:organisation, :batch, gen_random_uuid(), clock_timestamp() + interval '1 minute')"
)
_HOLD = text("select from registration_leases for key share")
_WRITE = text(
    "update registration_sub_steps set evidence = jsonb_build_object('sent_before', clock_timestamp())"
    " where name = 'createOnboardingUser'"
)
_EVIDENCE = text("select name, evidence from registration_sub_steps")
_COLUMNS = text(
    "select name, previous_sent_at, window_closed, resend_approved, unclear_sendings, restored"
    " from registration_sub_steps"
)


async def _fill(connection: AsyncConnection, organisation: UUID) -> None:
    await connection.execute(text(f"set local app.organisation_id = '{organisation}'"))
    batch = await add_batch(connection, organisation)
    job = await add_job(connection, organisation, batch)
    await connection.execute(_LEASE, {"organisation": organisation, "batch": batch})
    for name, (status, evidence, _) in ROWS.items():
        values = {"name": name, "status": status, "evidence": json.dumps(evidence) if evidence else None}
        await connection.execute(_ADD, {"organisation": organisation, "job": job, **values})


def _evidence(connection: Connection) -> dict[str, Any]:
    return {row.name: row.evidence for row in connection.execute(_EVIDENCE)}


def _columns(connection: Connection) -> dict[str, tuple[Any, ...]]:
    rows = [tuple(row) for row in connection.execute(_COLUMNS)]
    return {name: (sent and sent.isoformat(), *others) for name, sent, *others in rows}


@pytest.fixture
async def filled(owner: SecretStr, empty_database: DatabaseUrls) -> SecretStr:
    """A database before the upgrade, with the rows."""
    schema.upgrade(owner)
    schema.downgrade(owner, BEFORE)
    async with engine(empty_database.owner).begin() as connection:
        await _fill(connection, uuid4())
    return owner


def test_the_values_move_to_columns_and_back(filled: SecretStr, superuser: Engine) -> None:
    """Evidence of completed effects stays as it is; of the others only what is evidence is left."""
    schema.upgrade(filled)
    with superuser.connect() as connection:
        connection.execute(text("set time zone 'utc'"))
        assert _columns(connection) == {name: columns for name, (_, _, columns) in ROWS.items()}
        kept = {"optionSets": {"seen": "half"}} | {
            name: evidence for name, (status, evidence, _) in ROWS.items() if status == "completed"
        }
        assert {name: found for name, found in _evidence(connection).items() if found is not None} == kept
    schema.downgrade(filled, BEFORE)
    with superuser.connect() as connection:
        assert _plain(_evidence(connection)) == {name: evidence for name, (_, evidence, _) in ROWS.items()}


def _plain(evidence: dict[str, Any]) -> dict[str, Any]:
    """Postgres writes a time into JSON in the time zone of its session."""
    for one in evidence.values():
        if one and "sent_before" in one:
            one["sent_before"] = SENT
    return evidence


@pytest.mark.parametrize("way", ["upgrade", "downgrade"])
def test_every_lease_ends(filled: SecretStr, superuser: Engine, way: str) -> None:
    """A process of the other version, if one still runs, writes and sends nothing more."""
    live = text("select count(*) from registration_leases where expires_at > clock_timestamp()")
    if way == "downgrade":
        schema.upgrade(filled)
        with superuser.begin() as connection:
            connection.execute(
                text("update registration_leases set expires_at = clock_timestamp() + interval '1 minute'")
            )
    with superuser.connect() as connection:
        assert connection.scalar(live) == 1
    schema.upgrade(filled) if way == "upgrade" else schema.downgrade(filled, BEFORE)
    with superuser.connect() as connection:
        assert connection.scalar(live) == 0
        tables = "('registration_leases'::regclass, 'registration_sub_steps'::regclass)"
        forced = text(f"select bool_and(relforcerowsecurity) from pg_class where oid in {tables}")
        assert connection.scalar(forced) is True


async def test_a_transaction_that_holds_a_lease_is_waited_for(
    filled: SecretStr, superuser: Engine, superuser_url: str
) -> None:
    """What it writes in the form of the other version is moved too."""
    everything = engine(superuser_url)
    async with everything.connect() as observer, everything.begin() as holder:
        await observer.execution_options(isolation_level="AUTOCOMMIT")
        await holder.execute(_HOLD)
        upgrading = asyncio.create_task(asyncio.to_thread(schema.upgrade, filled))
        await wait_for_lock_waiters(observer, query="alter table registration_leases%")
        await holder.execute(_WRITE)
    await upgrading
    with superuser.connect() as connection:
        assert _columns(connection)["createOnboardingUser"][0] is not None


def test_a_lease_that_is_held_for_long_stops_the_upgrade(filled: SecretStr, superuser: Engine) -> None:
    """Everything is as before then."""
    with superuser.begin() as holder:
        holder.execute(_HOLD)
        with pytest.raises(DatabaseUnavailable, match="a table is in use"):
            schema.upgrade(filled)
        assert _evidence(holder)["uploadImages"] == {"over": True}
