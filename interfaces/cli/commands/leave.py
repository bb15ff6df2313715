"""`registration leave`: says that failed restaurants need nobody any more."""

from cyclopts import App

from interfaces.cli.output import output, print_json
from interfaces.cli.session import AsJson, By, Organisation, Why, attribution, open_context
from registration.operations.leave_failed import leave_failed
from registration.workflow.lookup_queries import Kind, batch_of_job

app = App(
    "leave",
    help_epilogue="""
Nothing is changed on the platform, and each restaurant can be retried later all the same.

Examples:
  registration leave 9c8b7a6d --why "closed for good"
  registration leave 1a2b3c4d
""",
    help_format="plaintext",
)


@app.default
async def leave(
    batch_or_job: str,
    *,
    by: By = None,
    why: Why = None,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """Say that the failed restaurants of a batch, or one job, need nobody: they leave the inbox of the console.

    Args:
        batch_or_job: The id of the batch or job, or its first 8 characters.
        by: The person who says so, for the record.
        why: The reason, for the record.
        organisation: The organisation of the batch. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    attributed = attribution(by, why)
    async with open_context(organisation) as context:
        kind, found = await context.find(batch_or_job, Kind.BATCH, Kind.JOB)
        async with context.database.transaction(context.organisation_id) as transaction:
            batch_id = found if kind is Kind.BATCH else await batch_of_job(transaction, found)
        jobs = None if kind is Kind.BATCH else (found,)
        left = await leave_failed(context.database, context.organisation_id, batch_id, attributed, jobs)
    if as_json:
        print_json({"batch_id": batch_id, "job_ids": list(left)})
    else:
        output().print(f"left as they are: {len(left)}")
