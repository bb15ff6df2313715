"""The error of a wait that exceeds its limit."""

import asyncio

import pytest

from dev.stack.errors import NotInTime
from dev.stack.waiting import eventually, until


async def test_a_condition_that_never_holds_was_checked_often() -> None:
    """Many short checks: neither a server nor the machine stood still."""
    course = r"for the tide without success \(checked [1-9]\d+ times, the longest check took 0\.0 s"
    with pytest.raises(NotInTime, match=course):
        await until(lambda: False, "the tide", 0.3, every=0.01)


async def test_a_server_that_stood_still_is_seen_in_its_longest_check() -> None:
    """One check, and no pause."""

    async def slow() -> None:
        await asyncio.sleep(0.3)

    course = r"checked once, the longest check took 0\.[3-9] s, the longest pause 0\.0 s"
    with pytest.raises(NotInTime, match=course):
        await eventually(slow, "an answer", 0.2)


async def test_the_first_result_that_is_not_empty_ends_the_wait() -> None:
    """Even if the result comes late."""
    answers = iter([None, None, "low tide"])

    async def result() -> str | None:
        return next(answers)

    assert await eventually(result, "the tide", 60) == "low tide"
