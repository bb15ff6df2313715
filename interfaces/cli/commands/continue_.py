"""`registration continue`: goes on with a batch that its failure threshold halted."""

from cyclopts import App

from interfaces.cli.commands.start import continuation_document, continue_work, print_continuation
from interfaces.cli.output import output, print_json
from interfaces.cli.session import AsJson, By, Organisation, Why, attribution, open_context
from registration.operations.cancel import continue_batch

app = App(
    "continue",
    help_epilogue="""
The failure threshold counts only failures after this command. Failed restaurants
stay failed: `registration retry BATCH --failed` reopens them.

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
    """Go on with a batch that was halted because too many of its restaurants failed.

    Args:
        batch: The batch's id, or its first 8 characters.
        by: The person who continues the batch, for the record.
        why: The reason, for the record.
        organisation: The organisation of the batch. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    attributed = attribution(by, why)
    async with open_context(organisation) as context:
        batch_id = await context.batch_id(batch)
        live = await continue_batch(context.database, context.organisation_id, batch_id, attributed)
        started = await continue_work(context, batch_id, live=live)
    if as_json:
        print_json({"batch_id": batch_id} | continuation_document(started))
    else:
        output().print("the batch goes on")
        print_continuation(started)
