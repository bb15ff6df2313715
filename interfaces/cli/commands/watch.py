"""`registration watch`: shows a batch live until it has ended."""

import asyncio
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from cyclopts import App, Parameter
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.style import Style
from rich.text import Text

from interfaces.cli.output import output
from interfaces.cli.process.interrupted import write_status
from interfaces.cli.process.streams import DONE, FAILED, WAITING_FOR_A_PERSON
from interfaces.cli.process.terminal import interrupted_by_end_of_input
from interfaces.cli.rendering.live import batch_table, current_state
from interfaces.cli.session import CommandContext, Organisation, open_context
from registration.batches.overview_queries import BatchOverview, read_overview
from registration.batches.progress import Outcome, outcome, waits_for_people_only
from registration.workflow.snapshot import BatchView
from registration.workflow.snapshot_queries import read_snapshot

app = App(
    "watch",
    help_epilogue="""
Exit codes: 0 no restaurant failed, 1 a restaurant failed, 3 (with
--exit-when-waiting) the batch waits for people only. Ctrl-C ends the command,
not the batch.

Examples:
  registration watch 9c8b7a6d
  registration watch 9c8b7a6d --exit-when-waiting && echo done
""",
    help_format="plaintext",
)

_SECONDS = 1.0
_OTHER_LINES = 7


@dataclass(frozen=True)
class BatchReading:
    """The rows of a batch at one moment."""

    overview: BatchOverview
    view: BatchView


@app.default
async def watch(
    batch: str,
    *,
    exit_when_waiting: Annotated[bool, Parameter(negative="")] = False,
    organisation: Organisation = None,
) -> int:
    """Watch a batch until it has ended: one row per restaurant, with a mark per sub-step.

    Args:
        batch: The batch's id, or its first 8 characters.
        exit_when_waiting: End as soon as the batch waits for people only.
        organisation: The organisation of the batch. Default: REGISTRATION_ORGANISATION.
    """
    async with open_context(organisation) as context:
        return await watch_until(context, await context.batch_id(batch), output(), when_waiting=exit_when_waiting)


async def watch_until(context: CommandContext, batch_id: UUID, console: Console, *, when_waiting: bool) -> int:
    """Show the batch until it has ended, or with `when_waiting` until it waits for people only; return the exit code.

    Ctrl-D, the end of the input, interrupts the command.
    """
    write_status.update(f"nothing was written, and the batch goes on: `registration watch {batch_id}` watches it again")
    async with interrupted_by_end_of_input():
        return await _until(context, batch_id, console, when_waiting=when_waiting)


async def _until(context: CommandContext, batch_id: UUID, console: Console, *, when_waiting: bool) -> int:
    if not console.is_terminal:
        return await _follow_in_lines(context, batch_id, console, when_waiting=when_waiting)
    reading = await read_now(context, batch_id)
    with Live(render_batch(reading, console), console=console, auto_refresh=False) as live:
        while (code := exit_code(reading, when_waiting=when_waiting)) is None:
            await asyncio.sleep(_SECONDS)
            reading = await read_now(context, batch_id)
            live.update(render_batch(reading, console, await read_run_url(reading)), refresh=True)
        return code


async def _follow_in_lines(context: CommandContext, batch_id: UUID, console: Console, *, when_waiting: bool) -> int:
    """Print a line whenever the state of a restaurant changes, for output that is a file or a pipe."""
    printed: dict[UUID, str] = {}
    url: str | None = None
    while True:
        reading = await read_now(context, batch_id)
        if url != (url := await read_run_url(reading)):
            console.print(f"{reading.overview.name}: {url}", markup=False, soft_wrap=True)
        for job in reading.view.jobs.values():
            line = f"{job.restaurant}: {current_state(job).plain}"
            if printed.get(job.id) != line:
                printed[job.id] = line
                console.print(line, markup=False, soft_wrap=True)
        if (code := exit_code(reading, when_waiting=when_waiting)) is not None:
            return code
        await asyncio.sleep(_SECONDS)


async def read_now(context: CommandContext, batch_id: UUID) -> BatchReading:
    """Read the batch and its jobs in one transaction."""
    async with context.database.transaction(context.organisation_id) as transaction:
        overview = await read_overview(transaction, batch_id)
        return BatchReading(overview, await read_snapshot(transaction, batch_id))


async def read_run_url(reading: BatchReading) -> str | None:
    """The UI's address of the last run that worked on the batch; None if there was no run, or there is no UI.

    Prefect is imported in a thread, so that the second which the import takes does not stop the display.
    """
    run_id = reading.overview.flow_run_id
    return await asyncio.to_thread(_run_url, run_id) if run_id else None


def _run_url(run_id: UUID) -> str | None:
    from tasks.batch_runs import run_url

    return run_url(run_id)


def exit_code(reading: BatchReading, *, when_waiting: bool) -> int | None:
    """The exit code of the command; None while the batch goes on."""
    ended = outcome(reading.view)
    if ended is not Outcome.OPEN:
        return DONE if ended is Outcome.GOOD else FAILED
    if when_waiting and waits_for_people_only(reading.view):
        return WAITING_FOR_A_PERSON
    return None


def render_batch(reading: BatchReading, console: Console, url: str | None = None) -> RenderableType:
    """The table of the batch, cut to the console's height, the run's address, and a hint if no process works on it."""
    table = batch_table(reading.view, reading.overview.name, most=max(1, console.height - _OTHER_LINES))
    idle = outcome(reading.view) is Outcome.OPEN and not waits_for_people_only(reading.view)
    parts = [table, *([Text(url, style=Style(dim=True, link=url), no_wrap=True)] if url else [])]
    if reading.overview.worked_on or not idle:
        return Group(*parts)
    hint = f"no process works on it yet; if that lasts, `registration show {str(reading.overview.id)[:8]}` says why"
    return Group(*parts, Text(hint, style="yellow"))
