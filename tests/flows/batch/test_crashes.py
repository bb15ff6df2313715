"""What is said of a subflow that ended unexpectedly, whatever Prefect's errors say of themselves."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from prefect.client.schemas.objects import State, StateDetails, StateType
from prefect.exceptions import Abort, ObjectNotFound, Pause
from prefect.states import Failed

from flows.batch.crashes import crash_of, was_suspended

TEXT = "no \x00 way\x1b[2J \ud800" + "x" * 100_000


async def ended_with(error: BaseException) -> asyncio.Task[State[Any]]:
    """A subflow that raised."""

    async def subflow() -> State[Any]:
        raise error

    task = asyncio.create_task(subflow())
    await asyncio.wait([task])
    return task


@pytest.mark.parametrize(
    "error, message",
    [
        (ObjectNotFound(RuntimeError("404")), "its flow run was deleted at the Prefect server"),
        (Abort(), "Abort"),
        (ValueError(None), "ValueError"),
        (ValueError(), "ValueError"),
        (ValueError("no such menu"), "no such menu"),
    ],
)
async def test_no_end_is_told_as_none(error: BaseException, message: str) -> None:
    """An error without a message is reported by its name."""
    crash = await crash_of(await ended_with(error))
    assert crash is not None
    assert crash.message == message


async def test_a_run_that_was_deleted_says_nothing_about_its_restaurant() -> None:
    """It is started again, however often, and the restaurant is not given up for it."""
    crash = await crash_of(await ended_with(ObjectNotFound(RuntimeError("404"))))
    assert crash is not None
    assert crash.passes


async def test_a_pause_of_another_run_is_a_suspension() -> None:
    """Prefect's engine pauses all that begins in a run that is suspended; a run that is paused itself pauses nobody."""
    own, batch = uuid4(), uuid4()
    for run_id, suspended in ((own, False), (batch, True)):
        state = State[Any](type=StateType.PAUSED, state_details=StateDetails(flow_run_id=run_id))
        assert was_suspended(await ended_with(Pause(state=state)), own) is suspended
    assert was_suspended(await ended_with(Pause()), own)
    assert not was_suspended(await ended_with(ValueError("x")), own)


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
