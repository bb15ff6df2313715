"""How steps 2 and 4 wait for a register that does not answer."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from registration.database.session import Transaction
from registration.errors import PersonMustAct, ProgrammerError, RegisterStayedAway, RegisterUnavailable
from registration.states import StepStatus
from registration.workflow.step_queries import advance, note_unanswered
from registration.workflow.steps import Step
from registration.workflow.transition_queries import SYSTEM, Attribution
from tasks.context import JobRef, Resources, resources
from tasks.step_runner import write

Result = TypeVar("Result")
Ask = Callable[[], Awaitable[Result]]

_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 15.0
"""Seconds between two requests for one job. A search may fail while others succeed, so it also waits on its own."""
_MINUTE = 60


@dataclass(frozen=True)
class _Answer(Generic[Result]):
    """The register's answer."""

    value: Result


async def answer_of_register(job: JobRef, step: Step, ask: Ask[Result]) -> Result:
    """The register's answer. While the register is away, the step is retrying and the job waits, for as long as the
    setting says, also over several processes.

    No page or connection of the register is held during a wait. Raises RegisterStayedAway once the patience is over,
    Stopped as soon as the job must not go on here, and the other errors of `ask`.
    """
    context = resources(job)
    pause, attempts, deadline = _FIRST_PAUSE, 0, 0.0
    last_error: RegisterUnavailable | None = None
    while True:
        found = await context.watch.unless_stopped(_ask_in_turn(context, ask), job.job_id)
        if isinstance(found, _Answer):
            if attempts:
                await write(context, lambda transaction: note_unanswered(transaction, job.job_id, step, 1))
            return found.value
        if found is not None:
            last_error, attempts = found, attempts + 1
        if found is not None or time.monotonic() >= deadline:
            left = await _time_left(job, step, last_error, 1 if found is not None and attempts > 1 else 0)
            deadline = time.monotonic() + left
        least = 0.0 if found is None else context.settings.scaled(pause)
        pause = pause if found is None else min(2 * pause, _LONGEST_PAUSE)
        wait = context.register_outage.wait(least, deadline - time.monotonic())
        await context.watch.unless_stopped(wait, job.job_id)


async def _ask_in_turn(context: Resources, ask: Ask[Result]) -> _Answer[Result] | RegisterUnavailable | None:
    """The answer, or the error of a register that does not answer; None if it is another task's turn to ask."""
    outage = context.register_outage
    async with context.register_turns:
        if not outage.may_ask():
            return None
        try:
            answer = await ask()
        except RegisterUnavailable as error:
            outage.unanswered()
            return error
        except (PersonMustAct, ProgrammerError):
            outage.answered()
            raise
        outage.answered()
        return _Answer(answer)


async def _time_left(job: JobRef, step: Step, error: RegisterUnavailable | None, attempts: int) -> float:
    """Write that the step waits, after so many further attempts; returns for how many seconds it still may.

    Raises RegisterStayedAway if that time is over.
    """
    settings = resources(job).settings
    patience = settings.outage_patience_seconds

    async def work(transaction: Transaction) -> float:
        reason = error.message if error else "the register does not answer"
        await advance(transaction, job.job_id, step, StepStatus.RETRYING, Attribution(SYSTEM.actor, reason))
        return await note_unanswered(transaction, job.job_id, step, attempts)

    left = settings.scaled(patience) - await write(resources(job), work)
    if left > 0:
        return left
    message = f"no answer within {patience / _MINUTE:.3g} min"
    if error is None:
        raise RegisterStayedAway(message)
    raise RegisterStayedAway(f"{message}: {error.message}", **error.details) from error
