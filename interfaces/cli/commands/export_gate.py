"""`registration export-gate`: writes the open questions of a batch to a file, to be filled in."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.text import Text

from interfaces.cli.output import output, write_new
from interfaces.cli.session import Organisation, open_context
from registration.errors import BadFile
from registration.gates.answer_file.write import as_csv, as_json
from registration.gates.open_questions import open_questions

app = App(
    "export-gate",
    help_epilogue="""
The file has one row per waiting restaurant. Fill in the column `answer`, for
which the next column lists the allowed values, or leave it empty to decide later;
then hand the file back. Columns that begin with "see " are only information.

Examples:
  registration export-gate 9c8b7a6d --file decisions.csv
  registration answer 9c8b7a6d --file decisions.csv
""",
    help_format="plaintext",
)

_WRITERS = {".csv": as_csv, ".json": as_json}


@app.default
async def export_gate(
    batch: str,
    *,
    file: Path,
    overwrite: Annotated[bool, Parameter(negative="")] = False,
    organisation: Organisation = None,
) -> None:
    """Write the open questions of a batch to a file; `registration answer --file` reads the answers from it.

    Args:
        batch: The batch's id, or its first 8 characters.
        file: The file to write: .csv for a spreadsheet, or .json.
        overwrite: Replace an existing file.
        organisation: The organisation of the batch. Default: REGISTRATION_ORGANISATION.
    """
    writer = _WRITERS.get(file.suffix.lower())
    if writer is None:
        raise BadFile(f"{file.name} is neither .json nor .csv")
    async with open_context(organisation) as context:
        batch_id = await context.batch_id(batch)
        waiting = await open_questions(context.database, context.organisation_id, batch_id)
    console = output()
    if not waiting:
        console.print("nothing waits for an answer in this batch now; no file was written")
        return
    write_new(file, writer(waiting), overwrite=overwrite)
    message = f"{len(waiting)} written to {file}; then: registration answer {str(batch_id)[:8]} --file {file}"
    console.print(Text(message), soft_wrap=True)
