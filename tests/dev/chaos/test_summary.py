"""The output of `make chaos`."""

import json
from io import StringIO

from rich.console import Console

from dev.chaos.__main__ import all_kept, as_table, case_line, last_line
from dev.chaos.verdicts import Outcome, Verdict

KEPT = Outcome("kill/menuImport/after-sent", 31.26, Verdict())
BROKEN = Outcome(
    "outage/postgres-2s",
    70.0,
    Verdict(duplicates=("Kai: menuImport 2 times",), losses=("a", "b"), endless_sendings=("Kai: menuImport",)),
)


def test_a_case_is_a_line_of_json() -> None:
    """The line has all findings."""
    assert json.loads(case_line(BROKEN)) == {
        "case": "outage/postgres-2s",
        "seconds": 70.0,
        "duplicates": ["Kai: menuImport 2 times"],
        "losses": ["a", "b"],
        "false_completed": [],
        "stuck": [],
        "endless_sendings": ["Kai: menuImport"],
    }


def test_the_last_line_counts_findings() -> None:
    """The line has the seed."""
    found = {"duplicates": 1, "losses": 2, "false_completed": 0, "stuck": 0, "endless_sendings": 1}
    assert json.loads(last_line([KEPT, BROKEN], seed=7)) == {"cases": 2, **found, "seed": 7}


def test_promises_are_kept_if_something_was_tried_and_nothing_found() -> None:
    """Without any case the result is a failure."""
    assert all_kept([KEPT])
    assert not all_kept([KEPT, BROKEN])
    assert not all_kept([])


def test_the_table_has_a_row_per_group() -> None:
    """With the longest case and the sums."""
    printed = StringIO()
    Console(file=printed, width=120).print(as_table([KEPT, KEPT, BROKEN]))
    lines = [line.split("│")[1:-1] for line in printed.getvalue().splitlines() if line.startswith("│")]
    assert [[cell.strip() for cell in line] for line in lines] == [
        ["kill", "2", "31 s", "0", "0", "0", "0", "0"],
        ["outage", "1", "70 s", "1", "2", "0", "0", "1"],
    ]
