"""Rows for tests of the store: one call each, with everything that the columns demand."""

from collections.abc import Container
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.database.base import Base

# What each table demands beyond id, organisation and references.
_LEAST: dict[str, dict[str, Any]] = {
    "organisations": {"name": "Kai Group"},
    "users": {"email": "mere@example.nz"},
    "lead_scrape_jobs": {"name": "Henderson", "platform": "ubereats"},
    "restaurants": {"name": "Texas Chicken Henderson"},
    "leads": {"restaurant_name": "Jax Burger Shack"},
    "menu_items": {"name": "Fries"},
    "extraction_jobs": {"url": "https://eats.example.nz/1", "job_type": "full_menu"},
    "pumpd_accounts": {"email": "mere@example.nz"},
    "registration_logs": {"action": "account_creation", "status": "success"},
    "usage_events": {"event_type": "registration_menu_upload"},
    "item_images": {"url": "https://eats.example.nz/1.jpg"},
    "upload_batches": {"total_images": 1},
    "registration_batch_jobs": {"name": "Monday", "created_by": "Mere"},
    "registration_jobs": {"position": 1},
    "registration_job_steps": {"step_number": 1, "step_name": "Menu & Branding Extraction", "step_type": "automatic"},
    "registration_sub_steps": {"name": "cloudwaitressAccount"},
    "companies_office_search_candidates": {"visit": 1, "search_queries": {}},
    "registration_gate_rounds": {"gate": "company-selection", "round_number": 1, "shown": {}},
    "registration_decisions": {
        "gate": "company-selection",
        "visit": 1,
        "answer": {},
        "shown": {},
        "decided_by": "Mere",
        "source": "cli",
        "accepted": True,
    },
    "registration_evidence": {
        "step_number": 2,
        "visit": 1,
        "page_id": uuid4(),
        "kind": "html",
        "url": "https://register.example.nz/1",
        "content": b"",
        "sha256": "00",
        "size": 0,
    },
    "registration_browser_slots": {
        "batch_job_id": uuid4(),
        "job_id": uuid4(),
        "holder": uuid4(),
        "sub_step": "menuImport",
    },
    "registration_credentials": {"email": "mere@example.nz", "password_encrypted": "gAAAAA"},
    "registration_lead_conversions": {"lead_id": uuid4(), "converted_by": "Mere"},
    "registration_idempotency": {"key": "key-1", "method": "POST", "path": "/api/leads/convert", "body_sha256": "00"},
    "registration_sign_ins": {
        "kind": "link",
        "token_sha256": "00",
        "subject": "mere",
        "name": "Mere",
        "role": "operator",
        "expires_at": datetime(2027, 1, 1, tzinfo=UTC),
    },
    "registration_events": {"what": "job", "actor": "Mere"},
}


def least(table: str, organisation_id: UUID, **values: Any) -> dict[str, Any]:
    """The least that a row of `table` needs; ids that nothing refers to are made up."""
    columns = Base.metadata.tables[table].columns
    row = _LEAST.get(table, {}) | values
    if "organisation_id" in columns:
        row = {"organisation_id": organisation_id} | row
    for name in ("restaurant_id", "flow_run_id"):
        if name in columns and not columns[name].foreign_keys:
            row.setdefault(name, uuid4())
    if table == "extraction_jobs":
        row.setdefault("job_id", str(uuid4()))
    return row


async def add(connection: AsyncConnection, table: str, organisation_id: UUID, **values: Any) -> UUID:
    """Insert one row; returns its id."""
    made = Base.metadata.tables[table]
    inserted = await connection.execute(
        insert(made).values(least(table, organisation_id, **values)).returning(made.c.id)
    )
    return inserted.scalar_one()


async def add_one_of_each(
    connection: AsyncConnection, organisation_id: UUID, *, there: Container[str] = Base.metadata.tables
) -> dict[str, UUID]:
    """One row in every table that knows organisations or hangs on one that does, and is `there`; the id by table."""
    ids: dict[str, UUID] = {}
    for table in Base.metadata.sorted_tables:
        if table.name in {"organisations", "rate_slots"} or table.name not in there:
            continue
        references = {
            column.name: ids[key.column.table.name] for column in table.columns for key in column.foreign_keys
        }
        ids[table.name] = await add(connection, table.name, organisation_id, **references)
    return ids


async def add_batch(connection: AsyncConnection, organisation_id: UUID, **values: Any) -> UUID:
    """A batch without jobs."""
    return await add(connection, "registration_batch_jobs", organisation_id, **values)


async def add_job(connection: AsyncConnection, organisation_id: UUID, batch_id: UUID, **values: Any) -> UUID:
    """A job of a restaurant of its own."""
    restaurant_id = await add(connection, "restaurants", organisation_id)
    row = {"batch_job_id": batch_id, "restaurant_id": restaurant_id} | values
    return await add(connection, "registration_jobs", organisation_id, **row)


async def add_step(connection: AsyncConnection, organisation_id: UUID, job_id: UUID, number: int, status: str) -> UUID:
    """One step of a job."""
    values = {"job_id": job_id, "step_number": number, "step_name": f"Step {number}", "status": status}
    return await add(connection, "registration_job_steps", organisation_id, **values)


async def add_sub_step(
    connection: AsyncConnection, organisation_id: UUID, job_id: UUID, name: str, status: str, **values: Any
) -> UUID:
    """One row of the effect ledger."""
    row = {"job_id": job_id, "name": name, "status": status} | values
    return await add(connection, "registration_sub_steps", organisation_id, **row)
