"""`registration show`: one batch with its restaurants, or one job with its story."""

from cyclopts import App

from interfaces.cli.output import output, print_json
from interfaces.cli.pages.batch import batch_document, print_batch
from interfaces.cli.pages.job import print_story, story_document
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
  registration show 1a2b3c4d      a job of it: what happened when, by whom
  registration show 9c8b7a6d --json | jq '.restaurants[] | select(.error)'
""",
    help_format="plaintext",
)


@app.default
async def show(batch_or_job: str, *, organisation: Organisation = None, as_json: AsJson = False) -> None:
    """Show a batch with its restaurants, or a job with its story, its steps and its sub-steps.

    Args:
        batch_or_job: The id, or its first 8 characters.
        organisation: Whose batch. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    async with open_context(organisation) as context:
        kind, found = await context.find(batch_or_job, Kind.BATCH, Kind.JOB)
        async with context.database.transaction(context.organisation_id) as connection:
            if kind is Kind.JOB:
                history = await read_history(connection, context.organisation_id, found)
                print_json(story_document(history)) if as_json else print_story(output(), history)
                return
            overview = await read_overview(connection, context.organisation_id, found)
            view = await read_snapshot(connection, context.organisation_id, found)
    why = await _why_idle(overview, view)
    print_json(batch_document(overview, view, why)) if as_json else print_batch(output(), overview, view, why)


async def _why_idle(overview: BatchOverview, view: BatchView) -> str:
    """Why nobody works on a batch that was not left to people; empty if somebody does, or nobody needs to."""
    if overview.worked_on or overview.left_to_people or outcome(view) is not Outcome.OPEN:
        return ""
    # Prefect's client takes seconds to import.
    from interfaces.cli.pages.not_begun import why_not_begun

    return await why_not_begun(overview.id, overview.flow_run_id, started=overview.started_at is not None)
