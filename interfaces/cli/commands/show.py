"""`registration show`: one batch with its restaurants, or one job with its history."""

from cyclopts import App

from interfaces.cli.output import output, print_json
from interfaces.cli.rendering.batch import batch_document, print_batch
from interfaces.cli.rendering.job import history_document, print_history
from interfaces.cli.session import AsJson, Organisation, open_context
from registration.batches.overview_queries import BatchOverview, read_overview
from registration.batches.progress import Outcome, outcome
from registration.reporting.history_queries import read_history
from registration.workflow.lookup_queries import Kind
from registration.workflow.snapshot import BatchView
from registration.workflow.snapshot_queries import read_snapshot

app = App(
    "show",
    help_epilogue="""
Examples:
  registration show 9c8b7a6d      a batch: a row per restaurant
  registration show 1a2b3c4d      a job: its history, with times and names
  registration show 9c8b7a6d --json | jq '.restaurants[] | select(.error)'
""",
    help_format="plaintext",
)


@app.default
async def show(batch_or_job: str, *, organisation: Organisation = None, as_json: AsJson = False) -> None:
    """Show a batch with its restaurants, or a job with its history, its steps and its sub-steps.

    Args:
        batch_or_job: The id of a batch or job, or its first 8 characters.
        organisation: The organisation of the batch. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    async with open_context(organisation) as context:
        kind, target_id = await context.find(batch_or_job, Kind.BATCH, Kind.JOB)
        async with context.database.transaction(context.organisation_id) as transaction:
            if kind is Kind.JOB:
                history = await read_history(transaction, target_id)
                print_json(history_document(history)) if as_json else print_history(output(), history)
                return
            overview = await read_overview(transaction, target_id)
            view = await read_snapshot(transaction, target_id)
    why = await _why_idle(overview, view)
    print_json(batch_document(overview, view, why)) if as_json else print_batch(output(), overview, view, why)


async def _why_idle(overview: BatchOverview, view: BatchView) -> str:
    """Why no process works on a batch that has work left; empty if a process does, or only people can go on."""
    if overview.worked_on or overview.left_to_people or outcome(view) is not Outcome.OPEN:
        return ""
    # Imported here because Prefect's client takes seconds to import.
    from interfaces.cli.rendering.not_begun import explain_idle

    return await explain_idle(overview.id, overview.flow_run_id, started=overview.started_at is not None)
