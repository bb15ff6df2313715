"""The moment of `sent`: a transaction that proves that this process still may, or nothing leaves."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection

from dev.stack.databases import DatabaseUrls
from registration.database.session import Database
from registration.effects.evidence import Observation, Presence
from registration.effects.outputs import MenuOutputs
from registration.effects.queries import mark_sent
from registration.errors import LeaseLost, ProgrammerError, StopRequested
from registration.states import SubStepStatus
from registration.workflow.sub_steps import SubStepName
from tests.locks import held, somebody_waits
from tests.registration.at_work import AtWork
from tests.registration.lines import line_to
from tests.registration.place import Place
from tests.waiting import until

STOPS = {
    "job": "update registration_jobs set stop_requested_at = clock_timestamp()",
    "batch": "update registration_batch_jobs set stop_requested_at = clock_timestamp()",
}


@pytest.mark.parametrize("stop", list(STOPS))
async def test_a_stop_flag_lets_nothing_leave(work: AtWork, stop: str) -> None:
    """Of job or batch: the effect is not sent, and its row says that nothing is out."""
    await work.query(STOPS[stop])
    with pytest.raises(StopRequested):
        await work.ledger.perform(work.job_id, work.menu_import())
    row = await work.row()
    assert (row.status, row.sent_at) == (SubStepStatus.IN_PROGRESS, None)
    assert await work.calls() == []


async def test_a_stop_that_is_being_written_is_waited_for(work: AtWork, place: Place) -> None:
    """After a cancel has returned nothing starts: `sent` waits for its lock and then sees the flag."""
    async with work.database.transaction(work.organisation_id) as connection:
        await connection.execute(text(STOPS["batch"]))
        performing = asyncio.create_task(work.ledger.perform(work.job_id, work.menu_import()))
        await work.until_row(lambda row: row.intent_at is not None)
        await somebody_waits(place.everything)
    with pytest.raises(StopRequested):
        await performing
    assert await work.calls() == []


async def test_a_lost_lease_lets_nothing_leave(work: AtWork) -> None:
    """Another process has the batch: this one stops before its next effect."""
    await work.query("update registration_leases set holder = :other", other=uuid4())
    with pytest.raises(LeaseLost):
        await work.ledger.perform(work.job_id, work.menu_import())
    assert (await work.row()).sent_at is None
    assert await work.calls() == []


async def test_an_expired_lease_lets_nothing_leave(work: AtWork) -> None:
    """Expired counts as lost even if nobody has taken it yet."""
    await work.query("update registration_leases set expires_at = clock_timestamp() - interval '1 second'")
    with pytest.raises(LeaseLost):
        await work.ledger.perform(work.job_id, work.menu_import())
    assert await work.calls() == []


async def test_a_passed_local_deadline_lets_nothing_leave(work: AtWork, place: Place) -> None:
    """A process that was frozen after the commit does not send: the row is sent, and whoever takes over looks."""
    await work.lease.release()
    async with place.process(work.batch_id, work.job_id, lease_seconds=0.5) as late:
        await late.query("update registration_leases set expires_at = clock_timestamp() + interval '1 minute'")
        await until(lambda: late.lease.lost, "the lease to be lost")
        with pytest.raises(LeaseLost):
            await late.ledger.perform(work.job_id, late.menu_import())
    assert (await work.row()).sent_at is not None
    assert await work.calls() == []


async def test_a_commit_that_nobody_confirmed_is_not_sent_twice(
    work: AtWork, place: Place, database_urls: DatabaseUrls
) -> None:
    """The database takes `sent`, the line breaks before it says so: it is marked again, and one request leaves."""
    url = make_url(database_urls.app)
    await work.lease.release()
    async with line_to(str(url.host), int(url.port or 5432)) as line:
        database = Database(url.set(host="127.0.0.1", port=line.port).render_as_string(hide_password=False))
        async with replace(place, database=database).process(work.batch_id, work.job_id) as far:
            line.lose_confirmation_of(b"set sent_at = clock_timestamp()")
            await far.ledger.perform(work.job_id, far.menu_import())
        await database.close()
        assert line.lost_confirmations == 1
    assert (await work.row()).status is SubStepStatus.COMPLETED
    assert len(await work.calls()) == await work.done() == 1


async def test_what_has_ended_is_not_begun_again(work: AtWork) -> None:
    """A failed, skipped or cancelled row is no intent: only a reopening starts it again."""
    for status in ("failed", "skipped", "cancelled"):
        await work.query("update registration_sub_steps set status = :status where name = 'menuImport'", status=status)
        with pytest.raises(ProgrammerError, match=f"menuImport .* is {status}"):
            await work.ledger.perform(work.job_id, work.menu_import())
    assert await work.calls() == []


async def test_an_ended_row_that_was_sent_before_is_not_begun_again(work: AtWork) -> None:
    """A row that failed after its request keeps the time of it; that makes it no open question."""
    await work.query(
        "update registration_sub_steps set status = 'failed', sent_at = clock_timestamp() where name = 'menuImport'"
    )
    with pytest.raises(ProgrammerError, match=r"menuImport .* is failed"):
        await work.ledger.perform(work.job_id, work.menu_import())
    assert (await work.row()).status is SubStepStatus.FAILED


async def test_the_first_intent_is_the_one_that_counts(work: AtWork) -> None:
    """Whoever began first stays first: a retry does not move its intent."""
    first = await work.entries.intend(work.job_id, SubStepName.MENU_IMPORT, "fingerprint")
    before = (await work.row()).intent_at
    await work.entries.retrying(first, StopRequested("again"))
    await work.entries.intend(work.job_id, SubStepName.MENU_IMPORT, "fingerprint")
    assert (await work.row()).intent_at == before


async def test_an_intent_is_counted_by_the_clock_of_the_database(work: AtWork, everything: AsyncConnection) -> None:
    """Which of two restaurants is an account's first follows from it: no other clock may have a say."""
    lock = "select from registration_sub_steps where job_id = :job and name = 'menuImport' for update"
    async with held(everything, lock, job=work.job_id) as holder:
        intending = asyncio.create_task(work.entries.intend(work.job_id, SubStepName.MENU_IMPORT, "fingerprint"))
        await somebody_waits(everything, query="%registration_sub_steps%for no key update%")
        before = (await holder.execute(text("select clock_timestamp()"))).scalar_one()
    await intending
    intent_at = (await work.row()).intent_at
    assert intent_at is not None
    assert intent_at > before


async def test_an_effect_that_ended_waits_for_nobody(work: AtWork) -> None:
    """However its row came to wait for a person."""
    entry = await work.entries.intend(work.job_id, SubStepName.MENU_IMPORT, "fingerprint")
    await work.query("update registration_sub_steps set needs_person = true where name = 'menuImport'")
    await work.entries.completed(entry, MenuOutputs(item_count=1), Observation(Presence.PRESENT, "it is there"))
    assert not (await work.row()).needs_person


async def test_only_a_row_in_progress_is_marked(work: AtWork) -> None:
    """What somebody else has cancelled in this moment is not sent."""
    async with work.lease.transaction() as connection:
        key = (work.organisation_id, work.batch_id, work.job_id, SubStepName.MENU_IMPORT)
        assert await mark_sent(connection, *key) is None
