"""The task runner on the flow's own event loop, on a real Prefect server."""

from collections.abc import Awaitable
from typing import Any, cast

import pytest
from prefect import flow, task
from prefect.client.schemas.objects import State

from flows.event_loop_runner import EventLoopTaskRunner, submit, submit_after

pytestmark = pytest.mark.usefixtures("prefect_server")

Story = list[str]


@task(persist_result=False)
async def note(story: Story, what: str) -> str:
    """Notes that it ran."""
    story.append(what)
    return what


@task(persist_result=False)
async def fail(story: Story) -> None:
    """Notes that it ran, and fails."""
    story.append("failed")
    raise ValueError("it went wrong")


@task(persist_result=False, retries=2, retry_delay_seconds=0.05)
async def fail_twice(story: Story) -> str:
    """Fails until it is tried a third time."""
    story.append("tried")
    if len(story) < 3:
        raise ValueError("not yet")
    return "done"


async def run(body: Any, story: Story) -> Any:
    """Run the body as a flow on this runner."""
    wrapped = flow(name=body.__name__, task_runner=EventLoopTaskRunner(), persist_result=False)(body)
    return await cast("Awaitable[Any]", wrapped(story))


async def test_a_task_starts_when_what_it_waits_for_has_ended() -> None:
    """However late it is submitted; tasks that wait for nothing do not hold each other up."""

    async def in_order(story: Story) -> None:
        first = submit(note, story, "first")
        second = note.submit(story, "second", wait_for=[first])
        third = note.submit(story, "third", wait_for=[second])
        assert story == []
        await cast("Awaitable[Any]", third)

    story: Story = []
    await run(in_order, story)
    assert story == ["first", "second", "third"]


async def test_a_result_can_be_handed_on() -> None:
    """A future among the parameters is waited for, and replaced by what its task returned."""

    async def handing_on(story: Story) -> State[Any]:
        return await submit(note, story, cast("str", submit(note, story, "this")))

    story: Story = []
    await run(handing_on, story)
    assert story == ["this", "this"]


async def test_a_dependant_of_a_failed_task_runs_and_can_decide() -> None:
    """Wired with `submit_after` it is not left Pending for good; the failed one keeps its state."""

    async def after_a_failure(story: Story) -> str:
        failed = submit(fail, story)
        after = submit_after(note.with_options(name="after"), story, [failed])
        with pytest.raises(TypeError):
            await after.aresult() if hasattr(after, "aresult") else after.result()
        return (await failed).type

    story: Story = []
    assert await run(after_a_failure, story) == "FAILED"


async def test_an_unfinished_future_cannot_be_waited_for_by_blocking() -> None:
    """Blocking the loop would block the task itself: it says so at once."""

    async def blocking(story: Story) -> str:
        future = submit(note, story, "now")
        with pytest.raises(RuntimeError, match="await this future"):
            future.wait()
        with pytest.raises(RuntimeError, match="await this future"):
            future.result()
        assert future.state.is_pending()
        await future
        future.wait()
        return future.result()

    assert await run(blocking, []) == "now"


async def test_retries_fire() -> None:
    """Prefect's own retries, with their delays, work on this runner."""

    async def retried(story: Story) -> State[Any]:
        return await submit(fail_twice, story)

    story: Story = []
    await run(retried, story)
    assert story == ["tried"] * 3


async def test_a_failed_result_is_raised_unless_told_otherwise() -> None:
    """`result` raises what the task raised."""

    async def failing(story: Story) -> str:
        future = submit(fail, story)
        await future
        with pytest.raises(ValueError, match="it went wrong"):
            future.result()
        return str(future.result(raise_on_failure=False))

    assert await run(failing, []) == "it went wrong"
