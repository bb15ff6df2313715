"""`registration cancel`: cancels a batch or a job, so that no further effect of it starts."""

from typing import Any

from cyclopts import App
from rich.text import Text

from interfaces.cli.commands.start import Started, continuation_document, print_continuation, start_flows
from interfaces.cli.output import output, print_json
from interfaces.cli.session import AsJson, By, CommandContext, Organisation, Why, attribution, open_context
from registration.operations.cancel import Cancelled, cancel_batch, cancel_job
from registration.workflow.lookup_queries import Kind

app = App(
    "cancel",
    help_epilogue="""
After the command returns, no further effect on the platform starts. The command
lists the effects in flight; their outcomes are recorded when they end.

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
    """Cancel a batch, or one job of a batch, and list the effects in flight.

    Args:
        batch_or_job: The id of a batch or job, or its first 8 characters.
        by: The person who cancels, for the record.
        why: The reason, for the record.
        organisation: The organisation of the batch. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    attributed = attribution(by, why)
    async with open_context(organisation) as context:
        kind, target_id = await context.find(batch_or_job, Kind.BATCH, Kind.JOB)
        cancel_target = cancel_batch if kind is Kind.BATCH else cancel_job
        cancelled = await cancel_target(context.database, context.organisation_id, target_id, attributed)
        if not as_json:
            _print_cancelled(cancelled)
        started = None if cancelled.settled else await _settle(context, cancelled)
    if as_json:
        print_json(_document(cancelled) | continuation_document(started))
    else:
        _print_going_on(cancelled, started)


async def _settle(context: CommandContext, cancelled: Cancelled) -> Started | None:
    """Start a run that reconciles the effects in flight, unless one is live; a halted batch needs it as well."""
    return None if cancelled.live else (await start_flows(context, (cancelled.batch_id,)))[0]


def _print_cancelled(cancelled: Cancelled) -> None:
    console = output()
    console.print(Text(f"{cancelled.name}: cancelled; no further effect starts from now on"), soft_wrap=True)
    for effect in cancelled.in_flight:
        waits = "; a person must say whether it happened: `registration resolve`" if effect.needs_person else ""
        when = f"{effect.sent_at.astimezone():%H:%M:%S}"
        console.print(Text(f"in flight: {effect.restaurant} · {effect.name}, sent at {when}{waits}"), soft_wrap=True)
    if not cancelled.in_flight:
        console.print("no effect is in flight")


def _print_going_on(cancelled: Cancelled, started: Started | None) -> None:
    if not cancelled.settled:
        print_continuation(started)


def _document(cancelled: Cancelled) -> dict[str, Any]:
    in_flight = [
        {
            "job_id": effect.job_id,
            "restaurant": effect.restaurant,
            "sub_step": effect.name,
            "status": effect.status,
            "sent_at": effect.sent_at,
            "needs_person": effect.needs_person,
        }
        for effect in cancelled.in_flight
    ]
    return {
        "batch_id": cancelled.batch_id,
        "name": cancelled.name,
        "in_flight": in_flight,
        "settled": cancelled.settled,
    }
