"""Restaurants from a CSV file: every row is read and validated, and everything that is wrong is reported at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from registration.errors import BadFile
from registration.kit.corrections import field_read_otherwise
from registration.kit.csv import MOST_COLUMNS, NotCsvError, cells_of, column_names, csv_rows
from registration.kit.documents import read_bytes
from registration.kit.spoilt_numbers import no_value
from registration.kit.text import as_seen, folded
from registration.kit.values import reasons
from registration.restaurants.models import NewRestaurant

COLUMNS = tuple(NewRestaurant.model_fields)
_MOST_ROWS = 20_000
_MOST_ERRORS = 1000
_REQUIRED = tuple(name for name, field in NewRestaurant.model_fields.items() if field.is_required())


@dataclass(frozen=True)
class NumberedRow:
    """A good row and the line of the file on which it begins (the header is line 1)."""

    line: int
    restaurant: NewRestaurant


@dataclass(frozen=True)
class RowError:
    """A bad row, or with `column` a bad cell, and why."""

    line: int
    column: str | None
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.column + ' ' if self.column else ''}{self.reason}"


@dataclass(frozen=True)
class CsvImport:
    """What a file holds. With any error nothing is imported, unless the bad rows are to be left out.

    `remarks` are the cells of good rows that were read otherwise than they stand there.
    """

    rows: tuple[NumberedRow, ...]
    errors: tuple[RowError, ...]
    remarks: tuple[RowError, ...] = ()


class _UnreadableError(Exception):
    """The file cannot be read on from here."""

    def __init__(self, *errors: RowError) -> None:
        super().__init__(*map(str, errors))
        self.errors = errors


def read_restaurants(source: Path | str) -> CsvImport:
    """Reads the CSV file at a Path, or a CSV text. Raises nothing for what is in it; OSError if there is no file."""
    rows: list[NumberedRow] = []
    errors: list[RowError] = []
    remarks: list[RowError] = []
    try:
        _read(_text(source), rows, errors, remarks)
    except _UnreadableError as unreadable:
        errors.extend(unreadable.errors)
    except NotCsvError as error:
        errors.append(RowError(error.line, None, f"is not valid CSV ({error}); the file was not read on from here"))
    if not rows and not errors:
        errors.append(RowError(1, None, "the file has a header but no restaurants"))
    return CsvImport(tuple(rows), tuple(errors), tuple(remarks))


def _text(source: Path | str) -> str:
    if isinstance(source, str):
        return source.removeprefix("\ufeff")
    try:
        content = read_bytes(source)
    except BadFile as error:
        raise _UnreadableError(RowError(1, None, error.message)) from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _UnreadableError(RowError(line, None, "is not UTF-8 text; save the file as CSV UTF-8")) from None


def _read(text: str, rows: list[NumberedRow], errors: list[RowError], remarks: list[RowError]) -> None:
    records = csv_rows(text)
    first = next(records, None)
    if first is None:
        raise _UnreadableError(RowError(1, None, "the file is empty"))
    columns = _columns(*first)
    seen: dict[tuple[str, ...], int] = {}
    for line, cells in records:
        _refuse_too_many(line, rows, errors)
        given = _given(line, cells, columns, errors)
        restaurant = _restaurant(line, given, errors) if given else None
        if restaurant is None:
            continue
        earlier = seen.setdefault(_identity(restaurant), line)
        if earlier == line:
            rows.append(NumberedRow(line, restaurant))
            remarks.extend(_remarks(line, given, restaurant))
        else:
            errors.append(RowError(line, None, f"is the same restaurant as line {earlier}"))


def _refuse_too_many(line: int, rows: list[NumberedRow], errors: list[RowError]) -> None:
    if len(rows) >= _MOST_ROWS:
        raise _UnreadableError(RowError(line, None, f"was not read: a list has at most {_MOST_ROWS} restaurants"))
    if len(errors) >= _MOST_ERRORS:
        raise _UnreadableError(RowError(line, None, "was not read, nor what follows: too much is wrong before it"))


def _columns(line: int, header: list[str]) -> list[str]:
    columns = column_names(header)
    if len(columns) > MOST_COLUMNS:
        raise _UnreadableError(RowError(line, None, f"has {len(columns)} columns; known are {', '.join(COLUMNS)}"))
    unknown = [name for name in columns if name not in COLUMNS]
    twice = sorted({name for name in columns if columns.count(name) > 1})
    missing = [name for name in _REQUIRED if name not in columns]
    errors = [
        *(RowError(line, repr(name), f"is not a known column; known are {', '.join(COLUMNS)}") for name in unknown),
        *(RowError(line, repr(name), "stands twice in the header") for name in twice),
        *(RowError(line, repr(name), "is required but is not in the header") for name in missing),
    ]
    if errors:
        raise _UnreadableError(*errors)
    return columns


def _given(line: int, row: list[str], columns: list[str], errors: list[RowError]) -> dict[str, str]:
    """The cells that are filled, by column; what is wrong with them before anything is read goes to `errors`."""
    try:
        cells = cells_of(row, columns)
    except ValueError as error:
        errors.append(RowError(line, None, str(error)))
        return {}
    given = {column: cell for column, cell in zip(columns, cells, strict=True) if cell.strip()}
    unseen = [RowError(line, column, reason) for column, cell in given.items() if (reason := no_value(cell))]
    errors.extend(unseen)
    return {} if unseen else given


def _restaurant(line: int, given: dict[str, str], errors: list[RowError]) -> NewRestaurant | None:
    try:
        return NewRestaurant.model_validate(given)
    except ValidationError as error:
        errors.extend(_cell_error(line, reason) for reason in reasons(error))
        return None


def _remarks(line: int, given: dict[str, str], restaurant: NewRestaurant) -> Iterator[RowError]:
    for column, cell in given.items():
        if changed := field_read_otherwise(column, cell):
            yield RowError(line, column, changed)
    if restaurant.external_id and restaurant.external_id != (stands := as_seen(given["external_id"])):
        yield RowError(line, "external_id", f"{stands!r} is read as {restaurant.external_id!r}")


def _cell_error(line: int, reason: str) -> RowError:
    place, _, why = reason.partition(": ")
    return RowError(line, place.partition(".")[0], why)


def _identity(restaurant: NewRestaurant) -> tuple[str, ...]:
    """What makes two rows the same restaurant: the external id, else name and address."""
    if restaurant.external_id:
        return (restaurant.external_id,)
    return folded(restaurant.name), folded(restaurant.address or "")
