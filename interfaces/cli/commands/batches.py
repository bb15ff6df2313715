"""`registration batches`: all batches, those that wait for a person first."""

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

_MAX_LIMIT = 10_000
_COUNTERS = ("completed", "partially_completed", "failed", "skipped", "cancelled")


@app.default
async def batches(
    *,
    limit: Annotated[int, Parameter(validator=Number(gte=1, lte=_MAX_LIMIT))] = 50,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """List the batches: first those that wait for a person, then the newest.

    Args:
        limit: The largest number of batches.
        organisation: The organisation of the batches. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    async with (
        open_context(organisation) as context,
        context.database.transaction(context.organisation_id) as transaction,
    ):
        overviews = await list_overviews(transaction, limit)
    if as_json:
        print_json([asdict(batch) | {"waits_for": waits(batch)} for batch in overviews])
    elif overviews:
        output().print(
            add_rows(table("id", "batch", "status", "%", "restaurants", "step", "waits for"), map(_row, overviews))
        )
    else:
        output().print("no batches yet: `registration start --csv FILE` makes one")


def waits(batch: BatchOverview) -> str:
    """The number of jobs that wait at each gate, and of those with effects or item tags that a person must decide."""
    gates = {
        "company selection": batch.waiting_company_selection,
        "configuration": batch.waiting_yolo_config,
        "to be resolved": batch.waiting_unknown_effects,
        "item tags": batch.waiting_item_tags,
    }
    return ", ".join(f"{count} {gate}" for gate, count in gates.items() if count)


def state(batch: BatchOverview) -> str:
    """How the batch ended, or the status of one that has not: a batch may have ended with failures only."""
    return batch.outcome.words if batch.outcome else batch.status.replace("_", " ")


def counters(batch: BatchOverview) -> str:
    """`12: 9 completed, 1 failed`: the number of all restaurants, then of the ended ones by outcome."""
    ended = {name: getattr(batch, f"jobs_{name}") for name in _COUNTERS}
    ended_counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in ended.items() if count)
    return f"{batch.jobs_total}: {ended_counts}" if ended_counts else str(batch.jobs_total)


def _row(batch: BatchOverview) -> tuple[object, ...]:
    step = f"{batch.current_step} {STEPS[batch.current_step].name}" if batch.current_step else ""
    return str(batch.id)[:8], batch.name, state(batch), batch.percent, counters(batch), step, waits(batch)
