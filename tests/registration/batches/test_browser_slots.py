"""Browser slots: a limit over all processes, first come, first served, and nothing that is lost for good."""

import asyncio
from uuid import UUID, uuid4

from sqlalchemy import text

from registration.batches.browser_slot_queries import Ticket
from registration.batches.browser_slots import BrowserSlots
from registration.workflow.lease import Lease
from registration.workflow.lease_queries import lock_lease
from tests.registration.slot_processes import NAME, Process, Request, SlotProcesses
from tests.waiting import eventually, until


async def test_no_more_than_the_limit_over_all_processes(slot_processes: SlotProcesses) -> None:
    """Of six requests in three processes two hold a slot; when they end, the next two do."""
    async with slot_processes.processes(3, number=2) as processes:
        requests = [Request(process).start() for process in processes * 2]
        await slot_processes.until_there(*requests)
        for left in (6, 4, 2):
            await until(lambda: sum(one.holds.is_set() for one in requests) >= 2, "two requests to hold a slot")
            expected = [True] * 2 + [False] * (left - 2)
            assert [row["taken_at"] is not None for row in await slot_processes.rows()] == expected
            holding = [one for one in requests if one.holds.is_set()]
            assert len(holding) == 2
            for one in holding:
                requests.remove(one)
                await one.end()


async def test_first_come_first_served_over_all_processes(slot_processes: SlotProcesses) -> None:
    """A process that gives a slot back and asks again at once stands behind the requests that wait already."""
    order = list[str]()
    async with slot_processes.processes(3) as (first, second, third):
        requests = list[Request]()
        for who, process in (("first", first), ("second", second), ("third", third), ("first again", first)):
            requests.append(Request(process, who).start())
            await slot_processes.until_there(*requests)
        for one in requests:
            await one.held()
            order.append(one.name)
            assert sum(other.holds.is_set() and not other.ends.is_set() for other in requests) == 1
            await one.end()
    assert order == ["first", "second", "third", "first again"]


async def test_of_two_transactions_one_takes_the_last_slot(slot_processes: SlotProcesses) -> None:
    """The second waits for the first one's lock, and then reads that the slot is taken."""
    async with slot_processes.processes(2) as (first, second):
        mine, other = first.ticket(), second.ticket()
        async with slot_processes.database.transaction(first.lease.organisation_id) as transaction:
            assert await first.exchange(transaction, mine) == {mine.id}
            waiting = asyncio.create_task(_exchange(slot_processes, second, other))
            await slot_processes.until_somebody_waits_for_a_lock()
        assert await waiting == frozenset()


async def test_a_slot_that_is_given_back_is_seen_by_who_waited_for_the_lock(slot_processes: SlotProcesses) -> None:
    """What is decided on is read after the lock, not before."""
    async with slot_processes.processes(2) as (first, second):
        mine, other = first.ticket(), second.ticket()
        await _exchange(slot_processes, first, mine)
        async with slot_processes.database.transaction(first.lease.organisation_id) as transaction:
            await first.exchange(transaction)
            waiting = asyncio.create_task(_exchange(slot_processes, second, other))
            await slot_processes.until_somebody_waits_for_a_lock()
        assert await waiting == {other.id}


async def test_the_slots_of_a_killed_process_end_with_its_lease(slot_processes: SlotProcesses) -> None:
    """Not before; what it only waited for is no hindrance either."""
    async with slot_processes.processes(2) as (killed, other):
        held, queued = killed.ticket(), killed.ticket()
        assert await _exchange(slot_processes, killed, held, queued) == {held.id}
        request = Request(other).start()
        await slot_processes.until_there(request, request, request)
        assert not request.holds.is_set()
        await slot_processes.over(killed)
        await request.held()
        assert len(await slot_processes.rows()) == 1
        await request.end()


async def test_whoever_takes_the_batch_over_ends_the_slots_of_its_last_process(slot_processes: SlotProcesses) -> None:
    """They are free at once, for all."""
    async with slot_processes.processes(2) as (killed, other):
        await _exchange(slot_processes, killed, killed.ticket())
        await slot_processes.over(killed)
        lease = killed.lease
        heir = await Lease.acquire(slot_processes.database, lease.organisation_id, lease.batch_id, uuid4(), 60)
        assert isinstance(heir, Lease)
        ticket = other.ticket()
        assert await _exchange(slot_processes, other, ticket) == {ticket.id}


async def test_without_its_lease_a_process_gets_no_slot(slot_processes: SlotProcesses) -> None:
    """One that was frozen and wakes up neither holds one nor stands in the way."""
    async with slot_processes.processes(1) as (woken,):
        await slot_processes.over(woken)
        assert await _exchange(slot_processes, woken, woken.ticket()) == frozenset()
        assert await slot_processes.rows() == []


async def test_who_waits_no_longer_leaves_the_queue(slot_processes: SlotProcesses) -> None:
    """Whoever stands behind moves up."""
    async with slot_processes.processes(2) as (first, second):
        holder, leaver, last = Request(first).start(), Request(second), Request(second)
        await holder.held()
        leaver.start()
        await slot_processes.until_there(holder, leaver)
        last.start()
        await slot_processes.until_there(holder, leaver, last)
        await leaver.cancelled()
        await holder.end()
        await last.held()
        await last.end()


async def test_a_slot_is_given_back_while_somebody_has_locked_the_lease(slot_processes: SlotProcesses) -> None:
    """A person's command, for example: requests of other batches do not wait for it."""
    async with slot_processes.processes(2) as (first, second):
        holder, waiting = Request(first).start(), Request(second)
        await holder.held()
        waiting.start()
        lease = first.lease
        async with slot_processes.database.transaction(lease.organisation_id) as transaction:
            await lock_lease(transaction, lease.batch_id)
            await holder.end()
            await waiting.held()
        await waiting.end()


async def test_a_slot_that_could_not_be_given_back_is_given_back_later(slot_processes: SlotProcesses) -> None:
    """The connection breaks in the middle of the exchange; the process lives on and holds its lease."""
    async with slot_processes.processes(1) as (process,):
        request = Request(process).start()
        await request.held()
        async with slot_processes.database.transaction(process.lease.organisation_id) as transaction:
            await transaction.execute(text("reset role"))
            await transaction.execute(text("lock table registration_browser_slots in exclusive mode"))
            await request.end()
            await slot_processes.until_somebody_waits_for_a_lock()
            await slot_processes.everything.execute(
                text(
                    "select pg_terminate_backend(l.pid) from pg_locks l join pg_database d on d.oid = l.database"
                    " where not l.granted and d.datname = current_database()"
                )
            )

        async def all_gone() -> bool:
            return not await slot_processes.rows()

        await eventually(all_gone, "all tickets to be deleted")


async def test_a_limit_of_none_asks_nobody(slot_processes: SlotProcesses) -> None:
    """No ticket is written."""
    async with slot_processes.processes(1) as (process,):
        free = BrowserSlots(process.lease, limit=0)
        async with free.request(process.job_id, NAME) as granted:
            assert granted.is_set()
            assert await slot_processes.rows() == []


async def test_who_holds_and_waits_is_shown_without_others_names(slot_processes: SlotProcesses) -> None:
    """An organisation sees which requests are its own; of others only for how long, and what is over is not shown."""
    async with slot_processes.processes(3) as (ours, theirs, killed):
        for process in (ours, theirs, killed):
            await _exchange(slot_processes, process, process.ticket())
        await slot_processes.over(killed)
        held, waits = await slot_processes.in_use(ours.lease.organisation_id)
        assert (held.held, held.sub_step, held.restaurant, held.batch) == (True, NAME, "Kai", "Monday")
        assert (waits.held, waits.sub_step, waits.restaurant, waits.batch) == (False, None, None, None)
        assert 0 <= held.seconds < 60
        for one in await slot_processes.in_use():
            assert (one.sub_step, one.restaurant, one.batch) == (None, None, None)


async def _exchange(slot_processes: SlotProcesses, process: Process, *tickets: Ticket) -> frozenset[UUID]:
    async with slot_processes.database.transaction(process.lease.organisation_id) as transaction:
        return await process.exchange(transaction, *tickets)
