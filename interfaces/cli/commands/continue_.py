"""`registration continue`: goes on with a batch that its failure threshold stopped."""

from cyclopts import App

from interfaces.cli.commands.start import go_on, going_on_document, print_going_on
from interfaces.cli.output import output, print_json
from interfaces.cli.session import AsJson, By, Organisation, Why, attribution, open_context
from registration.operations.cancel import continue_batch

app = App(
    "continue",
    help_epilogue="""
The failures until now count no more. Failed restaurants stay failed:
`registration retry BATCH --failed` opens them again.

Example:
  registration continue 9c8b7a6d --why "the platform is back"
""",
    help_format="plaintext",
)


@app.default
async def continue_command(
    batch: str,
    *,
    by: By = None,
    why: Why = None,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """Go on with a batch that stopped because too many of its restaurants failed.

    Args:
        batch: Its id, or the first 8 characters.
        by: Who says so.
        why: Why.
        organisation: Whose batch. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    said = attribution(by, why)
    async with open_context(organisation) as context:
        batch_id = await context.batch_id(batch)
        live = await continue_batch(context.database, context.organisation_id, batch_id, said)
        started = await go_on(context, batch_id, live=live)
    if as_json:
        print_json({"batch_id": batch_id} | going_on_document(started))
    else:
        output().print("the batch goes on")
        print_going_on(started)
