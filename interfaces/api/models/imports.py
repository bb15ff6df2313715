"""Imports of restaurants."""

from uuid import UUID

from interfaces.api.models.base import Answer, Body
from registration.kit.csv import RowError
from registration.restaurants.importing import Imported


class ImportedRow(Body):
    """One restaurant of the list; `id` is null for a new one in a dry run."""

    line: int
    name: str
    city: str | None
    id: UUID | None
    new: bool


class CellProblem(Body):
    """What is wrong with a row, or was corrected in it."""

    line: int
    column: str | None
    reason: str

    @classmethod
    def of(cls, error: RowError) -> "CellProblem":
        """One remark on a row."""
        return cls(line=error.line, column=error.column, reason=error.what)


class RestaurantsImported(Answer):
    """The restaurants of the list: new ones, and those that were there before and stay as they are."""

    dry_run: bool
    imported: int
    already_there: int
    restaurants: list[ImportedRow]
    errors: list[CellProblem]
    remarks: list[CellProblem]

    @classmethod
    def of(
        cls, rows: tuple[Imported, ...], errors: tuple[RowError, ...], remarks: tuple[RowError, ...], *, dry_run: bool
    ) -> "RestaurantsImported":
        """The outcome of an import."""
        new = sum(row.new for row in rows)
        return cls(
            dry_run=dry_run,
            imported=new,
            already_there=len(rows) - new,
            restaurants=[ImportedRow.model_validate(row) for row in rows],
            errors=list(map(CellProblem.of, errors)),
            remarks=list(map(CellProblem.of, remarks)),
        )
