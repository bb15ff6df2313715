"""Pausing a gate for typed input: the pause survives outages, notices that its run ended, and can be closed from
inside.
"""

import asyncio
from collections.abc import Awaitable, Callable
from http.client import NOT_FOUND
from typing import Any, TypeVar
from uuid import UUID

import httpx
from prefect import get_client, get_run_logger
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import State
from prefect.exceptions import ObjectNotFound, Pause, PrefectHTTPStatusError
from prefect.flow_runs import apause_flow_run
from prefect.input import RunInput
from prefect.states import Running

from registration.kit.documents import read_json

Answer = TypeVar("Answer")

_TIMEOUT_SECONDS = 365 * 86_400
_POLL_SECONDS = 1
_CHECK_SECONDS = 10
_SHORT_SECONDS = 0.1
_SUSPENDED = "Suspended"
"""Name of the state in which no form is shown: a person suspended the run while its gate was paused."""
_TRANSIENT_CODES = frozenset({408, 429, 500, 502, 503, 504})


class GateEnded(Exception):
    """The gate's run was ended from outside, by a person or by the run that took the batch over."""


async def show_form(
    run_id: UUID, form: type[RunInput], key: str, closing: Awaitable[object], releasing: Awaitable[object]
) -> dict[str, Any] | None:
    """Show the form until a person submits it; returns the raw input, or None if `closing` was done first.

    A pause returns only on Running and ends with any error of the server. Therefore the run's state is read beside it,
    and after an error the answer is awaited by polling. On closing, the run leaves Paused before the stored input is
    read once more, so an answer accepted in that moment is not lost. Raises GateEnded; and Pause once `releasing` is
    done: Prefect's engine then leaves the run Paused and answerable.
    """
    pausing = asyncio.create_task(_pause(run_id, form, key))
    ended = asyncio.create_task(_ended_from_outside(run_id))
    closed, released = asyncio.ensure_future(closing), asyncio.ensure_future(releasing)
    try:
        await asyncio.wait([pausing, ended, closed, released], return_when=asyncio.FIRST_COMPLETED)
        if ended.done():
            raise GateEnded(ended.result())
        if closed.done() and not pausing.done():
            await _close_pause(run_id)
        elif released.done():
            await _release_paused(run_id, key, pausing)
        return await _answer(run_id, key)
    finally:
        for task in (pausing, ended, closed, released):
            task.cancel()
        await asyncio.gather(pausing, ended, closed, released, return_exceptions=True)


async def _answer(run_id: UUID, key: str) -> dict[str, Any] | None:
    """The submitted input. An unreadable input answers no question, so all questions are asked again."""
    try:
        return await retry_until_answered(lambda client: stored_answer(client, run_id, key))
    except ValueError:
        get_run_logger().warning("The answers of %s cannot be read; they are asked for again", key, exc_info=True)
        return {}


async def stored_answer(client: PrefectClient, run_id: UUID, key: str) -> dict[str, Any] | None:
    """The input that a pause with this key was resumed with, as it was sent: without defaults.

    Raises ValueError if the input cannot be read.
    """
    stored = await _stored(client, run_id, f"paused-{key}-response")
    if stored is None:
        return None
    answer = read_json(stored)
    if not isinstance(answer, dict):
        raise ValueError("the stored answer is no form's input")  # noqa: TRY004 (unreadable as malformed JSON is)
    return answer


async def _stored(client: PrefectClient, run_id: UUID, name: str) -> str | None:
    try:
        return await client.read_flow_run_input(run_id, name)
    except PrefectHTTPStatusError as error:
        if error.response.status_code != NOT_FOUND:
            raise
        return None


async def _pause(run_id: UUID, form: type[RunInput], key: str) -> None:
    try:
        await apause_flow_run(wait_for_input=form, timeout=_TIMEOUT_SECONDS, poll_interval=_POLL_SECONDS, key=key)
        return
    except (httpx.HTTPError, OSError) as error:
        if not _is_transient(error):
            raise
    while await retry_until_answered(lambda client: _is_paused(client, run_id)):
        await asyncio.sleep(_POLL_SECONDS)


async def _ended_from_outside(run_id: UUID) -> str:
    while True:
        await asyncio.sleep(_CHECK_SECONDS)
        state = await retry_until_answered(lambda client: _unexpected_state(client, run_id))
        if state is not None:
            return state


async def _close_pause(run_id: UUID) -> None:
    await retry_until_answered(lambda client: client.set_flow_run_state(run_id, Running(name="Closing"), force=True))


async def _release_paused(run_id: UUID, key: str, pausing: asyncio.Task[None]) -> None:
    """Raises Pause once the form can be answered without this process; returns if it was answered before.

    The run is Paused a moment before its form is stored.
    """
    while not pausing.done():
        state = await retry_until_answered(lambda client: _state(client, run_id))
        if (
            state is not None
            and state.is_paused()
            and await retry_until_answered(lambda client: _has_form(client, run_id, key))
        ):
            raise Pause(state=state)
        await asyncio.sleep(_SHORT_SECONDS)


async def _has_form(client: PrefectClient, run_id: UUID, key: str) -> bool:
    return await _stored(client, run_id, f"paused-{key}-schema") is not None


async def _state(client: PrefectClient, run_id: UUID) -> State | None:
    return (await client.read_flow_run(run_id)).state


async def _is_paused(client: PrefectClient, run_id: UUID) -> bool:
    state = await _state(client, run_id)
    return state is not None and state.is_paused()


async def _unexpected_state(client: PrefectClient, run_id: UUID) -> str | None:
    """The name of a state in which no form is shown and no answer was given; None for all other states."""
    try:
        state = await _state(client, run_id)
    except ObjectNotFound:
        return "deleted"
    if state is None or state.is_running() or (state.is_paused() and state.name != _SUSPENDED):
        return None
    return state.name


async def retry_until_answered(request: Callable[[PrefectClient], Awaitable[Answer]]) -> Answer:
    """Send the request to the Prefect server until it answers; only permanent errors are raised."""
    while True:
        try:
            async with get_client() as client:
                return await request(client)
        except (httpx.HTTPError, OSError) as error:
            if not _is_transient(error):
                raise
        await asyncio.sleep(_POLL_SECONDS)


def _is_transient(error: Exception) -> bool:
    return not isinstance(error, httpx.HTTPStatusError) or error.response.status_code in _TRANSIENT_CODES
