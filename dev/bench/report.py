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
    """The judged figure of a part: its name in the JSON, its limit, and the direction of the comparison."""

    figure: str
    limit: float
    unit: str = ""
    at_least: bool = False

    def holds(self, value: float) -> bool:
        """True if the value reaches the aim; the limit itself does."""
        return value >= self.limit if self.at_least else value <= self.limit

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.limit:g}{self.unit}"


@dataclass(frozen=True)
class Reached:
    """The figures of one part, among them the judged figure, and their origin in one line."""

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
    """The result of one part, its duration, and the load of the machine meanwhile."""

    name: str
    description: str
    aim: Aim
    reached: Reached
    seconds: float = 0.0
    machine: str = ""

    @property
    def value(self) -> float:
        """The judged figure."""
        return self.reached.figures[self.aim.figure]

    @property
    def holds(self) -> bool:
        """True if the aim is reached."""
        return self.aim.holds(self.value)


def as_table(rows: Sequence[Row]) -> Table:
    """One row per part: subject, aim, result, and the origin of the figure."""
    table = Table(title="Benchmark", title_justify="left", expand=False)
    for heading in ("what", "aim", "reached", "made of"):
        table.add_column(heading, no_wrap=heading in ("aim", "reached"))
    for row in rows:
        colour = "green" if row.holds else "red"
        reached = f"[{colour}]{'✓' if row.holds else '✗'} {row.value:.2f}{row.aim.unit}[/]"
        table.add_row(f"[bold]{row.name}[/]\n{row.description}", str(row.aim), reached, row.reached.made_of)
    return table


def machine_lines(rows: Sequence[Row]) -> list[str]:
    """Duration of each part, and the load of the machine meanwhile: other work makes every figure worse."""
    return [f"  {row.name}: {row.seconds:.0f} s; {row.machine}" for row in rows]


def as_json(rows: Sequence[Row], machine: Mapping[str, float] | None = None) -> str:
    """One object per part with its figures, and one of the machine, in one line."""
    parts = {row.name: row.reached.figures for row in rows} | ({"machine": machine} if machine else {})
    return json.dumps({name: {key: round(value, 3) for key, value in part.items()} for name, part in parts.items()})


@dataclass(frozen=True)
class Part:
    """One part; `name` is its key in the JSON, `description` describes the measurement for people.

    `minutes` is the approximate duration for 50 restaurants on two otherwise idle cores.
    """

    name: str
    description: str
    aim: Aim
    run: Callable[[Bench], Awaitable[Reached]]
    minutes: float
