"""What the benchmark prints: a table for people, and a last line for programs."""

import json
import math
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from dev.bench.__main__ import PARTS
from dev.bench.report import Aim, Reached, Row, as_json, as_table, machine_lines

SLOW = Row("overhead", "ours / bare", Aim("ratio", 1.4), Reached({"ratio": 1.5, "bare_s": 6.0}, "9.0 s / 6.0 s"))
SMALL = Row("memory", "the process", Aim("mb", 250, " MB"), Reached({"mb": 123.4567}, "1 process"))


@pytest.mark.parametrize(
    "aim, value, holds",
    [
        (Aim("ratio", 1.4), 1.4, True),
        (Aim("ratio", 1.4), 1.41, False),
        (Aim("ratio", 1, at_least=True), 1.0, True),
        (Aim("ratio", 1, at_least=True), 0.99, False),
    ],
)
def test_an_aim_includes_its_limit(aim: Aim, value: float, holds: bool) -> None:
    """At most and at least both count the limit as reached."""
    assert aim.holds(value) is holds


def test_the_table_says_what_was_wanted_and_what_was_reached() -> None:
    """One row per part; a missed aim is marked as missed."""
    console = Console(width=120, record=True, file=StringIO())
    console.print(as_table([SLOW, SMALL]))
    printed = console.export_text()
    assert all(said in printed for said in ("≤ 1.4", "✗ 1.50", "9.0 s / 6.0 s", "≤ 250 MB", "✓ 123.46 MB"))


def test_the_json_has_one_object_per_part_in_one_line() -> None:
    """Each holds at least the figure that is judged."""
    line = as_json([SLOW, SMALL])
    assert "\n" not in line
    assert json.loads(line) == {"overhead": {"ratio": 1.5, "bare_s": 6.0}, "memory": {"mb": 123.457}}


@pytest.mark.parametrize("name, value", [("cpu_s", -10.2), ("percent", 101.0), ("ratio", math.inf), ("mb", math.nan)])
def test_a_figure_that_cannot_be_is_never_told(name: str, value: float) -> None:
    """The part counts as not measured, and says which figure it was."""
    with pytest.raises(AssertionError, match=f"{name} came to .*, which cannot be"):
        Reached({"ratio": 1.0, name: value}, "whatever")


def test_the_json_says_how_busy_the_machine_was() -> None:
    """Beside the parts."""
    assert json.loads(as_json([SMALL], {"other_percent": 3.21987}))["machine"] == {"other_percent": 3.22}


def test_each_part_says_how_long_it_took_and_who_had_the_machine() -> None:
    """A reader can judge the figures by it."""
    row = replace(SMALL, seconds=61.4, machine="50 % this benchmark, 10 % other work, 0 % steal")
    assert machine_lines([row]) == ["  memory: 61 s; 50 % this benchmark, 10 % other work, 0 % steal"]


def test_the_five_parts_are_there_with_their_figures() -> None:
    """Programs that read the last line rely on these keys."""
    figures = {part.name: part.aim.figure for part in PARTS}
    assert [figures[name] for name in ("overhead", "realistic", "phases")] == ["ratio"] * 3
    assert (figures["gate_latency"], figures["memory"]) == ("median_s", "mb")
