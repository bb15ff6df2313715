"""The task runner on the flow's own event loop, on a real Prefect server."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

import pytest
from prefect import flow, task
from prefect.futures import PrefectFuture

from flows.task_runner import EventLoopTaskRunner, submit, submit_after

pytestmark = pytest.mark.usefixtures("prefect_server")

Returned = TypeVar("Returned")

_STORY: list[str] = []


@pytest.fixture
def history() -> list[str]:
    """The notes of the tasks, in order."""
    _STORY.clear()
    return _STORY


async def note(what: str) -> str:
    """Notes that it ran."""
    _STORY.append(what)
    return what


async def fail() -> None:
    """Fails."""
    raise ValueError("it went wrong")


async def fail_twice() -> None:
    """Fails until it is tried a third time."""
    _STORY.append("tried")
    if len(_STORY) < 3:
        raise ValueError("not yet")


NOTE: Any = task(persist_result=False)(note)
FAIL: Any = task(persist_result=False)(fail)
FAIL_TWICE: Any = task(persist_result=False, retries=2, retry_delay_seconds=0.05)(fail_twice)


async def run(body: Callable[[], Awaitable[Returned]]) -> Returned:
    """Run the body as a flow on this runner."""
    wrapped: Any = flow(name="runner-test", task_runner=EventLoopTaskRunner(), persist_result=False)(body)
    return await wrapped()


async def test_a_task_starts_when_what_it_waits_for_has_ended(history: list[str]) -> None:
    """No task runs before the flow yields; then they run in the order of the wiring."""

    async def in_order() -> None:
        first = submit(NOTE, "first")
        second = NOTE.submit("second", wait_for=[first])
        third = NOTE.submit("third", wait_for=[second])
        assert history == []
        await cast("Awaitable[Any]", third)

    await run(in_order)
    assert history == ["first", "second", "third"]


async def test_a_result_can_be_a_parameter(history: list[str]) -> None:
    """A future among the parameters is awaited and replaced by the result of its task."""

    async def handing_on() -> None:
        first: PrefectFuture[str] = submit(NOTE, "this")
        await cast("Awaitable[Any]", NOTE.submit(first))

    await run(handing_on)
    assert history == ["this", "this"]


async def test_a_dependant_of_a_failed_task_runs_all_the_same(history: list[str]) -> None:
    """Wired with `submit_after`, it does not stay Pending: the task decides itself."""

    async def after_a_failure() -> tuple[str, str]:
        failed = submit(FAIL)
        after = submit_after(NOTE, "after", [failed])
        return (await failed).type, (await after).type

    assert await run(after_a_failure) == ("FAILED", "COMPLETED")
    assert history == ["after"]


async def test_an_unfinished_future_cannot_be_waited_for_by_blocking(history: list[str]) -> None:
    """Blocking the loop would block the task itself, so the future raises at once."""

    async def blocking() -> str:
        future = submit(NOTE, "now")
        with pytest.raises(RuntimeError, match="await this future"):
            future.wait()
        with pytest.raises(RuntimeError, match="await this future"):
            future.result()
        assert future.state.is_pending()
        await future
        future.wait()
        return future.result()

    assert await run(blocking) == "now"
    assert history == ["now"]


async def test_retries_fire(history: list[str]) -> None:
    """Prefect's own retries, with their delays, work on this runner."""

    async def retried() -> str:
        return (await submit(FAIL_TWICE)).type

    assert await run(retried) == "COMPLETED"
    assert history == ["tried"] * 3


async def test_a_result_raises_the_error_of_its_task_by_default() -> None:
    """As with any Prefect future."""

    async def failing() -> str:
        future = submit(FAIL)
        await future
        with pytest.raises(ValueError, match="it went wrong"):
            future.result()
        return str(future.result(raise_on_failure=False))

    assert await run(failing) == "it went wrong"
