"""What commands that list something share: their options, the reading of one page, and how it is printed."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Annotated, TypeVar

from cyclopts import Parameter
from cyclopts.validators import Number

from interfaces.cli.output import add_rows, output, print_json, remarks, table
from interfaces.cli.session import Organisation, open_context
from registration.database.session import Transaction

Row = TypeVar("Row")

MOST_LISTED = 1000
Several = Annotated[list[str] | None, Parameter(negative="")]
Limit = Annotated[int, Parameter(validator=Number(gte=1, lte=MOST_LISTED))]
Offset = Annotated[int, Parameter(validator=Number(gte=0))]


async def read_page(
    organisation: Organisation, read: Callable[[Transaction], Awaitable[tuple[Sequence[Row], int]]]
) -> tuple[Sequence[Row], int]:
    """The rows of one page, and the number of rows on all pages."""
    async with (
        open_context(organisation) as context,
        context.database.transaction(context.organisation_id) as transaction,
    ):
        return await read(transaction)


def print_document(name: str, rows: Iterable[object], total: int) -> None:
    """The page as JSON, its rows under their name."""
    print_json({"total": total, name: list(rows)})


def print_page(name: str, columns: Sequence[str], rows: Sequence[tuple[str, ...]], total: int) -> None:
    """The page as a table, and below it how many rows of how many it has."""
    if rows:
        output().print(add_rows(table(*columns), rows))
    remarks().print(f"{len(rows)} of {total} {name}", markup=False)
