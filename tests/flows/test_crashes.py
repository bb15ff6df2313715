"""What a subflow that ended unexpectedly is told to have said."""

import asyncio
from typing import Any

import pytest
from prefect.client.schemas.objects import State
from prefect.states import Failed

from flows.crashes import crash_of

TEXT = "no \x00 way\x1b[2J \ud800" + "x" * 100_000


async def _raises() -> State[Any]:
    raise ValueError(TEXT)


async def _fails() -> State[Any]:
    return Failed(message=TEXT, data=ValueError(TEXT))


@pytest.mark.parametrize("ends", [_raises, _fails])
async def test_what_it_says_can_be_stored(ends: Any) -> None:
    """It may quote what came from outside: a database that refuses the words would never learn of the crash."""
    task = asyncio.create_task(ends())
    await asyncio.wait([task])
    crash = await crash_of(task)
    assert crash is not None
    assert crash.message.startswith("no  way[2J xxx")
    assert len(crash.message) <= 2000
    assert not crash.passes
