"""`registration export`: the outcome of each restaurant of a batch, as CSV or JSON."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.text import Text

from interfaces.cli.output import output, write_new
from interfaces.cli.session import AsJson, Organisation, open_context
from registration.errors import Refused
from registration.kit.documents import json_text
from registration.reporting.result_queries import read_results
from registration.reporting.results import csv_of

app = App(
    "export",
    help_epilogue="""
The export has what is passed on to an owner: the addresses of demo store and
dashboard, the Stripe link, contact, opening hours, and the executed configuration
in words. It contains no password: `registration credentials show` prints one.

Examples:
  registration export 9c8b7a6d --csv > monday.csv
  registration export 9c8b7a6d --json --file monday.json
  registration export 9c8b7a6d --json |
    jq -r '.[] | select(.outcome == "failed") | .job_id'
""",
    help_format="plaintext",
)

_Flag = Parameter(negative="")


@app.default
async def export(
    batch: str,
    *,
    as_csv: Annotated[bool, Parameter(name="--csv", negative="", help="As CSV, for a spreadsheet.")] = False,
    as_json: AsJson = False,
    file: Path | None = None,
    overwrite: Annotated[bool, _Flag] = False,
    organisation: Organisation = None,
) -> None:
    """Export a batch: outcome, company, account, platform id, links, contact, hours and sub-steps of each restaurant.

    Args:
        batch: The batch's id, or its first 8 characters.
        as_csv: As CSV, for a spreadsheet.
        as_json: Print JSON.
        file: Write to this file instead of printing.
        overwrite: Replace an existing file.
        organisation: The organisation of the batch. Default: REGISTRATION_ORGANISATION.
    """
    if as_csv == as_json:
        raise Refused("say in which form: one of --csv and --json")
    async with open_context(organisation) as context:
        batch_id = await context.batch_id(batch)
        async with context.database.transaction(context.organisation_id) as transaction:
            results = await read_results(transaction, batch_id)
    content = csv_of(results) if as_csv else json_text([asdict(result) for result in results]) + "\n"
    if file is None:
        print(content, end="")
        return
    # The byte order mark tells a spreadsheet that a file is UTF-8; in a pipe it would be read as part of a column name.
    write_new(file, f"\ufeff{content}" if as_csv else content, overwrite=overwrite)
    output().print(Text(f"{len(results)} restaurants written to {file}"), soft_wrap=True)
