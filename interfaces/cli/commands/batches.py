"""`registration batches`: all batches, those that wait for somebody first."""

from dataclasses import asdict
from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from interfaces.cli.output import add_rows, output, print_json, table
from interfaces.cli.session import AsJson, Organisation, open_context
from registration.batches.overview_queries import BatchOverview, list_overviews
from registration.workflow.steps import STEPS

app = App(
    "batches",
    help_epilogue="""
Examples:
  registration batches
  registration batches --json | jq -r '.[] | select(.waits_for != "") | .id'
  registration show 1a2b3c4d      the first 8 characters of an id are enough
""",
    help_format="plaintext",
)

_MOST = 10_000
_COUNTERS = ("completed", "partially_completed", "failed", "skipped", "cancelled")


@app.default
async def batches(
    *,
    limit: Annotated[int, Parameter(validator=Number(gte=1, lte=_MOST))] = 50,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """List the batches: those that need somebody first, then the newest first.

    Args:
        limit: How many at most.
        organisation: Whose batches. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    async with (
        open_context(organisation) as context,
        context.database.transaction(context.organisation_id) as connection,
    ):
        found = await list_overviews(connection, context.organisation_id, limit)
    if as_json:
        print_json([asdict(one) | {"waits_for": waits(one)} for one in found])
    elif found:
        output().print(
            add_rows(table("id", "batch", "status", "%", "restaurants", "step", "waits for"), map(_row, found))
        )
    else:
        output().print("no batches yet: `registration start --csv FILE` makes one")


def waits(batch: BatchOverview) -> str:
    """How many wait at which gate, and how many effects somebody must settle."""
    gates = {
        "company selection": batch.waiting_company_selection,
        "configuration": batch.waiting_yolo_config,
        "to be resolved": batch.waiting_unknown_effects,
    }
    return ", ".join(f"{count} {what}" for what, count in gates.items() if count)


def counters(batch: BatchOverview) -> str:
    """`12: 9 completed, 1 failed`: all restaurants, then those that have ended, by outcome."""
    ended = {name: getattr(batch, f"jobs_{name}") for name in _COUNTERS}
    told = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in ended.items() if count)
    return f"{batch.jobs_total}: {told}" if told else str(batch.jobs_total)


def _row(batch: BatchOverview) -> tuple[object, ...]:
    status = batch.status.replace("_", " ")
    step = f"{batch.current_step} {STEPS[batch.current_step].name}" if batch.current_step else ""
    return str(batch.id)[:8], batch.name, status, batch.percent, counters(batch), step, waits(batch)
