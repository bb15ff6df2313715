"""The message that is stored for a subflow that ended unexpectedly."""

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
async def test_an_empty_message_is_replaced_by_the_error_type(error: BaseException, message: str) -> None:
    """An error without a message is reported by the name of its type."""
    crash = await crash_of(await ended_with(error))
    assert crash is not None
    assert crash.message == message


async def test_a_deleted_run_is_no_failure_of_its_restaurant() -> None:
    """The restaurant is started again any number of times, and never failed for it."""
    crash = await crash_of(await ended_with(ObjectNotFound(RuntimeError("404"))))
    assert crash is not None
    assert crash.transient


async def test_a_pause_of_another_run_is_a_suspension() -> None:
    """Prefect's engine pauses everything that begins in a suspended run; a paused run pauses only itself."""
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
async def test_the_message_can_be_stored(ends: Any) -> None:
    """The message may quote any text; if the database refused it, the crash would never be recorded."""
    task = asyncio.create_task(ends())
    await asyncio.wait([task])
    crash = await crash_of(task)
    assert crash is not None
    assert crash.message.startswith("no  way[2J xxx")
    assert len(crash.message) <= 2000
    assert not crash.transient
