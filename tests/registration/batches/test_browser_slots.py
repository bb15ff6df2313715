"""Browser slots: a limit over all processes, first come, first served, and nothing that is lost for good."""

import asyncio
from uuid import UUID, uuid4

from sqlalchemy import text

from registration.batches.browser_slot_queries import Ticket
from registration.batches.browser_slots import BrowserSlots
from registration.workflow.lease import Lease
from registration.workflow.lease_queries import lock_lease
from tests.registration.slots_place import NAME, Process, Request, SlotsPlace
from tests.waiting import eventually, until


async def test_no_more_than_the_limit_over_all_processes(slots_place: SlotsPlace) -> None:
    """Of six requests in three processes two hold a slot; when they end, the next two do."""
    async with slots_place.processes(3, number=2) as processes:
        requests = [Request(process).start() for process in processes * 2]
        await slots_place.until_there(*requests)
        for left in (6, 4, 2):
            await until(lambda: sum(one.holds.is_set() for one in requests) >= 2, "two requests to hold a slot")
            expected = [True] * 2 + [False] * (left - 2)
            assert [row["taken_at"] is not None for row in await slots_place.rows()] == expected
            holding = [one for one in requests if one.holds.is_set()]
            assert len(holding) == 2
            for one in holding:
                requests.remove(one)
                await one.end()


async def test_first_come_first_served_over_all_processes(slots_place: SlotsPlace) -> None:
    """A process that gives a slot back and asks again at once stands behind the requests that wait already."""
    order = list[str]()
    async with slots_place.processes(3) as (first, second, third):
        requests = list[Request]()
        for who, process in (("first", first), ("second", second), ("third", third), ("first again", first)):
            requests.append(Request(process, who).start())
            await slots_place.until_there(*requests)
        for one in requests:
            await one.held()
            order.append(one.name)
            assert sum(other.holds.is_set() and not other.ends.is_set() for other in requests) == 1
            await one.end()
    assert order == ["first", "second", "third", "first again"]


async def test_of_two_transactions_one_takes_the_last_slot(slots_place: SlotsPlace) -> None:
    """The second waits for the first one's lock, and then reads that the slot is taken."""
    async with slots_place.processes(2) as (first, second):
        mine, other = first.ticket(), second.ticket()
        async with slots_place.database.transaction(first.lease.organisation_id) as connection:
            assert await first.exchange(connection, mine) == {mine.id}
            waiting = asyncio.create_task(_exchange(slots_place, second, other))
            await slots_place.until_somebody_waits_for_a_lock()
        assert await waiting == frozenset()


async def test_a_slot_that_is_given_back_is_seen_by_who_waited_for_the_lock(slots_place: SlotsPlace) -> None:
    """What is decided on is read after the lock, not before."""
    async with slots_place.processes(2) as (first, second):
        mine, other = first.ticket(), second.ticket()
        await _exchange(slots_place, first, mine)
        async with slots_place.database.transaction(first.lease.organisation_id) as connection:
            await first.exchange(connection)
            waiting = asyncio.create_task(_exchange(slots_place, second, other))
            await slots_place.until_somebody_waits_for_a_lock()
        assert await waiting == {other.id}


async def test_the_slots_of_a_killed_process_end_with_its_lease(slots_place: SlotsPlace) -> None:
    """Not before; what it only waited for is no hindrance either."""
    async with slots_place.processes(2) as (killed, other):
        held, queued = killed.ticket(), killed.ticket()
        assert await _exchange(slots_place, killed, held, queued) == {held.id}
        request = Request(other).start()
        await slots_place.until_there(request, request, request)
        assert not request.holds.is_set()
        await slots_place.over(killed)
        await request.held()
        assert len(await slots_place.rows()) == 1
        await request.end()


async def test_whoever_takes_the_batch_over_ends_the_slots_of_its_last_process(slots_place: SlotsPlace) -> None:
    """They are free at once, for all."""
    async with slots_place.processes(2) as (killed, other):
        await _exchange(slots_place, killed, killed.ticket())
        await slots_place.over(killed)
        lease = killed.lease
        heir = await Lease.acquire(slots_place.database, lease.organisation_id, lease.batch_id, uuid4(), 60)
        assert isinstance(heir, Lease)
        ticket = other.ticket()
        assert await _exchange(slots_place, other, ticket) == {ticket.id}


async def test_without_its_lease_a_process_gets_no_slot(slots_place: SlotsPlace) -> None:
    """One that was frozen and wakes up neither holds one nor stands in the way."""
    async with slots_place.processes(1) as (woken,):
        await slots_place.over(woken)
        assert await _exchange(slots_place, woken, woken.ticket()) == frozenset()
        assert await slots_place.rows() == []


async def test_who_waits_no_longer_leaves_the_queue(slots_place: SlotsPlace) -> None:
    """Whoever stands behind moves up."""
    async with slots_place.processes(2) as (first, second):
        holder, leaver, last = Request(first).start(), Request(second), Request(second)
        await holder.held()
        leaver.start()
        await slots_place.until_there(holder, leaver)
        last.start()
        await slots_place.until_there(holder, leaver, last)
        await leaver.cancelled()
        await holder.end()
        await last.held()
        await last.end()


async def test_a_slot_is_given_back_while_somebody_has_locked_the_lease(slots_place: SlotsPlace) -> None:
    """A person's command, for example: requests of other batches do not wait for it."""
    async with slots_place.processes(2) as (first, second):
        holder, waiting = Request(first).start(), Request(second)
        await holder.held()
        waiting.start()
        lease = first.lease
        async with slots_place.database.transaction(lease.organisation_id) as connection:
            await lock_lease(connection, lease.organisation_id, lease.batch_id)
            await holder.end()
            await waiting.held()
        await waiting.end()


async def test_a_slot_that_could_not_be_given_back_is_given_back_later(slots_place: SlotsPlace) -> None:
    """The connection breaks in the middle of the exchange; the process lives on and holds its lease."""
    async with slots_place.processes(1) as (process,):
        request = Request(process).start()
        await request.held()
        async with slots_place.database.transaction(process.lease.organisation_id) as connection:
            await connection.execute(text("reset role"))
            await connection.execute(text("lock table registration_browser_slots in exclusive mode"))
            await request.end()
            await slots_place.until_somebody_waits_for_a_lock()
            await slots_place.everything.execute(
                text(
                    "select pg_terminate_backend(l.pid) from pg_locks l join pg_database d on d.oid = l.database"
                    " where not l.granted and d.datname = current_database()"
                )
            )

        async def all_gone() -> bool:
            return not await slots_place.rows()

        await eventually(all_gone, "all tickets to be deleted")


async def test_a_limit_of_none_asks_nobody(slots_place: SlotsPlace) -> None:
    """No ticket is written."""
    async with slots_place.processes(1) as (process,):
        free = BrowserSlots(process.lease, limit=0)
        async with free.asked(process.job_id, NAME) as granted:
            assert granted.is_set()
            assert await slots_place.rows() == []


async def test_who_holds_and_waits_is_shown_without_others_names(slots_place: SlotsPlace) -> None:
    """An organisation sees which requests are its own; of others only for how long, and what is over is not shown."""
    async with slots_place.processes(3) as (ours, theirs, killed):
        for process in (ours, theirs, killed):
            await _exchange(slots_place, process, process.ticket())
        await slots_place.over(killed)
        held, waits = await slots_place.in_use(ours.lease.organisation_id)
        assert (held.held, held.sub_step, held.restaurant, held.batch) == (True, NAME, "Kai", "Monday")
        assert (waits.held, waits.sub_step, waits.restaurant, waits.batch) == (False, None, None, None)
        assert 0 <= held.seconds < 60
        for one in await slots_place.in_use():
            assert (one.sub_step, one.restaurant, one.batch) == (None, None, None)


async def _exchange(slots_place: SlotsPlace, process: Process, *tickets: Ticket) -> frozenset[UUID]:
    async with slots_place.database.transaction(process.lease.organisation_id) as connection:
        return await process.exchange(connection, *tickets)
