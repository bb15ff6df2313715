"""`registration export`: what became of each restaurant of a batch."""

import csv
from dataclasses import asdict
from io import StringIO
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.text import Text

from interfaces.cli.output import output, write_new
from interfaces.cli.session import AsJson, Organisation, open_context
from registration.errors import Refused
from registration.kit.csv import to_cell
from registration.kit.documents import json_text
from registration.reporting.result_queries import Result, SubStepResult, read_results

app = App(
    "export",
    help_epilogue="""
There is no password in it.

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
    """Export a batch: per restaurant its outcome, sub-steps, company, account e-mail, platform id and error.

    Args:
        batch: Its id, or the first 8 characters.
        as_csv: As CSV, for a spreadsheet.
        as_json: Print JSON.
        file: Write to this file instead of printing.
        overwrite: Write over a file that is there.
        organisation: Whose batch. Default: REGISTRATION_ORGANISATION.
    """
    if as_csv == as_json:
        raise Refused("say in which form: one of --csv and --json")
    async with open_context(organisation) as context:
        batch_id = await context.batch_id(batch)
        async with context.database.transaction(context.organisation_id) as connection:
            results = await read_results(connection, context.organisation_id, batch_id)
    content = csv_of(results) if as_csv else json_text([asdict(one) for one in results]) + "\n"
    if file is None:
        print(content, end="")
        return
    # Spreadsheets know by the byte order mark that a file is UTF-8; in a pipe it would be part of the first name.
    write_new(file, f"\ufeff{content}" if as_csv else content, overwrite=overwrite)
    output().print(Text(f"{len(results)} restaurants written to {file}"), soft_wrap=True)


def csv_of(results: tuple[Result, ...]) -> str:
    """One row per restaurant, a column per sub-step; no cell is a formula."""
    rows = [_row(one) for one in results]
    text = StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows({name: to_cell(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def _row(result: Result) -> dict[str, object]:
    values: dict[str, object] = {name: value for name, value in vars(result).items() if name != "sub_steps"}
    return values | {name: _told(one) for name, one in result.sub_steps.items()}


def _told(sub_step: SubStepResult) -> str:
    if sub_step.why:
        return f"{sub_step.status}: {sub_step.why}"
    return f"{sub_step.status} ({sub_step.known})" if sub_step.known else sub_step.status
