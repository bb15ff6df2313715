"""Moves: those of the table happen with their event, all others do not, and only one of several wins."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Row, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.database.base import Base
from registration.database.session import Database, Transaction
from registration.errors import Refused
from registration.states import JOB_MOVES, STEP_MOVES, SUB_STEP_MOVES, JobStatus, StepStatus, SubStepStatus
from registration.workflow.transition_queries import SYSTEM, Attribution, move_job, move_step, move_sub_step, record
from tests.registration.database.rows import add_batch, add_job, add_step, add_sub_step

Moving = Callable[[Transaction, UUID, Any, Attribution], Awaitable[bool]]


def _move_job(transaction: Transaction, job: UUID, to: Any, attribution: Attribution) -> Awaitable[bool]:
    return move_job(transaction, job, to, attribution)


def _move_step(transaction: Transaction, job: UUID, to: Any, attribution: Attribution) -> Awaitable[bool]:
    return move_step(transaction, job, 3, to, attribution)


def _move_sub_step(transaction: Transaction, job: UUID, to: Any, attribution: Attribution) -> Awaitable[bool]:
    return move_sub_step(transaction, job, "menuImport", to, attribution)


@dataclass(frozen=True)
class Kind:
    """One of the three things that move."""

    table: str
    what: str
    statuses: type[StrEnum]
    moves: Mapping[Any, frozenset[Any]]
    move: Moving


KINDS = (
    Kind("registration_jobs", "job", JobStatus, JOB_MOVES, _move_job),
    Kind("registration_job_steps", "step 3", StepStatus, STEP_MOVES, _move_step),
    Kind("registration_sub_steps", "menuImport", SubStepStatus, SUB_STEP_MOVES, _move_sub_step),
)
TARGETS = [pytest.param(kind, to, id=f"{kind.what}-{to}") for kind in KINDS for to in kind.moves]
WHO = Attribution("Mere", "because I say so")


@dataclass(frozen=True)
class Work:
    """A job with the step and the sub-step that are moved."""

    organisation: UUID
    batch: UUID
    job: UUID


@pytest.fixture
async def work(everything: AsyncConnection, organisation: UUID) -> Work:
    """A job, its step 3 and its menu import, all pending."""
    batch = await add_batch(everything, organisation)
    job = await add_job(everything, organisation, batch)
    await add_step(everything, organisation, job, 3, "pending")
    await add_sub_step(everything, organisation, job, "menuImport", "pending")
    return Work(organisation, batch, job)


async def _put(connection: AsyncConnection, kind: Kind, work: Work, status: str) -> None:
    table = Base.metadata.tables[kind.table]
    of_work = table.c.id == work.job if kind.what == "job" else table.c.job_id == work.job
    await connection.execute(update(table).where(of_work).values(status=status))


async def _row(connection: AsyncConnection, kind: Kind, work: Work) -> Row[Any]:
    key = "id" if kind.what == "job" else "job_id"
    found = await connection.execute(text(f"select * from {kind.table} where {key} = :job"), {"job": work.job})
    return found.one()


async def _events(connection: AsyncConnection, work: Work) -> list[tuple[Any, ...]]:
    found = await connection.execute(
        text(
            """
            select batch_job_id, job_id, what, from_status, to_status, actor, reason from registration_events
            where organisation_id = :organisation order by created_at
            """
        ),
        {"organisation": work.organisation},
    )
    return [tuple(row) for row in found]


@pytest.mark.parametrize("kind, to", TARGETS)
async def test_exactly_the_allowed_moves_happen(
    everything: AsyncConnection, database: Database, work: Work, kind: Kind, to: StrEnum
) -> None:
    """From each status: an allowed move moves and writes its event, any other changes nothing and writes none."""
    expected: list[tuple[Any, ...]] = []
    for source in kind.statuses:
        await _put(everything, kind, work, source)
        async with database.transaction(work.organisation) as transaction:
            moved = await kind.move(transaction, work.job, to, WHO)
        assert moved == (source in kind.moves[to])
        assert (await _row(everything, kind, work)).status == (to if moved else source)
        if moved:
            expected.append((work.batch, work.job, kind.what, source, to, WHO.actor, WHO.reason))
    assert await _events(everything, work) == expected


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.what)
async def test_of_several_that_move_at_once_one_wins(
    everything: AsyncConnection, database: Database, work: Work, kind: Kind
) -> None:
    """Five processes make the same move at the same moment: one row, one event, four are told no."""

    async def move() -> bool:
        async with database.transaction(work.organisation) as transaction:
            return await kind.move(transaction, work.job, kind.statuses("in_progress"), SYSTEM)

    results = await asyncio.gather(*(move() for _ in range(5)))
    assert sorted(results) == [False, False, False, False, True]
    assert len(await _events(everything, work)) == 1


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.what)
async def test_another_organisation_moves_nothing(
    everything: AsyncConnection, database: Database, work: Work, kind: Kind
) -> None:
    """Neither in its own transaction nor by naming itself in ours."""
    stranger = uuid4()
    for transaction_of, named in ((stranger, work.organisation), (work.organisation, stranger)):
        async with database.transaction(transaction_of) as transaction:
            assert not await kind.move(
                Transaction(transaction.connection, named), work.job, kind.statuses("in_progress"), SYSTEM
            )
    assert (await _row(everything, kind, work)).status == "pending"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.what)
async def test_a_move_keeps_its_times(everything: AsyncConnection, database: Database, work: Work, kind: Kind) -> None:
    """It begins once, however often it is taken up again, and ends when it ends."""
    async with database.transaction(work.organisation) as transaction:
        await kind.move(transaction, work.job, kind.statuses("in_progress"), SYSTEM)
    begun = await _row(everything, kind, work)
    assert begun.started_at is not None
    assert begun.completed_at is None
    async with database.transaction(work.organisation) as transaction:
        await kind.move(transaction, work.job, kind.statuses("completed"), SYSTEM)
    ended = await _row(everything, kind, work)
    assert ended.started_at == begun.started_at
    assert ended.completed_at > begun.started_at
    assert ended.updated_at > begun.updated_at


async def test_a_move_and_its_event_are_taken_back_together(
    everything: AsyncConnection, database: Database, work: Work
) -> None:
    """When the transaction fails afterwards, neither has happened."""

    async def move_and_fail() -> None:
        async with database.transaction(work.organisation) as transaction:
            assert await move_job(transaction, work.job, JobStatus.IN_PROGRESS)
            raise Refused("no")

    with pytest.raises(Refused):
        await move_and_fail()
    assert (await _row(everything, KINDS[0], work)).status == "pending"
    assert await _events(everything, work) == []


async def test_further_columns_are_set_with_the_move(
    everything: AsyncConnection, database: Database, work: Work
) -> None:
    """Text as text, objects as JSON, nothing as null."""
    async with database.transaction(work.organisation) as transaction:
        await move_sub_step(transaction, work.job, "menuImport", SubStepStatus.IN_PROGRESS, attempt=1)
        await move_sub_step(
            transaction,
            work.job,
            "menuImport",
            SubStepStatus.COMPLETED,
            outputs={"items": 42},
            evidence=None,
            error_message=None,
        )
    row = await _row(everything, KINDS[2], work)
    assert (row.attempt, row.outputs, row.evidence, row.error_message) == (1, {"items": 42}, None, None)


async def test_a_deed_is_recorded_with_its_batch(everything: AsyncConnection, database: Database, work: Work) -> None:
    """An event of a job knows the job's batch; one of a batch has no job."""
    async with database.transaction(work.organisation) as transaction:
        await record(transaction, "retry", WHO, job_id=work.job, data={"from_step": 2})
        await record(transaction, "continue", WHO, batch_id=work.batch)
    assert await _events(everything, work) == [
        (work.batch, work.job, "retry", None, None, WHO.actor, WHO.reason),
        (work.batch, None, "continue", None, None, WHO.actor, WHO.reason),
    ]
