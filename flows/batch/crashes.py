"""How a subflow ended that should not have, and whether that says anything about its restaurant."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from prefect.client.schemas.objects import State
from prefect.exceptions import ObjectNotFound, Pause
from prefect.states import aget_state_exception

from registration.errors import DatabaseUnavailable
from registration.kit.text import storable_text

_LONGEST = 2000


@dataclass(frozen=True)
class Crash:
    """An unexpected end; `passes`: a server was away, which is no outcome of anything."""

    message: str
    passes: bool


def storable_words(text: str) -> str:
    """The message of an unexpected error as it is stored, cleaned and cut: it may quote anything, at any length."""
    return storable_text(text[:_LONGEST])


def was_suspended(task: asyncio.Task[State[Any]], run_id: UUID | None) -> bool:
    """Whether Prefect's engine ended it because the batch's run is suspended, not because its own run is paused."""
    error = None if task.cancelled() else task.exception()
    return isinstance(error, Pause) and (error.state is None or error.state.state_details.flow_run_id != run_id)


async def crash_of(task: asyncio.Task[State[Any]]) -> Crash | None:
    """What a subflow or task that has ended crashed with; None if it ended by its own word, or left its run Paused."""
    if task.cancelled():
        return Crash("it was cancelled", passes=True)
    error = task.exception()
    if isinstance(error, Pause):
        return None
    if isinstance(error, ObjectNotFound):
        return Crash("its flow run was deleted at the Prefect server", passes=True)
    if error is not None:
        return Crash(_words(error), _passes(error))
    state = task.result()
    if not (state.is_failed() or state.is_crashed()):
        return None
    cause = await aget_state_exception(state)
    return Crash(storable_words(state.message) if state.message else _words(cause), _passes(cause))


def _words(error: BaseException) -> str:
    """The message of an error, or its type if the message is empty or None."""
    said = storable_words(str(error))
    return type(error).__name__ if said in ("", "None") else said


def _passes(error: BaseException) -> bool:
    return isinstance(error, httpx.HTTPError | OSError | DatabaseUnavailable)
