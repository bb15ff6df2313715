"""The output of the benchmark: a table for people, and a last line for programs."""

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
    """The limit itself counts, for "at most" and for "at least"."""
    assert aim.holds(value) is holds


def test_the_table_has_aim_and_result() -> None:
    """One row per part; a missed aim is marked as missed."""
    console = Console(width=120, record=True, file=StringIO())
    console.print(as_table([SLOW, SMALL]))
    printed = console.export_text()
    assert all(text in printed for text in ("≤ 1.4", "✗ 1.50", "9.0 s / 6.0 s", "≤ 250 MB", "✓ 123.46 MB"))


def test_the_json_has_one_object_per_part_in_one_line() -> None:
    """Each object holds at least the judged figure."""
    line = as_json([SLOW, SMALL])
    assert "\n" not in line
    assert json.loads(line) == {"overhead": {"ratio": 1.5, "bare_s": 6.0}, "memory": {"mb": 123.457}}


@pytest.mark.parametrize("name, value", [("cpu_s", -10.2), ("percent", 101.0), ("ratio", math.inf), ("mb", math.nan)])
def test_an_impossible_figure_is_an_error(name: str, value: float) -> None:
    """The part counts as not measured, and the message names the figure."""
    with pytest.raises(AssertionError, match=f"{name} came to .*, which cannot be"):
        Reached({"ratio": 1.0, name: value}, "whatever")


def test_the_json_has_the_load_of_the_machine() -> None:
    """An object beside the parts."""
    assert json.loads(as_json([SMALL], {"other_percent": 3.21987}))["machine"] == {"other_percent": 3.22}


def test_each_part_reports_its_duration_and_the_load() -> None:
    """A reader needs both to judge the figures."""
    row = replace(SMALL, seconds=61.4, machine="50 % this benchmark, 10 % other work, 0 % steal")
    assert machine_lines([row]) == ["  memory: 61 s; 50 % this benchmark, 10 % other work, 0 % steal"]


def test_the_five_parts_are_there_with_their_figures() -> None:
    """Programs that read the last line rely on these keys."""
    figures = {part.name: part.aim.figure for part in PARTS}
    assert [figures[name] for name in ("overhead", "realistic", "phases")] == ["ratio"] * 3
    assert (figures["gate_latency"], figures["memory"]) == ("median_s", "mb")
