"""The parts of the benchmark and their results: a table for people, a line of JSON for programs."""

import json
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from rich.table import Table

from dev.bench.harness import Bench

_WHOLE = 100.0


@dataclass(frozen=True)
class Aim:
    """The one figure of a part that is judged: its name in the JSON, its limit, and in which direction it counts."""

    figure: str
    limit: float
    unit: str = ""
    at_least: bool = False

    def holds(self, value: float) -> bool:
        """Whether the value reaches the aim; the limit itself does."""
        return value >= self.limit if self.at_least else value <= self.limit

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.limit:g}{self.unit}"


@dataclass(frozen=True)
class Reached:
    """The figures of one part, among them the one that is judged, and in one line what they are made of."""

    figures: Mapping[str, float]
    made_of: str
    remark: str | None = None

    def __post_init__(self) -> None:
        """Raises AssertionError if a figure is impossible; the report then omits this part of the benchmark."""
        for name, value in self.figures.items():
            if not (math.isfinite(value) and value >= 0 and (value <= _WHOLE or not name.endswith("percent"))):
                raise AssertionError(f"{name} came to {value:g}, which cannot be")


@dataclass(frozen=True)
class Row:
    """One part with what it reached, how long it took, and how busy the machine was meanwhile."""

    name: str
    what: str
    aim: Aim
    reached: Reached
    seconds: float = 0.0
    machine: str = ""

    @property
    def value(self) -> float:
        """The figure that is judged."""
        return self.reached.figures[self.aim.figure]

    @property
    def holds(self) -> bool:
        """Whether the aim is reached."""
        return self.aim.holds(self.value)


def as_table(rows: Sequence[Row]) -> Table:
    """One row per part: what, aim, reached, and what the figure is made of."""
    table = Table(title="Benchmark", title_justify="left", expand=False)
    for heading in ("what", "aim", "reached", "made of"):
        table.add_column(heading, no_wrap=heading in ("aim", "reached"))
    for row in rows:
        colour = "green" if row.holds else "red"
        reached = f"[{colour}]{'✓' if row.holds else '✗'} {row.value:.2f}{row.aim.unit}[/]"
        table.add_row(f"[bold]{row.name}[/]\n{row.what}", str(row.aim), reached, row.reached.made_of)
    return table


def machine_lines(rows: Sequence[Row]) -> list[str]:
    """How long each part took, and who had the machine: other work makes every figure worse."""
    return [f"  {row.name}: {row.seconds:.0f} s; {row.machine}" for row in rows]


def as_json(rows: Sequence[Row], machine: Mapping[str, float] | None = None) -> str:
    """One object per part with its figures, and one of the machine, in one line."""
    parts = {row.name: row.reached.figures for row in rows} | ({"machine": machine} if machine else {})
    return json.dumps({name: {key: round(value, 3) for key, value in part.items()} for name, part in parts.items()})


@dataclass(frozen=True)
class Part:
    """`name` is its key in the JSON; `what` says to people what is measured.

    `minutes` is about how long it takes for 50 restaurants on two cores with nothing else to do.
    """

    name: str
    what: str
    aim: Aim
    run: Callable[[Bench], Awaitable[Reached]]
    minutes: float
