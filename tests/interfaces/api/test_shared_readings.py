"""One reading answers all who asked for the same before it began; nobody is given what was read before one asked."""

import asyncio
from itertools import count

import pytest

from interfaces.api.shared_readings import Answer, SharedReadings
from tests.interfaces.api.calling import BATCHES, Api
from tests.registration.tenant import Tenant

TOGETHER = 12


class _Held:
    """Readings that are numbered, and end when they are let go."""

    def __init__(self) -> None:
        self.begun, self.numbers = 0, count(1)
        self.go = asyncio.Event()

    async def read(self) -> Answer:
        """One reading."""
        self.begun += 1
        number = next(self.numbers)
        await self.go.wait()
        return Answer(200, {}, str(number).encode(), {})


async def _begun(held: _Held, number: int) -> None:
    async with asyncio.timeout(60):
        while held.begun < number:
            await asyncio.sleep(0)


async def test_those_who_ask_during_a_reading_share_the_next() -> None:
    """The reading in progress may have read before they asked."""
    readings, held = SharedReadings(), _Held()
    early = [asyncio.create_task(readings.answer("batch", held.read)) for _ in range(3)]
    await _begun(held, 1)
    late = [asyncio.create_task(readings.answer("batch", held.read)) for _ in range(3)]
    for _ in range(5):
        await asyncio.sleep(0)
    assert held.begun == 1
    held.go.set()
    assert [one.body for one in await asyncio.gather(*early, *late)] == [b"1"] * 3 + [b"2"] * 3
    assert (await readings.answer("batch", held.read)).body == b"3"


async def test_other_keys_wait_for_nobody() -> None:
    """Each is read by itself."""
    readings, held = SharedReadings(), _Held()
    asked = [asyncio.create_task(readings.answer(key, held.read)) for key in ("one", "other")]
    await _begun(held, 2)
    held.go.set()
    assert [one.body for one in await asyncio.gather(*asked)] == [b"1", b"2"]


async def test_a_client_that_leaves_takes_no_answer_from_others() -> None:
    """Whoever asked first may be gone before the reading ends."""
    readings, held = SharedReadings(), _Held()
    first, second = (asyncio.create_task(readings.answer("batch", held.read)) for _ in range(2))
    await _begun(held, 1)
    first.cancel()
    held.go.set()
    assert (await second).body == b"1"
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_an_error_is_the_answer_to_all_who_wait_for_it() -> None:
    """The next reading begins anew."""

    async def fail() -> Answer:
        raise LookupError("no such batch")

    readings, held = SharedReadings(), _Held()
    asked = await asyncio.gather(*(readings.answer("batch", fail) for _ in range(2)), return_exceptions=True)
    assert [type(one) for one in asked] == [LookupError, LookupError]
    held.go.set()
    assert (await readings.answer("batch", held.read)).body == b"1"


async def test_each_of_many_requests_at_once_is_counted_and_answered(api: Api, tenant: Tenant) -> None:
    """With its own id, whoever's reading answers it."""
    await tenant.restaurant(name="Kai")
    path = "/api/restaurants"
    left = int((await api.get(path)).headers["RateLimit-Remaining"])
    answers = await asyncio.gather(*(api.get(path) for _ in range(TOGETHER)))
    assert {one.status_code for one in answers} == {200}
    assert len({one.headers["ETag"] for one in answers}) == 1
    assert {int(one.headers["RateLimit-Remaining"]) for one in answers} == set(range(left - TOGETHER, left))
    assert len({one.headers["X-Request-ID"] for one in answers}) == TOGETHER


async def test_organisations_share_nothing(api: Api, tenant: Tenant, other: Tenant) -> None:
    """The same address at the same time is another question."""
    restaurant_id, _ = await tenant.restaurant()
    await tenant.batch(restaurant_id)
    theirs = Api(api.client, other.organisation_id)
    own, foreign = await asyncio.gather(api.json(BATCHES), theirs.json(BATCHES))
    assert (own["total_count"], foreign["total_count"]) == (1, 0)
