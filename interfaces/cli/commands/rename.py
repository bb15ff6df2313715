"""`registration rename`: gives a batch another name."""

from dataclasses import asdict

from cyclopts import App

from interfaces.cli.output import output, print_json
from interfaces.cli.session import AsJson, By, Organisation, Why, attribution, open_context
from registration.operations.rename import rename_batch

app = App(
    "rename",
    help_epilogue="""
The name is for people only; the batch keeps its id.

Example:
  registration rename 9c8b7a6d "Monday list"
""",
    help_format="plaintext",
)


@app.default
async def rename(
    batch: str,
    name: str,
    *,
    by: By = None,
    why: Why = None,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """Give a batch another name.

    Args:
        batch: The batch's id, or its first 8 characters.
        name: The name from now on: one line.
        by: The person who renames the batch, for the record.
        why: The reason, for the record.
        organisation: The organisation of the batch. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    attributed = attribution(by, why)
    async with open_context(organisation) as context:
        batch_id = await context.batch_id(batch)
        done = await rename_batch(context.database, context.organisation_id, batch_id, name, attributed)
    if as_json:
        print_json(asdict(done))
    elif done.before == done.name:
        output().print(f"it has this name already: {done.name}")
    else:
        output().print(f"renamed: {done.before} is now {done.name}")
