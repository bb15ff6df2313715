"""Which batches recovery takes up: started ones on which nobody works, with something left to do."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import ColumnElement, func, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection

from dev.stack.databases import DatabaseUrls
from registration.database.session import Database
from tests.registration.database.conftest import engine
from tests.registration.database.rows import add, add_batch, add_job, add_sub_step

ASKED = text("select organisation_id, batch_job_id from registration_batches_to_recover()")


def ago(seconds: float) -> ColumnElement[Any]:
    """A moment before now by the database's clock; negative is in the future."""
    return func.clock_timestamp() - func.make_interval(0, 0, 0, 0, 0, 0, seconds)


class Story:
    """A batch of one job, told in database rows."""

    def __init__(self, connection: AsyncConnection, organisation: UUID, database: Database) -> None:
        self.connection, self.organisation, self.database = connection, organisation, database

    async def batch(self, status: str = "in_progress", **values: Any) -> None:
        """A started batch with one job in the status."""
        self.batch_id = await add_batch(self.connection, self.organisation, **{"started_at": ago(600)} | values)
        self.job_id = await add_job(self.connection, self.organisation, self.batch_id, status=status)

    async def add(self, table: str, **values: Any) -> None:
        """A row that belongs to the batch."""
        await add(self.connection, table, self.organisation, **values)

    async def lease(self, **values: Any) -> None:
        """The batch's lease row."""
        await self.add("registration_leases", batch_job_id=self.batch_id, **values)

    async def recovered(self) -> bool:
        """Whether recovery, asking as the application on behalf of some other organisation, is told of the batch."""
        async with self.database.transaction(UUID(int=0)) as transaction:
            found = (await transaction.execute(ASKED)).all()
        return (self.organisation, self.batch_id) in [tuple(row) for row in found]


@pytest.fixture
def story(everything: AsyncConnection, organisation: UUID, database: Database) -> Story:
    """A story of an organisation of its own."""
    return Story(everything, organisation, database)


@pytest.mark.parametrize(
    "lease", [None, {}, {"holder": UUID(int=1), "expires_at": ago(1)}, {"holder": None, "expires_at": None, "runs": 3}]
)
async def test_a_started_batch_without_a_live_lease_is_taken_up(story: Story, lease: dict[str, Any] | None) -> None:
    """Whether it never had a lease, lost it, or gave it back with work left."""
    await story.batch()
    if lease is not None:
        await story.lease(**lease)
    assert await story.recovered()


async def test_a_live_lease_is_respected(story: Story) -> None:
    """Somebody works on it."""
    await story.batch()
    await story.lease(holder=UUID(int=1), expires_at=ago(-60))
    assert not await story.recovered()


async def test_a_batch_that_was_not_started_is_left_alone(story: Story) -> None:
    """Nobody has asked for it yet."""
    await story.batch("pending", started_at=None)
    assert not await story.recovered()


async def test_a_batch_that_ended_and_settled_is_left_alone(story: Story) -> None:
    """Its job has ended and no effect is open."""
    await story.batch("failed")
    await add_sub_step(story.connection, story.organisation, story.job_id, "menuImport", "failed", sent_at=ago(60))
    assert not await story.recovered()


@pytest.mark.parametrize("status", ["unknown", "in_progress", "retrying"])
@pytest.mark.parametrize("cancelled", [None, ago(30)])
async def test_an_effect_without_outcome_is_taken_up_to_settle(
    story: Story, status: str, cancelled: ColumnElement[Any] | None
) -> None:
    """Something was sent and nobody knows what became of it, in an ended batch as in a cancelled one."""
    await story.batch("cancelled", cancelled_at=cancelled, stop_requested_at=cancelled)
    await add_sub_step(story.connection, story.organisation, story.job_id, "menuImport", status, sent_at=ago(60))
    assert await story.recovered()


async def test_a_stop_that_was_asked_for_is_carried_out(story: Story) -> None:
    """A stop flag without its cancellation is taken up, even on a batch that the failure threshold had stopped."""
    await story.batch("action_required", stop_requested_at=ago(5), stopped_reason="too many failed")
    assert await story.recovered()


async def test_a_batch_stopped_by_the_threshold_is_left_alone(story: Story) -> None:
    """A person continues it after the cause is mended."""
    await story.batch("action_required", stopped_reason="too many failed")
    assert not await story.recovered()


@pytest.mark.parametrize("status", ["unknown", "in_progress", "retrying"])
async def test_what_is_in_flight_of_a_stopped_batch_is_settled(story: Story, status: str) -> None:
    """Its process died: others may wait for what becomes of it, such as an account that they share."""
    await story.batch("in_progress", stopped_reason="too many failed")
    await add_sub_step(story.connection, story.organisation, story.job_id, "menuImport", status, sent_at=ago(60))
    assert await story.recovered()


async def test_what_only_a_person_can_tell_of_a_stopped_batch_is_left_to_people(story: Story) -> None:
    """Nobody who looks finds out more."""
    await story.batch("action_required", stopped_reason="too many failed")
    await add_sub_step(
        story.connection, story.organisation, story.job_id, "menuImport", "unknown", sent_at=ago(60), needs_person=True
    )
    assert not await story.recovered()


@pytest.mark.parametrize("stopped_reason", [None, "too many failed"])
@pytest.mark.parametrize("status", ["completed", "in_progress"])
async def test_whoever_died_with_a_batch_is_followed_by_somebody(
    story: Story, status: str, stopped_reason: str | None
) -> None:
    """Stopped or all ended: its forms, its report and its runs were left as they were."""
    await story.batch(status, stopped_reason=stopped_reason)
    await story.lease(holder=UUID(int=1), expires_at=ago(1))
    assert await story.recovered()


async def test_a_cancel_of_a_batch_that_was_never_started_is_carried_out(story: Story) -> None:
    """Its restaurants would stay in it for ever: no other batch takes them."""
    await story.batch("pending", started_at=None, stop_requested_at=ago(5))
    assert await story.recovered()


async def test_a_form_that_asks_about_nobody_any_more_is_closed(story: Story) -> None:
    """The last one who waited was left out by a person's answer in the terminal, and nobody started the batch again."""
    await story.batch("skipped")
    await story.lease(waiting_since=ago(10))
    await story.add("registration_gate_rounds", batch_job_id=story.batch_id)
    assert not await story.recovered()
    await story.add("registration_decisions", job_id=story.job_id, decided_at=ago(5))
    assert await story.recovered()


async def test_a_batch_left_waiting_for_people_is_left_alone(story: Story) -> None:
    """Its process ended because only people can go on; what happened before that does not count."""
    await story.batch("action_required")
    await story.lease(waiting_since=ago(10))
    await story.add("registration_events", batch_job_id=story.batch_id, actor="Mere", created_at=ago(20))
    await story.add("registration_decisions", job_id=story.job_id, decided_at=ago(20))
    await story.add("registration_events", batch_job_id=story.batch_id, actor="pipeline", created_at=ago(5))
    assert not await story.recovered()


@pytest.mark.parametrize(
    "table, values",
    [
        ("registration_events", {"actor": "Mere", "what": "reopen", "created_at": ago(5)}),
        ("registration_decisions", {"decided_at": ago(5)}),
    ],
)
async def test_something_newer_ends_the_waiting(story: Story, table: str, values: dict[str, Any]) -> None:
    """A decision or a deed of a person after the process left."""
    await story.batch("action_required")
    await story.lease(waiting_since=ago(10))
    owner = {"job_id": story.job_id}
    if table == "registration_events":
        owner["batch_job_id"] = story.batch_id
    await story.add(table, **owner, **values)
    assert await story.recovered()


@pytest.mark.parametrize("flag", ["stop_requested_at", "continued_at"])
async def test_a_newer_flag_on_the_batch_ends_the_waiting(story: Story, flag: str) -> None:
    """Cancel or continue after the process left."""
    await story.batch("action_required", **{flag: ago(5)})
    await story.lease(waiting_since=ago(10))
    assert await story.recovered()


async def test_a_newer_stop_flag_on_a_job_ends_the_waiting(story: Story) -> None:
    """One restaurant was cancelled after the process left."""
    await story.batch("completed")
    waiting = await add_job(
        story.connection,
        story.organisation,
        story.batch_id,
        position=2,
        status="action_required",
        stop_requested_at=ago(5),
    )
    assert waiting
    await story.lease(waiting_since=ago(10))
    assert await story.recovered()


async def test_only_the_application_may_ask(database_urls: DatabaseUrls) -> None:
    """It sees all organisations, so nobody else may call it, and the platform's role sees no schema of ours."""
    async with engine(database_urls.platform).connect() as connection:
        with pytest.raises(ProgrammingError, match="permission denied for schema registration"):
            await connection.execute(text("select from registration.registration_batches_to_recover()"))


async def test_it_is_owned_by_a_role_that_nobody_signs_in_as(everything: AsyncConnection) -> None:
    """The tables' owner is no superuser and bound by row-level security; the function's owner is neither."""
    found = await everything.execute(
        text(
            """
            select p.prosecdef, f.rolname, f.rolcanlogin, f.rolbypassrls, t.rolsuper, t.rolbypassrls,
                has_schema_privilege(t.rolname, 'registration', 'create')
            from pg_proc p join pg_roles f on f.oid = p.proowner
            join pg_class c on c.relname = 'registration_batch_jobs' join pg_roles t on t.oid = c.relowner
            where p.proname = 'registration_batches_to_recover'
            """
        )
    )
    assert tuple(found.one()) == (True, "registration_recovery", False, True, False, False, True)
