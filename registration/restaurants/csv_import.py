"""Restaurants from a CSV file: every row is read and validated, and all errors are reported at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from registration.errors import BadFile
from registration.kit.corrections import describe_field_correction
from registration.kit.csv import CsvTable, RowError, UnreadableTableError, csv_text
from registration.kit.documents import read_bytes
from registration.kit.spoilt_numbers import no_value
from registration.kit.text import as_seen, folded
from registration.kit.values import reasons
from registration.restaurants.models import NewRestaurant

COLUMNS = tuple(NewRestaurant.model_fields)
_MOST_ROWS = 20_000
_MOST_ERRORS = 1000
_REQUIRED = tuple((name,) for name, field in NewRestaurant.model_fields.items() if field.is_required())


@dataclass(frozen=True)
class NumberedRow:
    """A valid row and the number of its first line in the file (the header is line 1)."""

    line: int
    restaurant: NewRestaurant


@dataclass(frozen=True)
class CsvImport:
    """The content of a file. With any error nothing is imported, unless the invalid rows are to be skipped.

    `remarks` name the cells of valid rows that were corrected.
    """

    rows: tuple[NumberedRow, ...]
    errors: tuple[RowError, ...]
    remarks: tuple[RowError, ...] = ()


def read_restaurants(source: Path | str) -> CsvImport:
    """Read the CSV file at a Path, or a CSV text. Errors in the content are returned; OSError if the file cannot be
    opened.
    """
    rows: list[NumberedRow] = []
    errors: list[RowError] = []
    remarks: list[RowError] = []
    try:
        _read(_text(source), rows, errors, remarks)
    except UnreadableTableError as unreadable:
        errors.extend(unreadable.errors)
    if not rows and not errors:
        errors.append(RowError(1, None, "the file has a header but no restaurants"))
    return CsvImport(tuple(rows), tuple(errors), tuple(remarks))


def _text(source: Path | str) -> str:
    if isinstance(source, str):
        return source.removeprefix("\ufeff")
    try:
        return csv_text(read_bytes(source))
    except BadFile as error:
        raise UnreadableTableError(RowError(1, None, error.message)) from None


def _read(text: str, rows: list[NumberedRow], errors: list[RowError], remarks: list[RowError]) -> None:
    table = CsvTable.read(text, COLUMNS, _REQUIRED)
    lines: dict[tuple[str, ...], int] = {}
    for line, row in table.rows:
        _refuse_too_many(line, rows, errors)
        cells = _filled_cells(line, row, table, errors)
        restaurant = _restaurant(line, cells, errors) if cells else None
        if restaurant is None:
            continue
        earlier = lines.setdefault(_identity(restaurant), line)
        if earlier == line:
            rows.append(NumberedRow(line, restaurant))
            remarks.extend(_remarks(line, cells, restaurant))
        else:
            errors.append(RowError(line, None, f"is the same restaurant as line {earlier}"))


def _refuse_too_many(line: int, rows: list[NumberedRow], errors: list[RowError]) -> None:
    if len(rows) >= _MOST_ROWS:
        raise UnreadableTableError(RowError(line, None, f"was not read: a list has at most {_MOST_ROWS} restaurants"))
    if len(errors) >= _MOST_ERRORS:
        raise UnreadableTableError(
            RowError(line, None, "was not read, nor any line after it: there are too many errors")
        )


def _filled_cells(line: int, row: list[str], table: CsvTable, errors: list[RowError]) -> dict[str, str]:
    """The filled cells by column; empty, with errors added to `errors`, if the row or a cell is damaged."""
    try:
        filled = table.filled(row)
    except ValueError as error:
        errors.append(RowError(line, None, str(error)))
        return {}
    damaged = [RowError(line, column, reason) for column, cell in filled.items() if (reason := no_value(cell))]
    errors.extend(damaged)
    return {} if damaged else filled


def _restaurant(line: int, cells: dict[str, str], errors: list[RowError]) -> NewRestaurant | None:
    try:
        return NewRestaurant.model_validate(cells)
    except ValidationError as error:
        errors.extend(_cell_error(line, reason) for reason in reasons(error))
        return None


def _remarks(line: int, cells: dict[str, str], restaurant: NewRestaurant) -> Iterator[RowError]:
    for column, cell in cells.items():
        if changed := describe_field_correction(column, cell):
            yield RowError(line, column, changed)
    if restaurant.external_id and restaurant.external_id != (written := as_seen(cells["external_id"])):
        yield RowError(line, "external_id", f"{written!r} is read as {restaurant.external_id!r}")


def _cell_error(line: int, reason: str) -> RowError:
    location, _, why = reason.partition(": ")
    return RowError(line, location.partition(".")[0], why)


def _identity(restaurant: NewRestaurant) -> tuple[str, ...]:
    """The key by which two rows are the same restaurant: the external id, else name and address."""
    if restaurant.external_id:
        return (restaurant.external_id,)
    return folded(restaurant.name), folded(restaurant.address or "")
