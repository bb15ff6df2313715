"""`registration import`: restaurants from a CSV file."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from interfaces.cli.output import add_rows, output, print_json, remarks, table
from interfaces.cli.session import AsJson, CommandContext, Organisation, open_context
from registration.errors import BadFile
from registration.restaurants.csv_import import COLUMNS, CsvImport, read_restaurants
from registration.restaurants.importing import Imported, import_restaurants

app = App(
    "import",
    help_epilogue=f"""
Columns: {", ".join(COLUMNS)}. Only name is required; cuisine is separated by ";".

The same file again makes no duplicate: a restaurant is known by external_id,
else by name and address. One that is there already is left as it is.

Examples:
  registration import restaurants.csv --dry-run
  registration import restaurants.csv
  registration import restaurants.csv --skip-invalid
  registration import restaurants.csv --json | jq -r '.restaurants[].id'
""",
    help_format="plaintext",
)


@app.default
async def import_file(
    file: Path,
    *,
    skip_invalid: Annotated[bool, Parameter(negative="")] = False,
    dry_run: Annotated[bool, Parameter(negative="")] = False,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """Bring restaurants in from a CSV file. Nothing is imported if any row is bad.

    Args:
        file: The CSV file, UTF-8, with a header; cells are separated by commas, semicolons or tabs.
        skip_invalid: Leave the bad rows out and import the others.
        dry_run: Only say what would be imported.
        organisation: Whose restaurants. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    async with open_context(organisation) as context:
        read = read_csv(file, skip_invalid=skip_invalid)
        imported = await take_in(context, read, dry_run=dry_run)
    if as_json:
        print_json(_document(imported, read, dry_run=dry_run))
    else:
        print_imported(imported, dry_run=dry_run)


def read_csv(file: Path, *, skip_invalid: bool) -> CsvImport:
    """The rows of the file. Raises BadFile that names every bad row, unless they are to be skipped."""
    try:
        read = read_restaurants(file)
    except OSError as error:
        raise BadFile(f"{file} cannot be read: {error.strerror}") from error
    for remark in read.remarks:
        remarks().print(f"{file.name}, {remark}", markup=False, soft_wrap=True)
    bad = "\n".join(f"  {error}" for error in read.errors)
    if not read.errors or (skip_invalid and read.rows):
        if bad:
            remarks().print(f"left out of {file}:\n{bad}", markup=False, soft_wrap=True)
        return read
    hint = "put them right, or leave them out with --skip-invalid" if read.rows else "put it right"
    raise BadFile(f"{file} was not imported, nothing was changed; {hint}:\n{bad}")


async def take_in(context: CommandContext, read: CsvImport, *, dry_run: bool = False) -> tuple[Imported, ...]:
    """Import what was read, with progress on the terminal."""
    with remarks().status(f"Importing {len(read.rows)} restaurants …"):
        return await import_restaurants(context.database, context.organisation_id, read.rows, dry_run=dry_run)


def print_imported(imported: tuple[Imported, ...], *, dry_run: bool = False) -> None:
    """One row per restaurant, and how many are new."""
    new = sum(one.new for one in imported)
    rows = ((one.line, one.name, one.city, "new" if one.new else "already there", one.id) for one in imported)
    console = output()
    console.print(add_rows(table("line", "restaurant", "city", "", "id"), rows))
    verb = "would be imported" if dry_run else "imported"
    console.print(f"\n{new} {verb}, {len(imported) - new} already there")


def _document(imported: tuple[Imported, ...], read: CsvImport, *, dry_run: bool) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "imported": sum(one.new for one in imported),
        "already_there": sum(not one.new for one in imported),
        "left_out": [asdict(error) for error in read.errors],
        "remarks": [asdict(remark) for remark in read.remarks],
        "restaurants": [asdict(one) for one in imported],
    }
