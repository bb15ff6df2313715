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

A second import of a file makes no duplicates: a restaurant is identified by
external_id, else by name and address. An existing restaurant is not changed.

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
    """Import restaurants from a CSV file. Nothing is imported if any row is invalid.

    Args:
        file: The CSV file, UTF-8, with a header; cells are separated by commas, semicolons or tabs.
        skip_invalid: Leave out the invalid rows and import the others.
        dry_run: List the restaurants that would be imported, and change nothing.
        organisation: The organisation of the restaurants. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    async with open_context(organisation) as context:
        read = read_csv(file, skip_invalid=skip_invalid)
        imported = await import_rows(context, read, dry_run=dry_run)
    if as_json:
        print_json(_document(imported, read, dry_run=dry_run))
    else:
        print_imported(imported, dry_run=dry_run)


def read_csv(file: Path, *, skip_invalid: bool) -> CsvImport:
    """The rows of the file. Raises BadFile with every invalid row, unless invalid rows are skipped."""
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


async def import_rows(context: CommandContext, read: CsvImport, *, dry_run: bool = False) -> tuple[Imported, ...]:
    """Import the rows of a file, with progress on the terminal."""
    with remarks().status(f"Importing {len(read.rows)} restaurants …"):
        return await import_restaurants(context.database, context.organisation_id, read.rows, dry_run=dry_run)


def print_imported(imported: tuple[Imported, ...], *, dry_run: bool = False) -> None:
    """Print one row per restaurant, and the number of new restaurants."""
    new = sum(restaurant.new for restaurant in imported)
    rows = (
        (restaurant.line, restaurant.name, restaurant.city, "new" if restaurant.new else "already there", restaurant.id)
        for restaurant in imported
    )
    console = output()
    console.print(add_rows(table("line", "restaurant", "city", "", "id"), rows))
    verb = "would be imported" if dry_run else "imported"
    console.print(f"\n{new} {verb}, {len(imported) - new} already there")


def _document(imported: tuple[Imported, ...], read: CsvImport, *, dry_run: bool) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "imported": sum(restaurant.new for restaurant in imported),
        "already_there": sum(not restaurant.new for restaurant in imported),
        "left_out": [asdict(error) for error in read.errors],
        "remarks": [asdict(remark) for remark in read.remarks],
        "restaurants": [asdict(restaurant) for restaurant in imported],
    }
