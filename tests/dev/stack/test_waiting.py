"""What a wait in vain tells."""

import asyncio

import pytest

from dev.stack.errors import NotInTime
from dev.stack.waiting import eventually, until


async def test_a_condition_that_never_holds_was_asked_often() -> None:
    """Many questions with short answers: neither a server nor the machine stood still."""
    told = r"for the tide, in vain \(asked [1-9]\d+ times, the longest answer took 0\.0 s"
    with pytest.raises(NotInTime, match=told):
        await until(lambda: False, "the tide", 0.3, every=0.01)


async def test_a_server_that_stood_still_is_seen_in_its_longest_answer() -> None:
    """One question, and no pause."""

    async def slow() -> None:
        await asyncio.sleep(0.3)

    told = r"asked once, the longest answer took 0\.[3-9] s, the longest pause 0\.0 s"
    with pytest.raises(NotInTime, match=told):
        await eventually(slow, "an answer", 0.2)


async def test_the_first_answer_that_is_not_empty_ends_the_wait() -> None:
    """Also one that comes late."""
    answers = iter([None, None, "low tide"])

    async def looked() -> str | None:
        return next(answers)

    assert await eventually(looked, "the tide", 60) == "low tide"
