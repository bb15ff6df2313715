"""`registration cancel`: no further effect of a batch or a job starts."""

from typing import Any

from cyclopts import App
from rich.text import Text

from interfaces.cli.commands.start import Started, go_on, going_on_document, print_going_on
from interfaces.cli.output import output, print_json
from interfaces.cli.session import AsJson, By, Organisation, Why, attribution, open_context
from registration.operations.cancel import Cancelled, cancel_batch, cancel_job
from registration.workflow.lookup_queries import Kind

app = App(
    "cancel",
    help_epilogue="""
When this returns, no further effect on the platform starts. What is out at that
moment is said; it ends, and is recorded as what it was.

Examples:
  registration cancel 9c8b7a6d      a batch
  registration cancel 1a2b3c4d      one job of it; the others go on
""",
    help_format="plaintext",
)


@app.default
async def cancel(
    batch_or_job: str,
    *,
    by: By = None,
    why: Why = None,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """Cancel a batch, or one job of it, and list its effects in flight.

    Args:
        batch_or_job: Its id, or the first 8 characters.
        by: Who says so.
        why: Why.
        organisation: Whose batch. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    said = attribution(by, why)
    async with open_context(organisation) as context:
        kind, found = await context.find(batch_or_job, Kind.BATCH, Kind.JOB)
        stop = cancel_batch if kind is Kind.BATCH else cancel_job
        done = await stop(context.database, context.organisation_id, found, said)
        if not as_json:
            _print_stopped(done)
        started = None if done.settled else await go_on(context, done.batch_id, live=done.live)
    if as_json:
        print_json(_document(done) | going_on_document(started))
    else:
        _print_going_on(done, started)


def _print_stopped(done: Cancelled) -> None:
    console = output()
    console.print(Text(f"{done.name}: cancelled; no further effect starts from now on"), soft_wrap=True)
    for one in done.in_flight:
        waits = "; only a person can tell: `registration resolve`" if one.needs_person else ""
        when = f"{one.sent_at.astimezone():%H:%M:%S}"
        console.print(Text(f"in flight: {one.restaurant} · {one.name}, sent at {when}{waits}"), soft_wrap=True)
    if not done.in_flight:
        console.print("nothing is out")


def _print_going_on(done: Cancelled, started: Started | None) -> None:
    if not done.settled:
        print_going_on(started)


def _document(done: Cancelled) -> dict[str, Any]:
    out = [
        {
            "job_id": one.job_id,
            "restaurant": one.restaurant,
            "sub_step": one.name,
            "status": one.status,
            "sent_at": one.sent_at,
            "needs_person": one.needs_person,
        }
        for one in done.in_flight
    ]
    return {"batch_id": done.batch_id, "name": done.name, "in_flight": out, "settled": done.settled}
