"""`registration watch`: a batch while it runs."""

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
from interfaces.cli.pages.live import batch_table, now
from interfaces.cli.process.interrupted import standing
from interfaces.cli.process.streams import DONE, FAILED, WAITING_FOR_A_PERSON
from interfaces.cli.process.terminal import interrupted_by_end_of_input
from interfaces.cli.session import CommandContext, Organisation, open_context
from registration.batches.overview_queries import BatchOverview, read_overview
from registration.batches.progress import Outcome, only_people_can_go_on, outcome
from registration.workflow.snapshot import BatchView
from registration.workflow.snapshot_queries import read_snapshot

app = App(
    "watch",
    help_epilogue="""
Exit codes: 0 all is well, 1 something failed, 3 (with --exit-when-waiting) only
people can go on. Ctrl-C stops watching, never the batch.

Examples:
  registration watch 9c8b7a6d
  registration watch 9c8b7a6d --exit-when-waiting && echo done
""",
    help_format="plaintext",
)

_SECONDS = 1.0
_OTHER_LINES = 7


@dataclass(frozen=True)
class Seen:
    """A batch at one moment."""

    overview: BatchOverview
    view: BatchView


@app.default
async def watch(
    batch: str,
    *,
    exit_when_waiting: Annotated[bool, Parameter(negative="")] = False,
    organisation: Organisation = None,
) -> int:
    """Watch a batch until it has ended: one row per restaurant, twelve marks.

    Args:
        batch: Its id, or the first 8 characters.
        exit_when_waiting: End as soon as only people can go on.
        organisation: Whose batch. Default: REGISTRATION_ORGANISATION.
    """
    async with open_context(organisation) as context:
        return await watch_until(context, await context.batch_id(batch), output(), when_waiting=exit_when_waiting)


async def watch_until(context: CommandContext, batch_id: UUID, console: Console, *, when_waiting: bool) -> int:
    """Show the batch until it has ended, or with `when_waiting` until only people can go on; returns the exit code.

    The end of what is typed, Ctrl-D, interrupts it.
    """
    standing.now(f"nothing was written, and the batch goes on: `registration watch {batch_id}` watches it again")
    async with interrupted_by_end_of_input():
        return await _until(context, batch_id, console, when_waiting=when_waiting)


async def _until(context: CommandContext, batch_id: UUID, console: Console, *, when_waiting: bool) -> int:
    if not console.is_terminal:
        return await _follow_in_lines(context, batch_id, console, when_waiting=when_waiting)
    seen = await look(context, batch_id)
    with Live(picture(seen, console), console=console, auto_refresh=False) as live:
        while (code := exit_code(seen, when_waiting=when_waiting)) is None:
            await asyncio.sleep(_SECONDS)
            seen = await look(context, batch_id)
            live.update(picture(seen, console, await page_of(seen)), refresh=True)
        return code


async def _follow_in_lines(context: CommandContext, batch_id: UUID, console: Console, *, when_waiting: bool) -> int:
    """For a file or a pipe: a line whenever a restaurant goes on."""
    told: dict[UUID, str] = {}
    page: str | None = None
    while True:
        seen = await look(context, batch_id)
        if page != (page := await page_of(seen)):
            console.print(f"{seen.overview.name}: {page}", markup=False, soft_wrap=True)
        for job in seen.view.jobs.values():
            line = f"{job.restaurant}: {now(job).plain}"
            if told.get(job.id) != line:
                told[job.id] = line
                console.print(line, markup=False, soft_wrap=True)
        if (code := exit_code(seen, when_waiting=when_waiting)) is not None:
            return code
        await asyncio.sleep(_SECONDS)


async def look(context: CommandContext, batch_id: UUID) -> Seen:
    """How the batch stands now."""
    async with context.database.transaction(context.organisation_id) as connection:
        overview = await read_overview(connection, context.organisation_id, batch_id)
        return Seen(overview, await read_snapshot(connection, context.organisation_id, batch_id))


async def page_of(seen: Seen) -> str | None:
    """Where the UI shows the run that works on the batch, or did last; None if nobody ever did, or there is no UI.

    Prefect takes a second to import: beside what is shown already.
    """
    run_id = seen.overview.flow_run_id
    return await asyncio.to_thread(_page, run_id) if run_id else None


def _page(run_id: UUID) -> str | None:
    from tasks.batch_runs import run_url

    return run_url(run_id)


def exit_code(seen: Seen, *, when_waiting: bool) -> int | None:
    """What watching ends with; None while there is something to watch."""
    ended = outcome(seen.view)
    if ended is not Outcome.OPEN:
        return DONE if ended is Outcome.GOOD else FAILED
    if when_waiting and only_people_can_go_on(seen.view):
        return WAITING_FOR_A_PERSON
    return None


def picture(seen: Seen, console: Console, page: str | None = None) -> RenderableType:
    """The table, as many rows as the console has lines for, its page in the UI, and a word if nobody works on it."""
    table = batch_table(seen.view, seen.overview.name, most=max(1, console.height - _OTHER_LINES))
    idle = outcome(seen.view) is Outcome.OPEN and not only_people_can_go_on(seen.view)
    parts = [table, *([Text(page, style=Style(dim=True, link=page), no_wrap=True)] if page else [])]
    if seen.overview.worked_on or not idle:
        return Group(*parts)
    hint = f"nobody works on it yet; if it stays so, `registration show {str(seen.overview.id)[:8]}` says why"
    return Group(*parts, Text(hint, style="yellow"))
