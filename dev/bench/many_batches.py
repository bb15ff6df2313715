"""Many ended batches of an organisation, made in the database from one batch: nobody waits for flows to run."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

_TABLES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "registration_batch_jobs": (
        "t.id = :batch",
        {
            "id": "md5(t.id::text || n)::uuid",
            "name": "'Batch ' || n",
            "created_at": "t.created_at - n * interval '1 hour'",
            "created_by_run": "null",
        },
    ),
    "registration_jobs": (
        "t.batch_job_id = :batch and t.position <= :jobs",
        {
            "id": "md5(t.id::text || n)::uuid",
            "batch_job_id": "md5(t.batch_job_id::text || n)::uuid",
            "status": "'completed'",
            "started_at": "clock_timestamp()",
            "completed_at": "clock_timestamp()",
        },
    ),
    "registration_job_steps": (
        "t.job_id in (select id from registration_jobs where batch_job_id = :batch and position <= :jobs)",
        {
            "id": "md5(t.id::text || n)::uuid",
            "job_id": "md5(t.job_id::text || n)::uuid",
            "status": "'completed'",
            "started_at": "clock_timestamp()",
            "completed_at": "clock_timestamp()",
        },
    ),
    "registration_sub_steps": (
        "t.job_id in (select id from registration_jobs where batch_job_id = :batch and position <= :jobs)",
        {
            "id": "md5(t.id::text || n)::uuid",
            "job_id": "md5(t.job_id::text || n)::uuid",
            "status": "'completed'",
            "started_at": "clock_timestamp()",
            "completed_at": "clock_timestamp()",
        },
    ),
}
"""Each table: which rows are repeated, and the columns that differ from one repetition to the next."""


async def repeat_batch(superuser_url: str, batch_id: UUID, times: int, jobs: int) -> None:
    """Repeat a batch with its first jobs, steps and sub-steps, all of them completed.

    The rows of one batch lie together, as the rows of batches do that were worked on one after the other.
    """
    engine = create_async_engine(superuser_url.replace("postgresql://", "postgresql+asyncpg://"))
    try:
        async with engine.begin() as connection:
            await connection.execute(text("set local search_path = registration, public"))
            for table, (where, changed) in _TABLES.items():
                statement = await _repetition(connection, table, where, changed)
                given = {"batch": batch_id, "times": times} | ({"jobs": jobs} if ":jobs" in where else {})
                await connection.execute(text(statement), given)
        async with engine.connect() as connection:
            await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("vacuum analyze"))
    finally:
        await engine.dispose()


async def _repetition(connection: AsyncConnection, table: str, where: str, changed: Mapping[str, str]) -> str:
    columns = (
        await connection.scalars(
            text(
                "select column_name from information_schema.columns where table_schema = 'registration'"
                " and table_name = :table and is_generated = 'NEVER' order by ordinal_position"
            ),
            {"table": table},
        )
    ).all()
    values = ", ".join(changed.get(column, f"t.{column}") for column in columns)
    return (
        f"insert into {table} ({', '.join(columns)})"
        f" select {values} from {table} t cross join generate_series(1, :times) n where {where} order by n"
    )
