"""How often a process asks a service that does not answer."""

import asyncio

from registration.kit.outage import Outage
from tests.waiting import HANG

LONG = 3600.0


def test_everybody_asks_a_service_that_answers() -> None:
    """There is no limit, and no state."""
    outage = Outage(LONG, LONG)
    assert all(outage.may_ask() for _ in range(3))
    assert not outage.is_away


def test_during_an_outage_nobody_asks_before_the_pause_has_passed() -> None:
    """Until an answer, also one to a request that was in flight when the outage began."""
    outage = Outage(LONG, LONG)
    outage.unanswered()
    outage.unanswered()
    assert (outage.is_away, outage.may_ask()) == (True, False)
    outage.answered()
    assert (outage.is_away, outage.may_ask()) == (False, True)


def test_one_request_leaves_per_pause() -> None:
    """The turn belongs to the first task that asks for it; its failure begins the next pause."""
    outage = Outage(0, LONG)
    outage.unanswered()
    assert (outage.may_ask(), outage.may_ask()) == (True, False)


async def test_an_answer_ends_all_waits() -> None:
    """Nobody waits for a turn any more."""
    outage = Outage(LONG, LONG)
    outage.unanswered()
    waits = [asyncio.create_task(outage.wait(0, LONG)) for _ in range(3)]
    await asyncio.sleep(0)
    outage.answered()
    async with asyncio.timeout(HANG):
        await asyncio.gather(*waits)


async def test_a_wait_ends_when_its_time_is_over() -> None:
    """The job's own patience may end before the pause."""
    outage = Outage(LONG, LONG)
    outage.unanswered()
    async with asyncio.timeout(HANG):
        await outage.wait(0, 0.02)
        await outage.wait(LONG, 0.02)
