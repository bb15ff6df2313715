"""Readings that are shared by those who ask together."""

import asyncio
from collections.abc import Collection, Mapping

import pytest

from registration.kit.coalescing import SharedReading


class _Shelf:
    """Answers when it is let; remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[set[str]] = []
        self.open = asyncio.Event()
        self.value = 1

    async def read(self, keys: Collection[str]) -> Mapping[str, int]:
        self.asked.append(set(keys))
        value = self.value
        await self.open.wait()
        return dict.fromkeys(set(keys) - {"unknown"}, value)


async def test_who_asks_during_a_reading_shares_the_next() -> None:
    """Three questions while one is under way make one more reading."""
    shelf = _Shelf()
    reading = SharedReading(shelf.read)
    first = asyncio.create_task(reading.of("a"))
    while not shelf.asked:
        await asyncio.sleep(0)
    later = [asyncio.create_task(reading.of(key)) for key in ("a", "b", "b")]
    await asyncio.sleep(0)
    shelf.value = 2
    shelf.open.set()
    assert await first == 1
    assert await asyncio.gather(*later) == [2, 2, 2]
    assert shelf.asked == [{"a"}, {"a", "b"}]


async def test_an_unknown_key_is_an_error_for_its_asker_only() -> None:
    """The others get their values."""
    shelf = _Shelf()
    shelf.open.set()
    reading = SharedReading(shelf.read)
    known, unknown = await asyncio.gather(reading.of("a"), reading.of("unknown"), return_exceptions=True)
    assert known == 1
    assert isinstance(unknown, KeyError)


async def test_a_failed_reading_fails_all_who_shared_it_and_no_later_one() -> None:
    """The next question is read anew."""
    broken = True

    async def read(keys: Collection[str]) -> Mapping[str, int]:
        if broken:
            raise ConnectionError("away")
        return dict.fromkeys(keys, 3)

    reading = SharedReading(read)
    failed = await asyncio.gather(reading.of("a"), reading.of("b"), return_exceptions=True)
    assert [type(one) for one in failed] == [ConnectionError, ConnectionError]
    broken = False
    assert await reading.of("a") == 3


async def test_one_who_gives_up_takes_no_answer_from_the_others() -> None:
    """A cancelled question is dropped."""
    shelf = _Shelf()
    reading = SharedReading(shelf.read)
    patient, hasty = asyncio.create_task(reading.of("a")), asyncio.create_task(reading.of("a"))
    while not shelf.asked:
        await asyncio.sleep(0)
    hasty.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hasty
    shelf.open.set()
    assert await patient == 1
