"""What the import page shows: the header if it is wrong, wrong lines with their cells, all verdicts. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from interfaces.console.new_batches import MadeBatch
from interfaces.console.restaurant_lines import RestaurantLine, line_of
from registration.batches.models import MOST_RESTAURANTS
from registration.kit.csv import RowError, UnreadableTableError
from registration.kit.csv_cells import CsvCells
from registration.restaurants.csv_import import COLUMNS, CsvImport
from registration.restaurants.importing import Imported
from registration.restaurants.list_queries import ListedRestaurant

MOST_ROWS: Final = 1000
_MOST_OPEN: Final = 50
_MOST_BEYOND: Final = 3
_SAMPLES: Final = 3


@dataclass(frozen=True)
class Cell:
    """A cell that can be corrected; `wrong` is what is wrong with it."""

    at: int
    column: str
    value: str
    wrong: str


@dataclass(frozen=True)
class OpenLine:
    """A line that is wrong, or was corrected on the page: all its cells. `verdict` is empty while it is wrong."""

    line: int
    cells: tuple[Cell, ...]
    wrong: str
    verdict: str


@dataclass(frozen=True)
class GoodLine:
    """A line that can be imported; `there` is the restaurant that the organisation has already."""

    line: int
    name: str
    city: str
    remarks: str
    there: RestaurantLine | None


@dataclass(frozen=True)
class HeadCell:
    """A column of the list as it is named, with the first texts in it; `chosen` is the known column, if it is one."""

    at: int
    name: str
    samples: str
    chosen: str


@dataclass(frozen=True)
class CheckedList:
    """A list with its verdicts. `problems` are about the header or the whole text."""

    text: str
    problems: tuple[str, ...]
    heads: tuple[HeadCell, ...]
    open_lines: tuple[OpenLine, ...]
    more_wrong: int
    good: tuple[GoodLine, ...]
    columns: tuple[str, ...] = COLUMNS

    @property
    def importable(self) -> bool:
        """Whether there is something to import, and nothing is wrong with header and text."""
        return bool(self.good) and not self.problems

    @property
    def wrong(self) -> int:
        """How many lines are wrong."""
        return sum(not one.verdict for one in self.open_lines) + self.more_wrong

    @property
    def new(self) -> int:
        """How many restaurants would be new."""
        return sum(one.there is None for one in self.good)

    @property
    def to_start(self) -> int:
        """How many of the list a new batch would have: those that no batch has now and the platform has not yet."""
        return sum(can_start(one.there) for one in self.good)

    @property
    def parts(self) -> int:
        """How many batches these need."""
        return -(-self.to_start // MOST_RESTAURANTS)


@dataclass(frozen=True)
class Outcome:
    """What an import did; `offered` are the restaurants of the list, of which a batch can be made."""

    new: int
    there: int
    left_out: int
    made: tuple[MadeBatch, ...]
    refused: str
    offered: tuple[UUID, ...]


def can_start(there: RestaurantLine | None) -> bool:
    """Whether `import and start` takes this restaurant: not one that a batch has now, or that is registered."""
    return there is None or there.state == "never registered"


def checked(
    text: str,
    read: CsvImport,
    imported: Sequence[Imported],
    known: Mapping[UUID, ListedRestaurant],
    open_lines: frozenset[int] = frozenset(),
) -> CheckedList:
    """The list with its verdicts; `open_lines` stay open, also if they are right now."""
    table = _table(text)
    wrong: dict[int, list[RowError]] = defaultdict(list)
    for error in read.errors:
        wrong[error.line].append(error)
    rows = dict(table.rows) if table else {}
    header_line = min(rows, default=1)
    about_header = wrong.pop(header_line, [])
    elsewhere = [error for line in wrong if line not in rows for error in wrong[line]]
    good = _good(read, imported, known)
    verdicts = {one.line: verdict(one) for one in good}
    wrong_lines = [line for line in wrong if line in rows]
    lines = sorted({*wrong_lines, *(open_lines & verdicts.keys())})[:_MOST_OPEN]
    opened = tuple(_open(line, rows, header_line, wrong.get(line, ()), verdicts.get(line, "")) for line in lines)
    return CheckedList(
        text=table.text if table else text,
        problems=tuple(map(str, [*about_header, *elsewhere])),
        heads=_heads(rows) if any(error.column for error in about_header) else (),
        open_lines=opened,
        more_wrong=len(wrong_lines) - sum(not one.verdict for one in opened),
        good=good,
    )


def verdict(line: GoodLine) -> str:
    """`new`, or that it is there already."""
    return "new" if line.there is None else "there already"


def _table(text: str) -> CsvCells | None:
    try:
        return CsvCells.read(text)
    except UnreadableTableError:
        return None


def _heads(rows: Mapping[int, tuple[str, ...]]) -> tuple[HeadCell, ...]:
    header, *others = list(rows.values())[: 1 + _SAMPLES]
    return tuple(
        HeadCell(
            at=at,
            name=name,
            samples=" · ".join(cells[at].strip() for cells in others if at < len(cells) and cells[at].strip()),
            chosen=name.strip().lower() if name.strip().lower() in COLUMNS else "",
        )
        for at, name in enumerate(header)
    )


def _good(
    read: CsvImport, imported: Sequence[Imported], known: Mapping[UUID, ListedRestaurant]
) -> tuple[GoodLine, ...]:
    remarks: dict[int, list[str]] = defaultdict(list)
    for remark in read.remarks:
        remarks[remark.line].append(remark.what)
    return tuple(
        GoodLine(
            line=one.line,
            name=one.name,
            city=one.city or "",
            remarks="; ".join(remarks[one.line]),
            there=line_of(known[one.id]) if one.id is not None and one.id in known and not one.new else None,
        )
        for one in imported
    )


def _open(
    line: int, rows: Mapping[int, tuple[str, ...]], header_line: int, errors: Sequence[RowError], right: str
) -> OpenLine:
    """The line with a cell for each column of the header, and the cells beyond it, which must be blank."""
    reasons = {error.column: error.reason for error in errors if error.column}
    header, cells = [name.strip().lower() for name in rows[header_line]], rows[line]
    count = max(len(header), min(len(cells), len(header) + _MOST_BEYOND))
    names = header + [""] * (count - len(header))
    return OpenLine(
        line=line,
        cells=tuple(
            Cell(at, name, cells[at] if at < len(cells) else "", reasons.get(name, "") if name else "")
            for at, name in enumerate(names)
        ),
        wrong="; ".join(error.reason for error in errors if not error.column),
        verdict="" if errors else right,
    )
