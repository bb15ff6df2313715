"""How a subflow ended unexpectedly, and whether the error is an outcome of its restaurant."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from prefect.client.schemas.objects import State
from prefect.exceptions import ObjectNotFound, Pause
from prefect.states import aget_state_exception

from registration.errors import DatabaseUnavailable
from registration.kit.text import strip_control_characters

_LONGEST = 2000


@dataclass(frozen=True)
class Crash:
    """An unexpected end; `transient`: a server was away, which is no outcome of the restaurant."""

    message: str
    transient: bool


def storable_message(text: str) -> str:
    """The message of an unexpected error, cleaned and cut for the database: it may quote any text of any length."""
    return strip_control_characters(text[:_LONGEST])


def was_suspended(task: asyncio.Task[State[Any]], run_id: UUID | None) -> bool:
    """True if Prefect's engine ended the task because the batch's run is suspended, not because its own run
    is paused.
    """
    error = None if task.cancelled() else task.exception()
    return isinstance(error, Pause) and (error.state is None or error.state.state_details.flow_run_id != run_id)


async def crash_of(task: asyncio.Task[State[Any]]) -> Crash | None:
    """The crash of a subflow or task that has ended; None if it ended as intended, or left its run Paused."""
    if task.cancelled():
        return Crash("it was cancelled", transient=True)
    error = task.exception()
    if isinstance(error, Pause):
        return None
    if isinstance(error, ObjectNotFound):
        return Crash("its flow run was deleted at the Prefect server", transient=True)
    if error is not None:
        return Crash(_message(error), _is_transient(error))
    state = task.result()
    if not (state.is_failed() or state.is_crashed()):
        return None
    cause = await aget_state_exception(state)
    return Crash(storable_message(state.message) if state.message else _message(cause), _is_transient(cause))


def _message(error: BaseException) -> str:
    """The message of an error, or the error's type if the message is empty or None."""
    message = storable_message(str(error))
    return type(error).__name__ if message in ("", "None") else message


def _is_transient(error: BaseException) -> bool:
    return isinstance(error, httpx.HTTPError | OSError | DatabaseUnavailable)
