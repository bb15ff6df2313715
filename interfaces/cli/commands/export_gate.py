"""`registration export-gate`: what waits in a batch as a file to fill in."""

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
One row per waiting restaurant. Fill in the column `answer` (beside it stands
what may be filled in), leave a row as it is to decide later, and hand the file
back. Columns that begin with "see " are only to be looked at.

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
    """Write what waits at the gates of a batch to a file; `registration answer --file` takes it back filled in.

    Args:
        batch: Its id, or the first 8 characters.
        file: Where to, as .csv for a spreadsheet or .json.
        overwrite: Write over a file that is there.
        organisation: Whose batch. Default: REGISTRATION_ORGANISATION.
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
    told = f"{len(waiting)} written to {file}; then: registration answer {str(batch_id)[:8]} --file {file}"
    console.print(Text(told), soft_wrap=True)
